"""What stands in every file: a first sentence, reasons beside exceptions, and the environment read in one place."""

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
ROOMS = ("api", "bench", "domain", "migrations", "ops", "policies", "tenancy", "tests", "workers")
FILES = sorted(path for room in ROOMS for path in (HOUSE / room).rglob("*.py"))
PRODUCT = [path for path in FILES if path.relative_to(HOUSE).parts[0] != "tests"]

READS_THE_ENVIRONMENT = HOUSE / "ops" / "settings.py"
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}

EXCEPTION = re.compile(r"#\s*(noqa: ?[A-Z]+\d+(?:, ?[A-Z]+\d+)*|noqa|type: ?ignore(?:\[[\w-]+\])?)")


def named(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def mentions_of_the_environment(source: str) -> list[int]:
    """The lines that reach for the process's environment, as an attribute of `os` or imported from it."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        reached = isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT
        imported = (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and {each.name for each in node.names} & ENVIRONMENT
        )
        if reached or imported:
            lines.append(node.lineno)
    return lines


def exceptions_without_a_reason(source: str) -> list[int]:
    """The lines that silence a tool and do not say why, there or in a comment of the line above."""
    lines = source.splitlines()
    found = []
    for number, line in enumerate(lines, start=1):
        silenced = list(EXCEPTION.finditer(line))
        if not silenced:
            continue
        reason = line[silenced[-1].end() :].strip(" -#:")
        above = lines[number - 2].strip() if number > 1 else ""
        if not reason and "#" not in above:
            found.append(number)
    return found


class TestEveryFile:
    @pytest.mark.parametrize("path", FILES, ids=named)
    def test_begins_by_saying_what_it_is(self, path: Path) -> None:
        source = path.read_text()
        only_marks_a_package = path.name == "__init__.py" and not source
        assert only_marks_a_package or ast.get_docstring(ast.parse(source)), (
            f"{named(path)} has no docstring: say what it is and is not"
        )

    @pytest.mark.parametrize("path", FILES, ids=named)
    def test_gives_a_reason_for_every_exception_from_a_tool(self, path: Path) -> None:
        lines = exceptions_without_a_reason(path.read_text())
        assert not lines, f"{named(path)}, lines {lines}: write the reason beside the exception"


class TestTheProduct:
    @pytest.mark.parametrize("path", PRODUCT, ids=named)
    def test_reads_the_environment_in_the_settings_only(self, path: Path) -> None:
        if path != READS_THE_ENVIRONMENT:
            lines = mentions_of_the_environment(path.read_text())
            assert not lines, (
                f"{named(path)}, lines {lines}: take it from ops/settings.py, handed down by the root"
            )


class TestTheTestsAbove:
    @pytest.mark.parametrize(
        "source",
        ["import os\nos.environ['A']", "import os as o\no.getenv('A')", "from os import environ as e"],
    )
    def test_notice_the_environment_however_it_is_reached(self, source: str) -> None:
        assert mentions_of_the_environment(source)

    @pytest.mark.parametrize(
        ("line", "found"),
        [
            ("a()  # noqa: S603", True),
            ("a()  # noqa", True),
            ("a()  # type: ignore[arg-type]", True),
            ("a()  # noqa: S603 - argv is ours", False),
            ("a()  # type: ignore[arg-type]  # their stubs lag", False),
            ("a()", False),
        ],
    )
    def test_notice_an_exception_without_a_reason(self, line: str, found: bool) -> None:
        assert bool(exceptions_without_a_reason(line)) is found
