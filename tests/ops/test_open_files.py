"""The API takes as many open files as its subscribers need, as far as it may, and says so where it may not."""

import logging
import resource
from collections.abc import Iterator

import pytest

from ops.commands.api import FILES_BESIDE, let_in_so_many

FEW = 400


@pytest.fixture(autouse=True)
def few() -> Iterator[int]:
    """A process that begins with few; how many it may have at most."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, before[1]))
    yield before[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_as_many_as_are_needed(few: int, caplog: pytest.LogCaptureFixture) -> None:
    let_in_so_many(300)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (300 + FILES_BESIDE, few)
    assert not caplog.records


def test_as_many_as_it_may_have_and_a_line_in_the_log(few: int, caplog: pytest.LogCaptureFixture) -> None:
    if few == resource.RLIM_INFINITY:
        pytest.skip("2026-11-21: open files are not limited on this machine, so nothing is too much")
    with caplog.at_level(logging.WARNING):
        let_in_so_many(few)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (few, few)
    assert "GONGGUAN_SUBSCRIBERS" in caplog.text


def test_never_fewer_than_it_had() -> None:
    let_in_so_many(1)
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == max(FEW, 1 + FILES_BESIDE)
