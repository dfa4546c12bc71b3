"""Stopping: the signals that ask us to end, noticed where we look for them and nowhere else.

A signal that interrupted at any point could leave a child started and not yet written down. So the handlers only make
a note, and whoever waits looks at it. A second Ctrl-C is told that the first is being obeyed.
"""

import signal
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

GLANCE = 0.05
"""Seconds between two looks while waiting."""


class StopAsked(Exception):
    """Somebody asked us to end: no failure, only the way out of the wait."""


class Stop:
    """While the block lasts, Ctrl-C, `kill` and a closed terminal are noted instead of ending us."""

    def __init__(self, *, again: Callable[[], None]) -> None:
        """`again` is called when somebody asks a second time, to say that it is under way."""
        self._asked = False
        self._again = again
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        for sent in ENDING:
            self._before[sent] = signal.signal(sent, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for sent, before in self._before.items():
            signal.signal(sent, before)  # type: ignore[arg-type]  # what signal() gave is what signal() takes

    def look(self) -> None:
        """Raise StopAsked if somebody asked."""
        if self._asked:
            raise StopAsked

    def wait_until(self, done: Callable[[], bool], *, seconds: float) -> bool:
        """Wait until `done()` (True) or the seconds have passed (False). Raises StopAsked."""
        end_of_patience = time.monotonic() + seconds
        while True:
            self.look()
            if done():
                return True
            if time.monotonic() >= end_of_patience:
                return False
            time.sleep(GLANCE)

    def _note(self, _sent: int, _frame: FrameType | None) -> None:
        if self._asked:
            self._again()
        self._asked = True
