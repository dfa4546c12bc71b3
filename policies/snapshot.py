"""Snapshots: what the policies of one county say at one policy version, immutable.

A snapshot asks two books in turn, the platform's (made once, shared by all counties) and the county's own, and
remembers each answer as a plan. Nothing is ever changed in place: when a county's policies change, a new snapshot is
made beside the old one and put in its place by one assignment, so a request sees either the old rights or the new,
whole. Loading beside readers was measured to give false answers in both directions.

A snapshot does not know who asks beyond their roles, and no rows of tables: `authority.py` brings those together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from policies.book import Book
from policies.rows import Row, county_rows
from policies.vocabulary import ASPECTS


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to one question, before any row is looked at: relations that permit, relations that forbid.

    The decision about a row and the filter of a list are both `any permitting and not any forbidding`. A relation
    in both sets is not simply dropped from the first: whoever stands in it is banned, whatever else permits them.
    """

    permitting: frozenset[str]
    forbidding: frozenset[str]


class Snapshot:
    """The policies of one county at one version."""

    __slots__ = ("_county", "_own", "_plans", "_platform", "county_id", "version")

    def __init__(self, *, county_id: UUID, version: int, platform: Book, own: Iterable[Row] = ()) -> None:
        """`own` are the county's rows, as `county_rows` checked them."""
        self.county_id = county_id
        self.version = version
        self._county = str(county_id)
        self._platform = platform
        self._own = Book(own)
        self._plans: dict[tuple[frozenset[str], str, str], Plan] = {}

    @classmethod
    def of_county(
        cls, *, county_id: UUID, version: int, platform: Book, rows: Iterable[Sequence[str]], origin: str
    ) -> "Snapshot":
        """From a county's rows as its rulebook gives them, six strings each. Raises the refusals of `rows.py`."""
        own = county_rows(county_id=county_id, rows=rows, origin=origin)
        return cls(county_id=county_id, version=version, platform=platform, own=own)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row that speaks in this county: the platform's, then its own."""
        return self._platform.rows + self._own.rows

    def plan(self, roles: frozenset[str], aspect: str, action: str) -> Plan:
        """What these roles may do, by relation. Raises LookupError for an aspect or action that does not exist."""
        question = (roles, aspect, action)
        plan = self._plans.get(question)
        if plan is None:
            # Two threads may both find nothing and both ask: the answers are equal, so the later one may win.
            plan = self._plans[question] = self._ask(roles, aspect, action)
        return plan

    def _ask(self, roles: frozenset[str], aspect: str, action: str) -> Plan:
        if aspect not in ASPECTS or action not in ASPECTS[aspect].actions:
            raise LookupError(f"no policy can speak of {action!r} on {aspect!r}: see policies/vocabulary.py")
        books = (self._platform, self._own)
        county = self._county
        return Plan(
            permitting=frozenset[str]().union(
                *(book.permitting(county=county, roles=roles, aspect=aspect, action=action) for book in books)
            ),
            forbidding=frozenset[str]().union(
                *(book.forbidding(county=county, roles=roles, aspect=aspect, action=action) for book in books)
            ),
        )
