"""The measuring: everybody is asked the same for a short while, in turns, so that a slow minute falls on all.

What is said of two is the median of what their rounds say, each round's slices lying seconds apart.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from bench.peers.questions import differences, meant
from bench.peers.serving import Computes, Serving

AT_ONCE = (1, 8)
SECONDS_TO_WARM_UP = 1.5


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server under its name, and how a question is put to it."""

    name: str
    server: Serving
    request: Callable[[str, int], bytes]


@dataclass(slots=True)
class Slice:
    """What one contestant did in one round."""

    times: list[float]
    seconds: float
    own: float
    database: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds


@dataclass(slots=True)
class Record:
    """One contestant's slices of one question, asked by so many at once."""

    who: str
    question: str
    at_once: int
    size: int
    slices: list[Slice] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second, in the middling round."""
        return median(each.rate for each in self.slices)

    @property
    def p50(self) -> float:
        """Milliseconds that half of the answers took at most."""
        return self._percentile(50)

    @property
    def p99(self) -> float:
        """Milliseconds that all but one in a hundred took at most."""
        return self._percentile(99)

    @property
    def own(self) -> float:
        """Milliseconds of the server's own processor time for each answer: they say most on a machine that is busy."""
        return self._for_each_answer(sum(each.own for each in self.slices))

    @property
    def database(self) -> float:
        """Milliseconds of the database's processor time for each answer; 0 where it runs on another machine."""
        return self._for_each_answer(sum(each.database for each in self.slices))

    def beside(self, other: "Record") -> float:
        """How many times as much it answers a second."""
        return median(ours.rate / theirs.rate for ours, theirs in zip(self.slices, other.slices, strict=True))

    def _for_each_answer(self, seconds: float) -> float:
        return 1000 * seconds / sum(len(each.times) for each in self.slices)

    def _percentile(self, percent: int) -> float:
        times = [time for each in self.slices for time in each.times]
        return 1000 * quantiles(times, n=100, method="inclusive")[percent - 1]


class Client:
    """The asking process."""

    def __init__(self, process: "subprocess.Popen[str]", database: Computes) -> None:
        self._process = process
        self._database = database

    def answer(self, contestant: Contestant, question: str) -> bytes:
        """One answer."""
        answer: str = self._told(contestant, question)["answer"]
        return answer.encode()

    def ask(self, contestant: Contestant, question: str, *, at_once: int, seconds: float) -> Slice:
        """Ask on and on for so long."""
        own, database = contestant.server.taken(), self._database.taken()
        told = self._told(contestant, question, connections=at_once, seconds=seconds)
        return Slice(
            told["times"],
            told["seconds"],
            contestant.server.taken_since(own),
            self._database.taken_since(database),
        )

    def _told(self, contestant: Contestant, question: str, **how: Any) -> Any:
        port = contestant.server.port
        request = contestant.request(question, port).decode("latin-1")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"port": port, "request": request, **how}), file=self._process.stdin, flush=True)
        told = json.loads(self._process.stdout.readline())
        assert "refused" not in told, f"{contestant.name}, {question}: {told}"
        return told


@contextmanager
def a_client(database: Computes) -> Iterator[Client]:
    """A client, for as long as the block runs; `database` is what the servers ask."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.peers.asking"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Client(process, database)
        process.terminate()


class Unlike(Exception):
    """Somebody answers with other data than the first, and must not win by it."""


def refuse_unlike_answers(
    client: Client, contestants: Sequence[Contestant], questions: Sequence[str]
) -> None:
    """See that everybody answers with the same data. Raises `Unlike`."""
    for question in questions:
        first, *others = contestants
        expected = meant(client.answer(first, question))
        for other in others:
            for place, ours, theirs in differences(expected, meant(client.answer(other, question))):
                raise Unlike(f"{question}{place}: {first.name} says {ours!r}, {other.name} says {theirs!r}")


def measured(
    contestants: Sequence[Contestant],
    questions: Sequence[str],
    *,
    database: Computes,
    at_once: Sequence[int] = AT_ONCE,
    rounds: int,
    seconds: float,
) -> list[Record]:
    """Everybody's records, after a warm-up. Raises `Unlike`."""
    with a_client(database) as client:
        refuse_unlike_answers(client, contestants, questions)
        for question in questions:
            for each in contestants:
                client.ask(each, question, at_once=max(at_once), seconds=SECONDS_TO_WARM_UP)
        records = [
            Record(each.name, question, times, len(client.answer(each, question)))
            for question in questions
            for times in at_once
            for each in contestants
        ]
        by_name = {each.name: each for each in contestants}
        for number in range(rounds):
            # Whoever comes first in one round comes last in the next.
            for record in records[:: -1 if number % 2 else 1]:
                record.slices.append(
                    client.ask(by_name[record.who], record.question, at_once=record.at_once, seconds=seconds)
                )
    return records
