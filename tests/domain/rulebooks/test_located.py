"""Places in TOML: held against the standard reader, which knows the values but not where they stand.

What a rulebook or a roster means is not tested here.
"""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rulebooks.located import Fault, FileRefused, LocatedToml, Path, Place, decode, read_located


def leaves(data: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every value that is neither a table nor a list, with its path."""
    if isinstance(data, dict):
        return [leaf for key, value in data.items() for leaf in leaves(value, (*path, key))]
    if isinstance(data, list):
        return [leaf for index, value in enumerate(data) for leaf in leaves(value, (*path, index))]
    return [(path, data)]


def at(file: LocatedToml, place: Place) -> str:
    """The rest of the line at a place."""
    return file.text.split("\n")[place.line - 1][place.column - 1 :]


BARE = st.text("abZ09_-", min_size=1, max_size=4)
LINE = st.text("ab \t\"'\\#=[]{},.昆阳é🀄\x7f", max_size=8)
LINES = st.text(st.sampled_from("ab'\"\\\n#=[]{},.昆阳 "), max_size=12)


def basic(text: str) -> str:
    # JSON escapes control characters the way TOML does, except that TOML wants DEL escaped, too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _reads(written: str) -> bool:
    try:
        tomllib.loads(f"x = {written}")
    except tomllib.TOMLDecodeError:
        return False
    return True


LITERAL = LINE.map(lambda text: "'" + text.replace("'", "").replace("\x7f", "") + "'")
STRINGS = st.one_of(
    LINE.map(basic),
    LITERAL,
    LINES.map(lambda text: '"""' + text.replace("\\", "\\\\").replace('"""', '""\\"') + '"""').filter(_reads),
    LINES.map(lambda text: f"'''{text}'''").filter(_reads),
)


SCALARS = st.one_of(
    STRINGS,
    st.integers(-(10**9), 10**9).map(str),
    st.sampled_from(["true", "false", "2022-11-08", "2022-11-08 08:30:00", "08:30:00", "1.5", "inf", "0xff"]),
)
KEYS = st.one_of(BARE, LINE.map(basic), LITERAL)
BLANK = st.sampled_from(["", " ", "\t", "  "])
BETWEEN = st.sampled_from(["", " ", "\n", ' # 说明 [x] = "y"\n', "\n\n  "])


@st.composite
def arrays(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(values, max_size=3))
    written = ",".join(draw(BETWEEN) + item + draw(BETWEEN) for item in items)
    comma = "," if items and draw(st.booleans()) else ""
    return f"[{written}{comma}{draw(BETWEEN)}]"


@st.composite
def inline_tables(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    keys = draw(st.lists(BARE, max_size=3, unique=True))
    pairs = [f"{draw(BLANK)}{key}{draw(BLANK)}={draw(BLANK)}{draw(values)}{draw(BLANK)}" for key in keys]
    return "{" + ",".join(pairs) + draw(BLANK) + "}"


VALUES = st.recursive(SCALARS, lambda inner: st.one_of(arrays(inner), inline_tables(inner)), max_leaves=6)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(0, 6))):
        match draw(st.sampled_from(["pair", "pair", "dotted", "table", "array", "comment", "blank"])):
            case "pair":
                lines.append(
                    f"{draw(BLANK)}{draw(KEYS)}{draw(BLANK)}={draw(BLANK)}{draw(VALUES)}{draw(BLANK)}"
                )
            case "dotted":
                lines.append(f"{draw(KEYS)}{draw(BLANK)}.{draw(BLANK)}{draw(KEYS)} = {draw(VALUES)} # 注")
            case "table":
                lines.append(
                    f"[{draw(BLANK)}{'.'.join(draw(st.lists(KEYS, min_size=1, max_size=3)))}{draw(BLANK)}]"
                )
            case "array":
                lines.append(f"[[{'.'.join(draw(st.lists(st.sampled_from('ab'), min_size=1, max_size=2)))}]]")
            case "comment":
                lines.append('# "[not.a.table]" = 1')
            case _:
                lines.append("")
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


class TestReadLocated:
    @settings(deadline=None, max_examples=300)
    @given(documents())
    def test_agrees_with_the_standard_reader_on_every_value_and_its_place(self, text: str) -> None:
        try:
            expected = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            with pytest.raises(FileRefused):
                read_located(text, name="any.toml")
            return
        file = read_located(text, name="any.toml")
        assert file.data == expected
        for path, value in leaves(expected):
            written = file.written(path)
            assert written is not None, path
            assert tomllib.loads(f"x = {written}")["x"] == value
            assert at(file, file.value(path)).startswith(written.split("\n")[0])
            if isinstance(path[-1], str):
                assert next(iter(tomllib.loads(f"{_key(at(file, file.key(path)))} = 0"))) == path[-1]

    def test_puts_keys_and_values_where_an_editor_would_jump_to(self) -> None:
        file = read_located('a = 1\n[b.c]\n  "昆 阳" = [ 1,\n\t{ d = "x" } ]\n', name="x.toml")
        assert file.key(("a",)) == Place(1, 1)
        assert file.value(("a",)) == Place(1, 5)
        assert file.key(("b", "c")) == Place(2, 4)
        assert file.key(("b", "c", "昆 阳")) == Place(3, 3)
        assert file.value(("b", "c", "昆 阳", 0)) == Place(3, 13)
        assert file.value(("b", "c", "昆 阳", 1, "d")) == Place(4, 8)

    def test_gives_back_what_was_typed_and_nothing_around_it(self) -> None:
        file = read_located("\ufeffa = 1 \t # not part of it\nb = [ 1 , 'x' ] \n[c]\n", name="x.toml")
        assert [file.written(path) for path in (("a",), ("b",), ("b", 0), ("c",))] == [
            "1",
            "[ 1 , 'x' ]",
            "1",
            None,
        ]

    def test_counts_the_tables_of_an_array(self) -> None:
        file = read_located("[[p]]\nn = 1\n[p.q]\nm = 2\n[[p]]\nn = 3\n[[p.r]]\nk = 4\n", name="x.toml")
        assert file.key(("p", 0, "q", "m")) == Place(4, 1)
        assert file.key(("p", 1, "n")) == Place(6, 1)
        assert file.key(("p", 1, "r", 0, "k")) == Place(8, 1)

    def test_points_at_the_table_that_should_hold_what_is_absent(self) -> None:
        file = read_located("x = 1\n[a.b]\n", name="x.toml")
        assert file.key(("a", "b", "absent")) == Place(2, 4)
        assert file.key(("absent",)) == Place(1, 1)

    @pytest.mark.parametrize(
        ("text", "line", "column", "zh"),
        [
            ("a = 1\nb = \n", 2, 5, "值的写法不对"),
            ("a = 1\n昆阳 = 2\n", 2, 1, "不是"),
            ('[a]\nb = "open\n', 2, 10, "含有不允许的字符"),
            ("[a]\nb = 1\n[a]\n", 3, 3, "同一个表写了两次"),
            ("b = 1\nb = 2\n", 2, 6, "同一个键写了两次"),
            ("d = 2022-02-30\n", 1, 5, "日期不存在"),
            ("a = 1 b = 2\n", 1, 7, "一行只能写一项"),
            ("a 1\n", 1, 3, "缺少“=”"),
            ("[a\nb = 1\n", 1, 3, "缺少“]”"),
            ("a = [1,\n", 2, 1, "值的写法不对"),
            ('a = """x\n', 2, 1, "缺少结束的引号"),
        ],
    )
    def test_refuses_broken_syntax_with_line_and_column(
        self, text: str, line: int, column: int, zh: str
    ) -> None:
        with pytest.raises(FileRefused) as refused:
            read_located(text, name="broken.toml")
        (fault,) = refused.value.faults
        assert (fault.file, fault.place) == ("broken.toml", Place(line, column))
        assert zh in refused.value.sentence("zh")
        assert f"broken.toml:{line}:{column}: not TOML" in refused.value.sentence("en")

    @pytest.mark.parametrize("text", [f"a = {'9' * 5000}", f"a = {'[' * 5000}{']' * 5000}"])
    def test_refuses_what_the_standard_reader_cannot_hold(self, text: str) -> None:
        with pytest.raises(FileRefused):
            read_located(text, name="big.toml")


def _key(rest: str) -> str:
    """The key at the beginning of a piece of text."""
    if rest[0] == "'":
        return rest[: rest.index("'", 1) + 1]
    if rest[0] == '"':
        end = 1
        while rest[end] != '"':
            end += 2 if rest[end] == "\\" else 1
        return rest[: end + 1]
    return "".join(
        rest[
            : next((i for i, c in enumerate(rest) if not (c.isascii() and (c.isalnum() or c in "_-"))), None)
        ]
    )


class TestDecode:
    def test_drops_the_mark_that_windows_editors_put_in_front(self) -> None:
        assert decode("\ufeffa = 1".encode(), name="x.toml") == "a = 1"

    def test_refuses_a_file_saved_as_gbk_at_the_first_wrong_byte(self) -> None:
        with pytest.raises(FileRefused) as refused:
            decode("a = 1\nb = '昆阳'".encode("gbk"), name="gbk.toml")
        (fault,) = refused.value.faults
        assert (fault.code, fault.place) == ("NOT_UTF8", Place(2, 6))

    @given(st.binary(max_size=60))
    def test_never_raises_anything_else(self, raw: bytes) -> None:
        faults = self.faults(raw)
        assert all(fault.place >= Place(1, 1) for fault in faults)

    @staticmethod
    def faults(raw: bytes) -> tuple[Fault, ...]:
        try:
            decode(raw, name="any")
        except FileRefused as refused:
            return refused.faults
        return ()
