"""Snapshots: immutable, remembered, and swapped under readers without one false answer."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import casbin
import pytest

from policies.book import MODEL, Book
from policies.relations import RELATIONS
from policies.rows import Row, platform_rows
from policies.snapshot import Plan, Snapshot
from policies.vocabulary import ASPECTS, ROLES, Effect
from tests.policies.tables import PINGYANG

PLATFORM = Book(platform_rows())
QUESTIONS = [
    (frozenset({role}), aspect, action)
    for role in ROLES
    for aspect, known in ASPECTS.items()
    for action in known.actions
]
LETTER = "referral.letter"


def row(county: UUID, role: str, relation: str, action: str, effect: Effect) -> Row:
    return Row(str(county), role, relation, LETTER, action, effect, "here:1")


@pytest.fixture
def restless_threads() -> Iterator[None]:
    """Threads that take turns a thousand times more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 1000)
    yield
    sys.setswitchinterval(usual)


class CountingBook(Book):
    """A book that counts how often it is asked."""

    asked = 0

    def permitting(self, **question: object) -> frozenset[str]:
        self.asked += 1
        return super().permitting(**question)  # type: ignore[arg-type]  # passed on as it came


class TestASnapshot:
    def test_asks_casbin_once_and_remembers(self) -> None:
        book = CountingBook(platform_rows())
        snapshot = Snapshot(county_id=PINGYANG, version=1, platform=book)
        first = [snapshot.plan(frozenset({"officer"}), LETTER, "read") for _ in range(3)]
        assert book.asked == 1
        assert first[0] is first[1] is first[2]

    def test_joins_what_each_role_is_given(self) -> None:
        snapshot = Snapshot(county_id=PINGYANG, version=1, platform=PLATFORM)
        plan = snapshot.plan(frozenset({"registrar", "coordinator"}), LETTER, "read")
        assert plan == Plan(frozenset({"sender", "receiver", "overseer"}), frozenset())

    def test_joins_the_platform_s_rows_with_the_county_s(self) -> None:
        own = [row(PINGYANG, "officer", "receiver", "send", "permit")]
        ban = [row(PINGYANG, "registrar", "sender", "send", "forbid")]
        snapshot = Snapshot(county_id=PINGYANG, version=2, platform=PLATFORM, own=[*own, *ban])
        roles = frozenset({"officer", "registrar"})
        assert snapshot.plan(roles, LETTER, "send") == Plan(
            frozenset({"sender", "receiver"}), frozenset({"sender"})
        )
        assert snapshot.rows == (*PLATFORM.rows, *own, *ban)

    def test_says_what_reading_every_row_one_by_one_says(self) -> None:
        rows = platform_rows()
        snapshot = Snapshot(county_id=PINGYANG, version=1, platform=PLATFORM)
        for roles, aspect, action in QUESTIONS:
            asked = [r for r in rows if r.role in roles and (r.aspect, r.action) == (aspect, action)]
            plan = snapshot.plan(roles, aspect, action)
            assert plan.permitting == {r.relation for r in asked if r.effect == "permit"}
            assert plan.forbidding == {r.relation for r in asked if r.effect == "forbid"}


@pytest.mark.usefixtures("restless_threads")
class TestUnderConcurrentThreads:
    def test_a_book_answers_as_it_does_alone(self) -> None:
        def answers() -> list[frozenset[str]]:
            return [
                PLATFORM.permitting(county=str(PINGYANG), roles=roles, aspect=aspect, action=action)
                for roles, aspect, action in QUESTIONS
            ]

        alone = answers()
        with ThreadPoolExecutor(6) as threads:
            assert all(found.result() == alone for found in [threads.submit(answers) for _ in range(18)])

    def test_snapshots_that_are_swapped_give_no_false_answer(self) -> None:
        """Odd versions permit the first half of the relations and forbid the other; even versions the reverse."""
        relations = tuple(RELATIONS)
        halves = relations[:6], relations[6:]

        def version(number: int) -> Snapshot:
            permitted, forbidden = halves if number % 2 else halves[::-1]
            effects: list[tuple[Effect, tuple[str, ...]]] = [("permit", permitted), ("forbid", forbidden)]
            own = [
                row(PINGYANG, "officer", relation, action, effect)
                for action in ("read", "send")
                for effect, half in effects
                for relation in half
            ]
            return Snapshot(county_id=PINGYANG, version=number, platform=Book(()), own=own)

        current = [version(1)]

        def read() -> list[str]:
            seen, false = set[int](), list[str]()
            while len(seen) < 25 and current[0].version < 3000:
                snapshot = current[0]
                seen.add(snapshot.version)
                permitted, forbidden = halves if snapshot.version % 2 else halves[::-1]
                for action in ("read", "send"):
                    plan = snapshot.plan(frozenset({"officer"}), LETTER, action)
                    if plan != Plan(frozenset(permitted), frozenset(forbidden)):
                        false.append(f"version {snapshot.version}, {action}: {plan}")
            return false if len(seen) == 25 else [*false, f"saw only {len(seen)} of 3000 versions"]

        with ThreadPoolExecutor(4) as threads:
            readers = [threads.submit(read) for _ in range(4)]
            while not all(reader.done() for reader in readers):
                current[0] = version(current[0].version + 1)
        assert [reader.result() for reader in readers] == [[], [], [], []]


class TestCasbin:
    def test_allows_empty_words_when_it_has_no_rows_which_is_why_no_drawer_is_empty(self) -> None:
        assert casbin.Enforcer(str(MODEL)).enforce("", "", "", "", "") is True
        nothing = Book(()).permitting(county="", roles=frozenset({""}), aspect="", action="")
        assert nothing == frozenset()
