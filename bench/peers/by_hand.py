"""The peer that was written for these questions alone: the opening call, as few statements as they need, dicts, orjson.

Ids come as text, because that is what is sent.

It is the least that the same read takes in Python. It has no schema, no limits, no policies beyond the database's own, no
log and no tracing; nobody could ask it anything else.

python -m bench.peers.by_hand     on PORT, over GONGGUAN_APP_DATABASE_URL
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.peers.questions import EVENTS, FIRST
from ops.addresses import plain
from ops.settings import settings_here
from tenancy.transactions import token_hash

OPEN = "select problem, county_id::text, tenant_id::text from open_scope($1, $2, $3, false)"

NESTED = f"""
select r.id::text, r.state, r.letter_number, r.party, r.found_on,
       s.id::text, s.code, s.name, t.id::text, t.code, t.name, p.id::text, p.name, h.id::text, h.name
  from referrals r
  join organisations s on s.county_id = r.county_id and s.id = r.from_id
  join organisations t on t.county_id = r.county_id and t.id = r.addressee_id
  join persons p on p.county_id = r.county_id and p.id = r.drafted_by
  join organisations h on h.county_id = p.county_id and h.id = p.home_id
 where r.county_id = $1 and r.to_id = $2 order by r.id desc limit {FIRST}
"""

DEADLINES = """
select subject_id::text, kind, due_at, met_at from deadlines
 where county_id = $1 and subject_id = any($2) order by started_at, id
"""

LAST_EVENTS = f"""
with last as materialized (
    select asked.id, asked.nth, e.*
      from unnest($2::uuid[]) with ordinality asked (id, nth)
     cross join lateral (
            select number, kind, at, by_person_id, by_tenant_id from referral_events
             where county_id = $1 and referral_id = asked.id order by number desc limit {EVENTS}
           ) e
)
select last.id::text, last.kind, last.at, p.name, o.code
  from last
  join persons p on p.county_id = $1 and p.id = last.by_person_id
  join organisations o on o.county_id = $1 and o.id = last.by_tenant_id
 order by last.nth, last.number desc
"""

FLAT = f"""
select id::text, version, state, letter_number as "letterNumber", receipt_number as "receiptNumber", party, place,
       item_code as "itemCode", found_on as "foundOn", sent_at as "sentAt", taken_in_at as "takenInAt",
       created_at as "createdAt"
  from referrals where county_id = $1 and to_id = $2 order by referrals.id desc limit {FIRST}
"""

SMALL = """
select id::text, state, letter_number as "letterNumber", party, found_on as "foundOn"
  from referrals where county_id = $1 and id = $2
"""

Ask = Callable[[asyncpg.Connection, str, str, Request], Awaitable[Any]]


async def nested(connection: asyncpg.Connection, county: str, body: str, _: Request) -> Any:
    """Three statements, whose rows are sorted into each other."""
    rows = await connection.fetch(NESTED, county, body)
    ids = [row[0] for row in rows]
    owed: dict[str, list[Any]] = {each: [] for each in ids}
    for subject, kind, due_at, met_at in await connection.fetch(DEADLINES, county, ids):
        owed[subject].append({"kind": kind, "dueAt": due_at, "metAt": met_at})
    happened: dict[str, list[Any]] = {each: [] for each in ids}
    for referral, kind, at, name, code in await connection.fetch(LAST_EVENTS, county, ids):
        who = {"byPerson": {"name": name}, "byOrganisation": {"code": code}}
        happened[referral].append({"kind": kind, "at": at, **who})
    return {
        "referrals": {
            "edges": [
                {
                    "node": {
                        "id": row[0],
                        "state": row[1],
                        "letterNumber": row[2],
                        "party": row[3],
                        "foundOn": row[4],
                        "sender": {"id": row[5], "code": row[6], "name": row[7]},
                        "receiver": {"id": row[8], "code": row[9], "name": row[10]},
                        "draftedBy": {
                            "id": row[11],
                            "name": row[12],
                            "home": {"id": row[13], "name": row[14]},
                        },
                        "deadlines": owed[row[0]],
                        "lastEvents": happened[row[0]],
                    }
                }
                for row in rows
            ]
        }
    }


async def flat(connection: asyncpg.Connection, county: str, body: str, _: Request) -> Any:
    """One statement."""
    rows = await connection.fetch(FLAT, county, body)
    return {"referrals": {"edges": [{"node": dict(row)} for row in rows]}}


async def small(connection: asyncpg.Connection, county: str, _body: str, request: Request) -> Any:
    """One statement, one row."""
    row = await connection.fetchrow(SMALL, county, request.path_params["id"])
    return {"referral": row and dict(row)}


class Endpoints:
    """The endpoints over one pool."""

    def __init__(self, url: str) -> None:
        self._url = url

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """With the pool. What is set in a transaction ends with it, so there is nothing to reset between two."""
        async with asyncpg.create_pool(self._url, min_size=10, max_size=10, reset=_nothing) as self._pool:
            yield

    def answering(self, ask: Ask) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint: one read-only snapshot that begins with the opening call."""

        async def endpoint(request: Request) -> Response:
            token = request.headers["authorization"].removeprefix("Bearer ")
            acting_as = request.headers["x-acting-as"]
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                opened = await connection.fetchrow(OPEN, token_hash(token), acting_as, datetime.now(UTC))
                if opened is None or opened[0] is not None:
                    return Response(status_code=401)
                data = await ask(connection, opened[1], opened[2], request)
            return Response(orjson.dumps({"data": data}), media_type="application/json")

        return endpoint


async def _nothing(_: asyncpg.Connection) -> None:
    pass


async def serve() -> None:
    """Until stopped."""
    settings = settings_here()
    assert settings.app_database_url is not None
    endpoints = Endpoints(plain(settings.app_database_url))
    app = Starlette(
        routes=[
            Route("/nested", endpoints.answering(nested)),
            Route("/flat", endpoints.answering(flat)),
            Route("/small/{id}", endpoints.answering(small)),
        ],
        lifespan=endpoints.lifespan,
    )
    await uvicorn.Server(
        uvicorn.Config(app, port=settings.port, http="httptools", log_level="warning", access_log=False)
    ).serve()


if __name__ == "__main__":
    uvloop.run(serve())
