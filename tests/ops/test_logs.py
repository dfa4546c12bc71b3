"""Lines of the log, pure: what is told of a record in either shape, and what of it is not."""

import json
import logging
import sys

import pytest

from ops.logs import Readable, Told
from tenancy.refusals import Stale
from tenancy.telemetry import Passage, passing

SAID = "somebody's words"


def record(
    message: str, *values: object, name: str = "gongguan.api", error: BaseException | None = None
) -> logging.LogRecord:
    """A record as it comes from somewhere in the code."""
    caught = None
    if error is not None:
        try:
            raise error
        except BaseException:
            caught = sys.exc_info()
    return logging.LogRecord(name, logging.WARNING, __file__, 1, message, values, caught)


class TestToldAsJson:
    def test_has_the_instant_the_level_the_logger_and_the_event(self) -> None:
        told = json.loads(Told().format(record("%s cannot go on", "relay")))
        assert told.pop("at").endswith("Z")
        assert told == {"level": "WARNING", "logger": "gongguan.api", "event": "relay cannot go on"}

    def test_has_the_id_of_the_passage_in_which_it_was_written(self) -> None:
        with passing(Passage(id="6f1c000000000000")):
            assert json.loads(Told().format(record("so it is")))["requestId"] == "6f1c000000000000"
        assert "requestId" not in json.loads(Told().format(record("so it is")))

    def test_is_one_line_whatever_is_in_it(self) -> None:
        assert "\n" not in Told().format(record("one\nand another", error=ValueError("a\nb")))


@pytest.mark.parametrize("shape", [Told, Readable])
class TestNothingThatWasSaid:
    @pytest.mark.parametrize(
        "error", [ValueError(SAID), KeyError(SAID), OSError(111, SAID), Stale(expected=SAID, actual=1)]
    )
    def test_is_told_of_an_error(self, shape: type[logging.Formatter], error: BaseException) -> None:
        line = shape().format(record("it failed: %s", error, error=error))
        assert SAID not in line
        assert f"it failed: {type(error).__name__}" in line
        assert "test_logs.py" in line

    def test_is_told_of_what_an_error_came_from_or_is_a_group_of(
        self, shape: type[logging.Formatter]
    ) -> None:
        cause = ExceptionGroup(SAID, [ValueError(SAID), KeyError(SAID)])
        error = RuntimeError(SAID)
        error.__cause__ = cause
        cause.__cause__ = error  # goes round in a circle, as careless code may
        line = shape().format(record("it failed", error=error))
        assert SAID not in line
        assert all(kind in line for kind in ("RuntimeError", "ExceptionGroup", "ValueError", "KeyError"))

    def test_is_told_of_what_a_library_fills_in(self, shape: type[logging.Formatter]) -> None:
        line = shape().format(record("lost %r", SAID, name="sqlalchemy.pool"))
        assert SAID not in line
        assert "lost %r" in line

    def test_is_told_of_what_a_library_writes_below_its_first_line(
        self, shape: type[logging.Formatter]
    ) -> None:
        assert SAID not in shape().format(
            record(f"Task exception was never retrieved\n{SAID}", name="asyncio")
        )

    def test_but_a_name_that_begins_like_ours_is_a_librarys(self, shape: type[logging.Formatter]) -> None:
        assert SAID not in shape().format(record("%s", SAID, name="gongguanish"))
