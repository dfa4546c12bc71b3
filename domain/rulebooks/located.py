"""TOML that remembers where everything stands: each key and value of a file, with its line and column.

What a county types is read by a person who must find the fault again. The standard library's reader says where a
*syntax* error is and then forgets every position; a limit of "-3" or a missing source is only noticed later, when
nobody knows the line any more. So the text is read twice: by the standard reader for the values, and by the scanner
here for the positions. The scanner decides nothing about validity: it runs only over a text that the standard
reader accepted, and a property in the tests holds the two together. Most texts have no fault, so it runs when the
first place is asked for.

This is not a TOML library: it cannot write, and it keeps no comments. It knows nothing of rulebooks either; rosters
are read with it too.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tenancy.refusals import Refusal

Path = tuple[str | int, ...]
"""Where a value sits: table names, keys and positions in arrays, from the top."""


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """A position in a text. Both count from 1; a column counts characters, not bytes."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file, with the place to look at, in both languages."""

    code: str
    file: str
    place: Place
    en: str
    zh: str

    def line(self, language: str) -> str:
        """The fault as one line, the way compilers print them, so that editors can jump to it."""
        text = self.zh if language == "zh" else self.en
        return f"{self.file}:{self.place.line}:{self.place.column}: {text}"


class FileRefused(Refusal):
    """A file that somebody wrote by hand cannot be taken as it is; `faults` names every fault that was found."""

    code = "FILE_REFUSED"
    en = "{file} cannot be taken, {count} fault(s). Correct the file and try again:\n{faults_en}"
    zh = "文件{file}无法采用，共{count}处错误，请改正后重试：\n{faults_zh}"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.place))
        super().__init__(
            file=self.faults[0].file,
            count=len(self.faults),
            faults_en="\n".join(fault.line("en") for fault in self.faults),
            faults_zh="\n".join(fault.line("zh") for fault in self.faults),
        )


@dataclass(frozen=True, slots=True)
class _Spot:
    key: Place
    value: Place
    span: tuple[int, int] | None


class LocatedToml:
    """The values of a TOML text (`data`) and the place of each of them."""

    def __init__(self, *, name: str, text: str, data: dict[str, Any]) -> None:
        self.name = name
        self.text = text
        self.data = data

    @cached_property
    def _spots(self) -> dict[Path, _Spot]:
        return _Scanner(self.text).scan()

    def key(self, path: Path) -> Place:
        """Where the key or the table header stands; for something absent, the nearest table that should hold it."""
        return self._nearest(path).key

    def value(self, path: Path) -> Place:
        """Where the value begins; for something absent, the nearest table that should hold it."""
        return self._nearest(path).value

    def written(self, path: Path) -> str | None:
        """The value as it was typed; none for tables, which may be scattered over the file."""
        spot = self._spots.get(path)
        return None if spot is None or spot.span is None else self.text[slice(*spot.span)]

    def paths(self) -> Iterator[Path]:
        """Every path that the text names."""
        return iter(self._spots)

    def fault(self, path: Path, code: str, *, en: str, zh: str, at_value: bool = False) -> Fault:
        """A fault of this file at `path`: at its key, or where the value begins."""
        place = self.value(path) if at_value else self.key(path)
        return Fault(code=code, file=self.name, place=place, en=en, zh=zh)

    def _nearest(self, path: Path) -> _Spot:
        while path and path not in self._spots:
            path = path[:-1]
        start = Place(1, 1)
        return self._spots.get(path, _Spot(start, start, None))


def decode(raw: bytes, *, name: str) -> str:
    """The text of a file. Refuses what is not UTF-8 (spreadsheet programs like to save GBK) and says at which byte."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig")
        place = _place(before, len(before))
        en = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        zh = f"字节0x{raw[error.start]:02x}不是UTF-8编码，请将文件另存为UTF-8"
        raise FileRefused([Fault("NOT_UTF8", name, place, en, zh)]) from error


def read_located(text: str, *, name: str) -> LocatedToml:
    """Values and places of a TOML text. Raises `FileRefused` with line and column when it is not TOML."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileRefused([_syntax_fault(str(error), text=text, name=name)]) from error
    except (ValueError, RecursionError) as error:
        # Not syntax, but beyond the reader: an integer of thousands of digits, brackets nested by the thousand.
        fault = Fault(
            "NOT_TOML", name, Place(1, 1), f"too large or too deep: {error}", f"内容过大或嵌套过深：{error}"
        )
        raise FileRefused([fault]) from error
    return LocatedToml(name=name, text=text, data=data)


_POSITION = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")

_SYNTAX_IN_CHINESE = (
    (r"^Cannot declare .* twice", "同一个表写了两次"),
    (r"^Cannot mutate immutable namespace", "该表已经写完，不能再补写"),
    (r"^Cannot overwrite a value", "同一个键写了两次"),
    (r"^Duplicate inline table key", "同一个键写了两次"),
    (r"^Expected '=' after a key", "键后面缺少“=”"),
    (r"^Expected ']", "表名后面缺少“]”"),
    (r"^Expected newline or end of document", "一行只能写一项，此处之后不应再有内容"),
    (r"^Illegal character", "含有不允许的字符"),
    (r"^Invalid date or datetime", "日期不存在"),
    (r"^Invalid initial character for a key part", "键名只能用英文字母、数字、下划线和连字符"),
    (r"^Invalid statement", "这一行不是“键 = 值”，也不是表名"),
    (r"^Invalid value", "值的写法不对（文字须加双引号）"),
    (r"^Unclosed array", "数组缺少“]”"),
    (r"^Unclosed inline table", "内联表缺少“}”"),
    (r"^(Unterminated|Expected) .*(string|'\"+'|\"'+\")", "文字缺少结束的引号"),
    (r"^Unescaped '\\\\'", "反斜杠的写法不对"),
)


def _syntax_fault(message: str, *, text: str, name: str) -> Fault:
    found = _POSITION.search(message)
    said = message[: found.start()] if found else message
    if found and found["line"]:
        place = Place(int(found["line"]), int(found["column"]))
    else:
        place = _place(text, len(text))
    chinese = next(
        (zh for pattern, zh in _SYNTAX_IN_CHINESE if re.search(pattern, said)), f"不是TOML（{said}）"
    )
    return Fault("NOT_TOML", name, place, en=f"not TOML: {said}", zh=chinese)


def _place(text: str, position: int) -> Place:
    return Place(line=text.count("\n", 0, position) + 1, column=position - text.rfind("\n", 0, position))


class _Scanner:
    """Walks once over a text that is known to be TOML and notes where each key and value begins and ends."""

    _BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
    _BLANK = re.compile(r"[ \t]*")
    _BETWEEN = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
    _PLAIN = re.compile(r"[^,\]}\n#]*")
    _BASIC = re.compile(r'"(?:[^"\\]|\\.)*"')
    _LITERAL = re.compile(r"'[^']*'")
    # A multi-line string may end in one or two quotes of its own before the three that close it.
    _LONG_BASIC = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}', re.DOTALL)
    _LONG_LITERAL = re.compile(r"'''(?:[^']|'(?!''))*'{3,5}", re.DOTALL)

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._spots: dict[Path, _Spot] = {}
        self._counts: dict[Path, int] = {}
        """How many tables each array of tables holds so far: a header under it belongs to the last one."""
        self._line_starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._line = 0

    def scan(self) -> dict[Path, _Spot]:
        table: Path = ()
        while self._skip(self._BETWEEN) < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._spots

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _take(self, pattern: re.Pattern[str]) -> None:
        # A scanner that disagrees with the standard reader must fail loudly, not walk on the spot for ever.
        found = pattern.match(self._text, self._at)
        if found is None or not found[0]:
            raise AssertionError(f"the scanner lost its way at {_place(self._text, self._at)}")
        self._at = found.end()

    def _here(self, position: int) -> Place:
        # Positions are asked for in the order of the text, so the line only ever moves on.
        while self._line + 1 < len(self._line_starts) and self._line_starts[self._line + 1] <= position:
            self._line += 1
        return Place(line=self._line + 1, column=position - self._line_starts[self._line] + 1)

    def _header(self) -> Path:
        of_array = self._text.startswith("[[", self._at)
        self._at += 2 if of_array else 1
        parts = self._key()
        self._at += 2 if of_array else 1
        path: Path = ()
        for word, place in parts[:-1]:
            path = self._into_last((*path, word))
            self._spots.setdefault(path, _Spot(place, place, None))
        word, place = parts[-1]
        path = (*path, word)
        if of_array:
            self._spots.setdefault(path, _Spot(place, place, None))
            self._counts[path] = self._counts.get(path, 0) + 1
            path = self._into_last(path)
        # A later `[a]` says more about where `a` stands than an earlier `[a.b]` that implied it.
        self._spots[path] = _Spot(place, place, None)
        return path

    def _into_last(self, path: Path) -> Path:
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _pair(self, table: Path) -> None:
        parts = self._key()
        self._at += 1  # the equals sign
        self._skip(self._BLANK)
        path = table
        for word, place in parts[:-1]:
            path = (*path, word)
            self._spots.setdefault(path, _Spot(place, place, None))
        word, place = parts[-1]
        self._value((*path, word), key=place)

    def _key(self) -> list[tuple[str, Place]]:
        parts = []
        while True:
            self._skip(self._BLANK)
            start = self._at
            quote = self._text[start]
            self._take({'"': self._BASIC, "'": self._LITERAL}.get(quote, self._BARE_KEY))
            written = self._text[start : self._at]
            word = next(iter(tomllib.loads(f"{written} = 0"))) if quote in "\"'" else written
            parts.append((word, self._here(start)))
            self._skip(self._BLANK)
            if self._text[self._at] != ".":
                return parts
            self._at += 1

    def _value(self, path: Path, *, key: Place | None = None) -> None:
        start = self._at
        place = self._here(start)
        opening = self._text[start]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in "\"'":
            long = self._text.startswith(opening * 3, start)
            basic, literal = (self._LONG_BASIC, self._LONG_LITERAL) if long else (self._BASIC, self._LITERAL)
            self._take(basic if opening == '"' else literal)
        else:
            self._take(self._PLAIN)
            self._at = start + len(self._text[start : self._at].rstrip())
        self._spots[path] = _Spot(key or place, place, (start, self._at))

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        while self._text[self._skip(self._BETWEEN)] != "]":
            self._value((*path, index))
            index += 1
            if self._text[self._skip(self._BETWEEN)] == ",":
                self._at += 1
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while self._text[self._skip(self._BETWEEN)] != "}":
            self._pair(path)
            if self._text[self._skip(self._BETWEEN)] == ",":
                self._at += 1
        self._at += 1
