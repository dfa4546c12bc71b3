"""The peer as most would write it: strawberry's own execution, resolvers, a data loader for each relation.

The statements are the platform's own, through the same edge, with the same opening call and the same policies; the
execution alone differs. A schema of its own with what the three questions ask and no more; without limits, costs, log
and tracing. Documents are parsed and validated once, as ours are.

python -m bench.peers.loaders     on PORT, over GONGGUAN_APP_DATABASE_URL
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
import strawberry
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from strawberry import Info as StrawberryInfo
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from api.referral_lists import ReferralBox
from api.referral_words import ReferralEventKind, ReferralState
from domain.deadlines import queries as deadlines
from domain.edge import Edge
from domain.organisations import queries as organisations
from domain.referrals import queries
from domain.referrals.filters import Wanted
from domain.spans import Span
from domain.staff import queries as staff
from domain.work import Work
from ops import compose
from ops.settings import settings_here
from tenancy.transactions import Credentials

Found = Callable[[Work, Collection[UUID]], Awaitable[Mapping[UUID, Any]]]


class Context:
    """One request: its snapshot and its loaders, which use the session one after the other."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._one_at_a_time = asyncio.Lock()
        self.organisations = self._loader(organisations.of_ids)
        self.persons = self._loader(staff.of_ids)
        self.deadlines = self._loader(deadlines.of_subjects)
        self._events: dict[int, DataLoader[UUID, Any]] = {}

    def last_events(self, n: int) -> DataLoader[UUID, Any]:
        """The loader of the last so many."""
        if n not in self._events:
            self._events[n] = self._loader(lambda work, ids: queries.last_events_of(work, ids, n))
        return self._events[n]

    def _loader(self, found: Found) -> DataLoader[UUID, Any]:
        async def load(ids: list[UUID]) -> Sequence[Any]:
            async with self._one_at_a_time:
                by_id = await found(self.work, ids)
            return [by_id.get(each) for each in ids]

        return DataLoader(load_fn=load)


Info = StrawberryInfo[Context, None]


@strawberry.type
class Organisation:
    """A body."""

    id: strawberry.ID
    code: str
    name: str


@strawberry.type
class Person:
    """An officer."""

    id: strawberry.ID
    name: str

    @strawberry.field
    async def home(root: Any, info: Info) -> Organisation:
        """Of which body."""
        return await info.context.organisations.load(root.home_id)


@strawberry.type
class Deadline:
    """What is owed."""

    kind: str
    due_at: datetime
    met_at: datetime | None


@strawberry.type
class ReferralEvent:
    """What happened."""

    kind: ReferralEventKind
    at: datetime

    @strawberry.field
    async def by_person(root: Any, info: Info) -> Person:
        """By whom."""
        return await info.context.persons.load(root.by_person_id)

    @strawberry.field
    async def by_organisation(root: Any, info: Info) -> Organisation:
        """For which body."""
        return await info.context.organisations.load(root.by_tenant_id)


@strawberry.type
class Referral:
    """A case on its way."""

    id: strawberry.ID
    version: int
    state: ReferralState
    letter_number: str | None
    receipt_number: str | None
    party: str
    place: str
    item_code: str
    found_on: date
    sent_at: datetime | None
    taken_in_at: datetime | None
    created_at: datetime

    @strawberry.field
    async def sender(root: Any, info: Info) -> Organisation:
        """From whom."""
        return await info.context.organisations.load(root.from_id)

    @strawberry.field
    async def receiver(root: Any, info: Info) -> Organisation:
        """To whom."""
        return await info.context.organisations.load(root.addressee_id)

    @strawberry.field
    async def drafted_by(root: Any, info: Info) -> Person:
        """Who wrote it."""
        return await info.context.persons.load(root.drafted_by)

    @strawberry.field
    async def deadlines(root: Any, info: Info) -> list[Deadline]:
        """What is owed in it."""
        return await info.context.deadlines.load(root.id)

    @strawberry.field
    async def last_events(root: Any, info: Info, n: int = 3) -> list[ReferralEvent]:
        """What happened last."""
        return await info.context.last_events(n).load(root.id)


@strawberry.type
class Edge_:
    """An entry of a page."""

    node: Referral


@strawberry.type
class Page:
    """A page."""

    edges: list[Edge_]


@strawberry.type
class Query:
    """The two ways to ask."""

    @strawberry.field
    async def referrals(self, info: Info, box: ReferralBox, first: int) -> Page:
        """A box."""
        rows = await queries.page(
            info.context.work, wanted=Wanted(box=box.value), age="newest", span=Span(most=first)
        )
        return Page(edges=[Edge_(node=row) for row in rows])

    @strawberry.field
    async def referral(self, info: Info, id: strawberry.ID) -> Referral | None:
        """One referral."""
        return (await queries.of_ids(info.context.work, [UUID(id)])).get(UUID(id))


SCHEMA = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])


def endpoint(edge: Edge) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint `/graphql`: strawberry's own view costs more than this."""

    async def answer(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        token = request.headers["authorization"].removeprefix("Bearer ")
        credentials = Credentials(token=token, acting_as=request.headers["x-acting-as"])
        async with edge.reading(credentials) as work:
            result = await SCHEMA.execute(
                asked["query"], variable_values=asked["variables"], context_value=Context(work)
            )
        errors = {"errors": [each.formatted for each in result.errors]} if result.errors else {}
        return Response(
            orjson.dumps({"data": result.data, **errors}), media_type="application/graphql-response+json"
        )

    return answer


async def serve() -> None:
    """Until stopped."""
    settings = settings_here()
    assert settings.app_database_url is not None
    edge = compose.edge_of(settings, settings.app_database_url)
    app = Starlette(routes=[Route("/graphql", endpoint(edge), methods=["POST"])])
    await uvicorn.Server(
        uvicorn.Config(app, port=settings.port, http="httptools", log_level="warning", access_log=False)
    ).serve()


if __name__ == "__main__":
    uvloop.run(serve())
