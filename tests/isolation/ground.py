"""The ground: two counties full of what must not come out, the people who act there, and the owner's eye on it.

State machines are synchronous, so the owner's connection lives in an event loop of its own thread (`Backstage`), and
so do the machinery's errands: relaying what was announced, firing what is due.
"""

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from domain.deadlines import firing
from domain.documents.store import Store
from domain.edge import errand
from domain.notifications.commands import deliver
from domain.outbox.commands import begin_handling, mark_handled
from tenancy.ids import new_id
from tenancy.kinds import Private, Shared, System, kinds
from tests.databases import MigratedDatabase
from tests.domain.lineage.office import on_record
from tests.isolation.canaries import (
    Lying,
    Reader,
    canaries_in,
    canary,
    fingerprint_of_rows,
    rows_of_counties,
    rows_of_ids,
    where_words_lie,
)
from tests.isolation.locks import PATIENCE
from tests.places import the_demo_county_that_admits_more
from tests.registered import keeps_a_register
from tests.tenancy.rows import Row, Rows, matter_between
from tests.worlds import IN_POST_SINCE, PEOPLE, HandSetClock, Somebody, World, a_county

T = TypeVar("T")

GIVEN = {"items", "empowerments", "empowered_items"}
"""The tables in which it stands that somebody was empowered with an item."""


@dataclass(frozen=True)
class Acting:
    """One person in one post, as front ends say it."""

    name: str
    reader: Reader
    headers: Mapping[str, str]
    everywhere: tuple[Reader, ...] = ()
    """The same person in each of their posts: as whom they read their inbox, and nothing else."""

    def __repr__(self) -> str:
        return self.name


@dataclass
class Ground:
    """Two counties; `here` is where most people act."""

    here: World
    elsewhere: World
    people: list[Acting]
    seeds: list[Rows] = field(default_factory=list)

    def of(self, name: str) -> Acting:
        """Somebody by name, such as `zhou@kunyang`."""
        return next(each for each in self.people if each.name == name)


class Backstage:
    """The owner's and the worker's logins, usable from anywhere."""

    def __init__(self, database: MigratedDatabase, clock: HandSetClock, store: Store) -> None:
        self._database, self._clock, self._store = database, clock, store
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._known: dict[str, list[Lying]] = {}
        self._owner: asyncpg.Connection
        self._engine: AsyncEngine
        self._worker: AsyncEngine
        self.run(self._open())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this backstage, and wait for it."""
        done: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return done.result(timeout=PATIENCE)

    def close(self) -> None:
        """Go home."""
        self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def ground(self) -> Ground:
        """A fresh pair of counties with what lies in them."""
        self.forget()
        return self.run(self._lay())

    def lying(self, words: set[str]) -> list[Lying]:
        """The rows in which any of these canaries lies, each as often as it holds one of them.

        To look for words in every table is slow, and most questions change nothing: what was found is known until
        somebody writes.
        """
        unknown = words - self._known.keys()
        if unknown:
            self._known |= {word: [] for word in unknown}
            for each in self.run(self._found(where_words_lie(), "|".join(sorted(unknown)))):
                for word in unknown & canaries_in(json.dumps(each.row)):
                    self._known[word].append(each)
        return [each for word in sorted(words) for each in self._known[word]]

    def forget(self) -> None:
        """Something was written, or may have been: words may lie elsewhere now."""
        self._known.clear()

    def with_ids(self, tables: list[str], ids: list[UUID]) -> list[Lying]:
        """The rows with these ids."""
        return self.run(self._found(rows_of_ids(tables), ids)) if ids else []

    def rows(self, table: str, *counties: UUID) -> list[Lying]:
        """All rows that a table has of these counties, in the order of their ids."""
        return self.rows_of([table], *counties)

    def rows_of(self, tables: Iterable[str], *counties: UUID) -> list[Lying]:
        """All rows that these tables have of these counties, table by table."""
        return self.run(self._found(rows_of_counties(tables), list(counties)))

    def fingerprint(self, tables: Iterable[str], *counties: UUID, without: UUID) -> list[tuple[Any, ...]]:
        """What is another as soon as a row of these counties is, but for the rows that name somebody."""
        found = self.run(self._owner.fetch(fingerprint_of_rows(tables), list(counties), without))
        return [tuple(each) for each in found]

    def seed(self, world: World, *, first: str, second: str | None, person: str, tables: Any = None) -> Rows:
        """Let somebody have written in every table, texts and all."""
        self.forget()
        return self.run(self._seed(world, first, second, person, tables))

    def relay(self, ground: Ground) -> None:
        """Tell everybody what was announced in the two counties."""
        self.forget()
        self.run(self._relay(ground))

    def fire(self, ground: Ground) -> None:
        """Let the clocks ring that are due, then tell."""
        self.forget()
        self.run(self._fire(ground))

    async def _open(self) -> None:
        self._owner = await asyncpg.connect(self._database.owner.replace("+asyncpg", "", 1))
        self._engine = create_async_engine(self._database.owner)
        self._worker = create_async_engine(self._database.worker)

    async def _close(self) -> None:
        await self._owner.close()
        await self._engine.dispose()
        await self._worker.dispose()

    async def _found(self, statement: str, *arguments: object) -> list[Lying]:
        rows = await self._owner.fetch(statement, *arguments)
        return [Lying(row["table"], json.loads(row["row"])) for row in rows]

    async def _lay(self) -> Ground:
        here = await a_county(self._engine, rulebook=the_demo_county_that_admits_more())
        elsewhere = await a_county(self._engine)
        await keeps_a_register(self._engine, here)
        ground = Ground(here, elsewhere, people=[])
        for world in (here, elsewhere):
            # A comment is part of the text as loaded: a canary in the other county's rulebook.
            await self._owner.execute(
                "update county_rulebooks set text = text || $2 where county_id = $1",
                world.county_id,
                f"\n# {canary()}\n",
            )
            where = "" if world is here else "elsewhere "
            ground.people += [
                _acting(world, where, world[key], body) for key in PEOPLE for body in world[key].capacities
            ]
            await self._bodies_change(world)
            # Everybody in the county reads what is published; others refer to it.
            await self._seed(world, "kunyang", None, "gao", GIVEN.__contains__)
        ground.people.append(await self._bystander(here))
        ground.people = [_everywhere(each, ground.people) for each in ground.people]
        for first, second, person in (
            ("aojiang", None, "ye"),
            ("aojiang", "shuitou", "ye"),
            ("transport", None, "zhou"),
        ):
            ground.seeds.append(await self._seed(here, first, second, person, None))
        ground.seeds.append(await self._seed(elsewhere, "transport", "kunyang", "tang", None))
        ground.seeds.append(await self._seed(elsewhere, "kunyang", None, "gao", None))
        return ground

    async def _bodies_change(self, world: World) -> None:
        """A body that came and went, and names that were given up: the county's, as everything of its lineage."""
        for since, change in (
            (
                date(2026, 1, 5),
                f'change = "rename"\nfrom = ["shuitou"]\nname = "{canary()}"\nshort_name = "水"\n',
            ),
            (
                date(2026, 1, 5),
                'change = "split"\nfrom = ["transport"]\nto = ["transport", "short-lived"]\n'
                f'[[new]]\ncode = "short-lived"\nname = "{canary()}"\nshort_name = "暂"\nkind = "department"\n',
            ),
            (date(2026, 2, 5), 'change = "merge"\nfrom = ["short-lived"]\nto = ["transport"]\n'),
            (
                date(2026, 2, 5),
                f'body = "kunyang"\nchange = "rename"\nfrom = ["team"]\nname = "{canary()}"\n',
            ),
        ):
            await on_record(self._engine, world, change, since=since)

    async def _bystander(self, world: World) -> Acting:
        """Somebody of shuitou who also has a post in kunyang whose role grants nothing there."""
        somebody, capacity = world["lei"], new_id()
        await self._owner.execute(
            "insert into capacities (county_id, id, person_id, tenant_id, post, roles, since)"
            " values ($1, $2, $3, $4, $5, '{coordinator}', $6)",
            world.county_id,
            capacity,
            somebody.person_id,
            world.bodies["kunyang"],
            canary(),
            IN_POST_SINCE,
        )
        reader = Reader(
            world.county_id,
            world.bodies["kunyang"],
            capacity,
            somebody.person_id,
            frozenset({"coordinator"}),
            oversees=False,
        )
        return Acting("lei@kunyang", reader, _headers(somebody, capacity))

    async def _seed(
        self, world: World, first: str, second: str | None, person: str, tables: Any = None
    ) -> Rows:
        rows = await matter_between(
            self._owner,
            world,
            first=first,
            second=second,
            person=person,
            word=canary,
            only=tables or (lambda table: isinstance(kinds()[table], Private | Shared | System)),
            said=partial(_believable, world[person].person_id),
        )
        for table in {"files", "exports"} & rows.keys():
            contents = self._store.path(rows[table]["id"])
            contents.parent.mkdir(exist_ok=True)
            contents.write_text(canary())
        return rows

    async def _relay(self, ground: Ground) -> None:
        wall = datetime.now(UTC)
        for world in (ground.here, ground.elsewhere):
            waiting = await self._owner.fetch(
                "select id from announcements where county_id = $1 and handled_at is null and kind not like 'cnry%'"
                " order by seq",
                world.county_id,
            )
            async with errand(self._worker, county_id=world.county_id, now=await self._clock.now()) as opened:
                announced = await begin_handling(
                    opened, [row["id"] for row in waiting], wall=wall, lasts=wall - wall
                )
                await deliver(opened, announced)
                await mark_handled(opened, [each.id for each in announced], wall=wall)

    async def _fire(self, ground: Ground) -> None:
        for world in (ground.here, ground.elsewhere):
            async with errand(self._worker, county_id=world.county_id, now=await self._clock.now()) as opened:
                due = await firing.take_due(opened, most=1000)
                if due:
                    reached = await firing.ring(opened, due)
                    await firing.move_on(opened, due)
                    await firing.announce_rungs(opened, reached)
        await self._relay(ground)


def _acting(world: World, where: str, somebody: Somebody, body: str) -> Acting:
    capacity = somebody.capacities[body]
    keeps = {"personnel"} if (where, somebody.key) == ("", "tang") else set()
    reader = Reader(
        world.county_id,
        world.bodies[body],
        capacity,
        somebody.person_id,
        frozenset({PEOPLE[somebody.key][2]} | keeps),
        oversees=body in ("coordination", "justice"),
    )
    return Acting(f"{where}{somebody.key}@{body}", reader, _headers(somebody, capacity))


def _everywhere(acting: Acting, people: list[Acting]) -> Acting:
    me = acting.reader.county_id, acting.reader.person_id
    mine = [each.reader for each in people if (each.reader.county_id, each.reader.person_id) == me]
    return replace(acting, everywhere=tuple(mine))


def _headers(somebody: Somebody, capacity: UUID) -> dict[str, str]:
    return {"Authorization": f"Bearer {somebody.token}", "X-Acting-As": str(capacity)}


def _believable(person: UUID, table: str, rows: Rows) -> Row:
    """What makes a row readable for whom it belongs to: words that the schema knows, and what it refers to."""
    referral = rows.get("referrals", {}).get("id") or new_id()
    told: dict[str, Row] = {
        "agreements": {
            "materials": json.dumps(
                [{"kind": "letter", "need": "required", "name": canary(), "item": "1"}], ensure_ascii=False
            ),
            "proposed_by": person,
        },
        "alerts": {"drafted_by": person},
        "supervision_notes": {"drafted_by": person},
        "assignments": {"subject_kind": "referral", "subject_id": referral},
        "deadlines": {
            "kind": "referral.send",
            "unit": "working_days",
            "subject_kind": "referral",
            "subject_id": referral,
            "next_rung": None,
        },
        "deadline_rungs": {"rung": "warn"},
        "deadline_changes": {"kind": "recounted"},
        "files": {"media_type": "application/pdf"},
        "leave_requests": {"kind": "sick"},
        "night_duties": {"planned_by": person},
        "night_duty_swaps": {"proposed_by": person, "other_id": person},
        "attendance_entries": {"recorded_by": person},
        "notifications": {"kind": "referral.sent", "subject_kind": "referral", "subject_id": referral},
        "organisations": {"kind": "township"},
        # Two of a person, if there are two: a body's own matter, and one that it shares.
        "personal_data": {
            "kind": "telephone" if rows.get("referrals", {}).get("to_id") else "identity_number"
        },
        "referrals": {"drafted_by": person},
        "referral_events": {
            "kind": "sent",
            "by_person_id": person,
            "facts": json.dumps({"reason": canary()}),
        },
        "referral_materials": {"kind": "evidence"},
        "referral_notes": {"by_person_id": person},
        "certificate_changes": {"state": "cancelled", "by_person_id": person},
        "disciplinary_cases": {"opened_by": person},
        "secondments": {"mode": "stationed", "liaison": None},
        "consultations": {"proposed_by": person},
        "staff_entries": {"register": "enforcement", "establishment": "enforcement"},
        "substitutions": {"appointed_by": person},
    }
    return told.get(table, {})
