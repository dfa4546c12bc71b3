"""`gongguan api`: the GraphQL API alone."""

import logging
import resource
import signal
import sys
from socket import socket
from typing import TYPE_CHECKING

from ops import garbage
from ops.embedded.ports import refuse_taken
from ops.logs import begin_logging
from ops.reach import as_duty
from ops.settings import Settings, settings_here
from ops.traces import tracing

if TYPE_CHECKING:
    from tenancy.telemetry import Tracer

log = logging.getLogger("gongguan.api")

FILES_BESIDE = 500
"""Open files beside those of subscribers: requests under way, the database, Redis, the program itself."""


def api() -> None:
    """Run the API alone (接口服务), on PORT, by the app's own login. Its database must be migrated."""
    import uvloop  # noqa: PLC0415 - heavy, see the package

    settings = settings_here()
    begin_logging(settings.log)
    refuse_taken(settings.port, variable="PORT", host=settings.host)
    # uvicorn ends in order, and then raises the signal once more: that would end us before what is open is closed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with as_duty(settings, "app", start=False) as servers, tracing(settings, program="api") as tracer:
        uvloop.run(serve(settings, servers.database_url, servers.redis_url, tracer=tracer))


def let_in_so_many(subscribers: int) -> None:
    """Take as many open files as this process may have; say so if that is too few for so many connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = subscribers + FILES_BESIDE
    if soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, allowed), hard))
        if allowed < wanted:
            log.warning(
                "%d open files are allowed; %d subscribers need %d: raise the limit (LimitNOFILE=), or lower GONGGUAN_SUBSCRIBERS",
                allowed,
                subscribers,
                wanted,
            )


async def serve(settings: Settings, app_url: str, redis_url: str, *, tracer: "Tracer | None") -> None:
    """Serve until asked to stop."""
    import uvicorn  # noqa: PLC0415 - heavy, see the package

    from api import readers  # noqa: PLC0415 - heavy, see the package
    from api.allowances import Allowances  # noqa: PLC0415 - heavy, see the package
    from api.app import MIB, create_app  # noqa: PLC0415 - heavy, see the package
    from api.hub import Hub  # noqa: PLC0415 - heavy, see the package
    from api.seats import OF_ONE_PERSON, SEATS, Seats  # noqa: PLC0415 - heavy, see the package
    from ops import compose  # noqa: PLC0415 - heavy, see the package
    from tenancy.sign_in import Doorkeeper, SignInPolicy  # noqa: PLC0415 - heavy, see the package

    compose.refuse_rows_that_cannot_be_asked()
    # Operations are broken off here. PostgreSQL is told as well, later, for the day on which we are killed.
    edge = compose.edge_of(
        settings,
        app_url,
        statement_seconds=2 * settings.timeout,
        keys=compose.key_file_of(settings).read,
    )
    await compose.refuse_a_set_clock_in_production(settings, edge.engines.writing)
    await compose.refuse_personal_data_that_cannot_be_opened(settings, edge.engines.writing)
    limits = compose.limits_of(settings)
    seats = Seats(settings.subscribers or SEATS, of_one_person=settings.subscribers_of_one or OF_ONE_PERSON)
    let_in_so_many(seats.seats)
    hub = Hub(redis_url, seats=seats)
    app = create_app(
        edge=edge,
        doorkeeper=Doorkeeper(edge.engines.writing, SignInPolicy()),
        store=compose.store_of(settings),
        hub=hub,
        pages=compose.pages_of(settings),
        introspection=settings.introspection,
        trusted=compose.trusted_documents_of(settings),
        origins=settings.origins,
        seconds=settings.timeout,
        limits=limits,
        allowances=Allowances(limits, redis_url),
        metrics_token=compose.metrics_token_of(settings),
        tracer=tracer,
        breadth_first=settings.breadth_first,
    )

    garbage.settle()

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket] | None = None) -> None:
            """Streams end by themselves only when they are told; otherwise they would be waited for."""
            hub.close()
            await super().shutdown(sockets)

    server = Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,  # ops/logs.py has the say
            http=readers.Http,
            ws=readers.Sockets,
            # The messages are small, and the state of a compressor costs each idle socket more than all the rest of it.
            ws_per_message_deflate=False,
            log_level="warning",
            access_log=False,
            server_header=False,
            ws_max_size=MIB,
            timeout_graceful_shutdown=5,
        )
    )
    await server.serve()
