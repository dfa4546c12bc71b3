"""Reading a hand-written table field by field, gathering every fault instead of stopping at the first.

Whoever writes a rulebook or a roster corrects it in an editor; a list of all faults with their lines is one round,
a first fault at a time is twenty. So a field that is missing or wrong adds a fault and yields an empty value, and
`refuse_if_faulty` throws everything away at the end. Values read before that call must not be used.

This file knows fields, not meanings: what a limit or a roster is, its callers say.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches

from domain.rulebooks.located import Fault, FileRefused, LocatedToml, Path


@dataclass(slots=True)
class Reading:
    """One file being read, and the faults found so far."""

    file: LocatedToml
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, code: str, *, en: str, zh: str, at_value: bool = False) -> None:
        """Note a fault at the key of `path` (or where its value begins) and read on."""
        self.faults.append(self.file.fault(path, code, en=en, zh=zh, at_value=at_value))

    def refuse_if_faulty(self, refusal: type[FileRefused]) -> None:
        """Raise `refusal` with every fault, or return because there is none."""
        if self.faults:
            raise refusal(self.faults)

    def top(self) -> "Form":
        """The file itself as a form."""
        return Form(self, (), self.file.data)


class Form:
    """A table of the file whose fields are asked for by name; `finish` complains of those nobody asked for."""

    def __init__(self, reading: Reading, path: Path, table: object) -> None:
        self.reading = reading
        self.path = path
        self._known: list[str] = []
        self._table: dict[str, object] = {}
        self._is_table = isinstance(table, dict)
        if isinstance(table, dict):
            self._table = table
        else:
            reading.fault(
                path, "WRONG_TYPE", en="this must be a table", zh="此处应当是一个表（[…]）", at_value=True
            )

    def has(self, key: str) -> bool:
        """Whether the field is written at all."""
        self._ask(key)
        return key in self._table

    def raw(self, key: str) -> object:
        """The field as it stands, or None (which TOML itself cannot write) when it is absent."""
        self._ask(key)
        return self._table.get(key)

    def names(self) -> tuple[str, ...]:
        """The names written in this table, in their order."""
        return tuple(self._table)

    def text(self, key: str, *, pattern: str | None = None) -> str:
        """A required, non-empty text; `pattern`, when given, must match all of it."""
        if key not in self._table:
            self._ask(key)
            self.missing(key)
            return ""
        return self.optional_text(key, pattern=pattern) or ""

    def optional_text(self, key: str, *, pattern: str | None = None) -> str | None:
        """A non-empty text, or None when the field is absent."""
        found = self.raw(key)
        if found is None:
            return None
        if not isinstance(found, str):
            self.fault(key, "WRONG_TYPE", en=f'"{key}" must be a text', zh=f"“{key}”应当是文字（加双引号）")
            return None
        if not found.strip():
            self.fault(key, "EMPTY", en=f'"{key}" is empty', zh=f"“{key}”不能为空")
            return None
        if pattern is not None and re.fullmatch(pattern, found) is None:
            self.fault(
                key, "WRONG_FORM", en=f'"{found}" must match {pattern}', zh=f"“{found}”的写法应符合{pattern}"
            )
            return None
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; an absent field is an empty list."""
        found = self.raw(key)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(item, str) and item.strip() for item in found):
            self.fault(
                key, "WRONG_TYPE", en=f'"{key}" must be a list of texts', zh=f"“{key}”应当是文字的列表"
            )
            return ()
        return tuple(found)

    def flag(self, key: str) -> bool:
        """True or false; an absent field is false."""
        found = self.raw(key)
        if found is not None and not isinstance(found, bool):
            self.fault(key, "WRONG_TYPE", en=f'"{key}" must be true or false', zh=f"“{key}”应当是true或false")
        return found is True

    def day(self, key: str, *, required: bool = False) -> date | None:
        """A date without a time, written as 2022-11-08."""
        found = self.raw(key)
        if found is None:
            if required:
                self.missing(key)
            return None
        if isinstance(found, datetime) or not isinstance(found, date):
            self.fault(
                key,
                "WRONG_TYPE",
                en=f'"{key}" must be a date such as 2022-11-08, without quotes or time',
                zh=f"“{key}”应当是日期，如2022-11-08，不加引号，不带时间",
            )
            return None
        return found

    def word(self, key: str, words: Collection[str], *, required: bool = True) -> str:
        """One of a closed set of words; "" when the field is absent or wrong."""
        found = self.text(key) if required else self.optional_text(key) or ""
        if found and found not in words:
            self.unknown_word(key, found, words)
            return ""
        return found

    def sub(self, key: str) -> "Form":
        """A table inside this one; an absent one reads as empty."""
        return Form(self.reading, (*self.path, key), self.raw(key) if self.has(key) else {})

    def each(self, key: str) -> Sequence["Form"]:
        """The tables of an array of tables, `[[key]]`; none when it is absent."""
        found = self.raw(key)
        if found is None:
            return ()
        if not isinstance(found, list):
            self.fault(
                key,
                "WRONG_TYPE",
                en=f'write each of "{key}" under [[…{key}]]',
                zh=f"“{key}”的每一项应写在[[…{key}]]下",
            )
            return ()
        return [Form(self.reading, (*self.path, key, index), item) for index, item in enumerate(found)]

    def finish(self) -> None:
        """Complain of every field that nobody asked for: a misspelt field would otherwise be silently ignored."""
        for key in self._table:
            if key not in self._known:
                self.unknown_field(key, self._known)

    def fault(self, key: str, code: str, *, en: str, zh: str) -> None:
        """A fault at the value of one field."""
        self.reading.fault((*self.path, key), code, en=en, zh=zh, at_value=True)

    def missing(self, key: str) -> None:
        """A fault at the table's header: the field should be in it. What is no table has its own fault already."""
        if not self._is_table:
            return
        self.reading.fault(
            (*self.path, key), "MISSING_FIELD", en=f'"{key}" is missing here', zh=f"此处缺少“{key}”"
        )

    def unknown_field(self, key: str, known: Collection[str]) -> None:
        """A fault at a key that is no field of this table."""
        hint_en, hint_zh = nearest(key, known)
        self.reading.fault(
            (*self.path, key),
            "UNKNOWN_FIELD",
            en=f'"{key}" is not a field here{hint_en}',
            zh=f"此处没有“{key}”这一项{hint_zh}",
        )

    def unknown_word(self, key: str, found: str, words: Collection[str]) -> None:
        """A fault at a value outside its closed set."""
        listed = ", ".join(sorted(words))
        self.fault(
            key,
            "UNKNOWN_WORD",
            en=f'"{found}" is not one of: {listed}',
            zh=f"“{found}”不在可选范围内，可选：{listed}",
        )

    def _ask(self, key: str) -> None:
        if key not in self._known:
            self._known.append(key)


def nearest(written: str, known: Collection[str]) -> tuple[str, str]:
    """What was probably meant, as the end of a sentence in English and in Chinese; empty when nothing is near."""
    close = get_close_matches(written, known, n=1)
    return (f'; did you mean "{close[0]}"?', f"，是否应为“{close[0]}”？") if close else ("", "")
