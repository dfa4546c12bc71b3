"""Seats: how many connections for news one process holds at once, and how many of them are one person's.

A connection, socket or event stream, takes a seat when it comes and belongs to somebody as soon as it is known to whom.
Both bounds are settings of the installation. They keep one person's program that runs wild from taking every seat, and a
crowd from taking all the memory; how many subscriptions there are on a socket is bounded in `sockets.py`.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from tenancy.refusals import Refusal

SEATS = 12_000
"""A process with so many subscribers who wait takes about half a gigabyte (`make bench ARGS=subscribers`)."""

OF_ONE_PERSON = 20


class NoSeat(Refusal):
    """This process holds as many connections for subscriptions as it may."""

    code = "NO_SEAT"
    en = "This server serves as many subscribers as it may. Try again in a while; another one may have room."
    zh = "本服务的订阅连接数已达上限。请稍后重试，或由其他服务进程接入。"


class TooManyConnections(Refusal):
    """The person holds as many connections for subscriptions as one may."""

    code = "TOO_MANY_CONNECTIONS"
    en = "You have {most} connections for subscriptions already. Use one of them: a socket carries many subscriptions."
    zh = "您的订阅连接已达{most}条。请先关闭部分连接；一条 WebSocket 可承载多个订阅。"


class Seat:
    """One connection's, and whose it is once that is known."""

    def __init__(self, seats: "Seats") -> None:
        self._seats = seats
        self.person_id: UUID | None = None

    def give_to(self, person_id: UUID) -> None:
        """It is this person's from now on. Raises `TooManyConnections`."""
        if self.person_id == person_id:
            return
        if self._seats.taken_by[person_id] >= self._seats.of_one_person:
            raise TooManyConnections(most=self._seats.of_one_person)
        self._seats.taken_by[person_id] += 1
        self.person_id = person_id


class Seats:
    """All of one process."""

    def __init__(self, seats: int = SEATS, *, of_one_person: int = OF_ONE_PERSON) -> None:
        self.seats = seats
        self.of_one_person = of_one_person
        self.taken = 0
        self.taken_by: Counter[UUID] = Counter()

    @contextmanager
    def one(self) -> Iterator[Seat]:
        """A seat while the block lasts. Raises `NoSeat`."""
        if self.taken >= self.seats:
            raise NoSeat
        seat = Seat(self)
        self.taken += 1
        try:
            yield seat
        finally:
            self.taken -= 1
            if seat.person_id is not None:
                self.taken_by[seat.person_id] -= 1
                if not self.taken_by[seat.person_id]:
                    del self.taken_by[seat.person_id]
