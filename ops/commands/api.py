"""`gongguan api`: the GraphQL API alone."""

import asyncio
from socket import socket

from ops.embedded.ports import refuse_taken
from ops.reach import as_duty
from ops.settings import Settings, settings_here


def api() -> None:
    """Run the API alone (接口服务), on PORT, by the app's own login. Its database must be migrated."""
    settings = settings_here()
    refuse_taken(settings.port, variable="PORT", host=settings.host)
    with as_duty(settings, "app", start=False) as servers:
        asyncio.run(serve(settings, servers.database_url, servers.redis_url))


async def serve(settings: Settings, app_url: str, redis_url: str) -> None:
    """Serve until asked to stop."""
    import uvicorn  # noqa: PLC0415 - heavy, see the package

    from api.app import MIB, create_app  # noqa: PLC0415 - heavy, see the package
    from api.hub import Hub  # noqa: PLC0415 - heavy, see the package
    from ops import compose  # noqa: PLC0415 - heavy, see the package
    from tenancy.sign_in import Doorkeeper, SignInPolicy  # noqa: PLC0415 - heavy, see the package

    compose.refuse_rows_that_cannot_be_asked()
    edge = compose.edge_of(settings, app_url)
    await compose.refuse_a_set_clock_in_production(settings, edge.engines.writing)
    hub = Hub(redis_url)
    app = create_app(
        edge=edge,
        doorkeeper=Doorkeeper(edge.engines.writing, SignInPolicy()),
        store=compose.store_of(settings),
        hub=hub,
        introspection=settings.introspection,
        trusted=compose.trusted_documents_of(settings),
        origins=settings.origins,
        seconds=settings.timeout,
    )

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
            loop="uvloop",
            http="httptools",
            log_level="warning",
            access_log=False,
            server_header=False,
            ws_max_size=MIB,
            timeout_graceful_shutdown=5,
        )
    )
    await server.serve()
