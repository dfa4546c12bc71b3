"""`gongguan worker`: the background alone."""

import asyncio
from typing import TYPE_CHECKING

from ops.logs import begin_logging
from ops.reach import as_duty, clerks_login
from ops.settings import Settings, settings_here
from ops.traces import tracing

if TYPE_CHECKING:
    from tenancy.telemetry import Tracer


def worker() -> None:
    """Run the worker alone (后台服务): clock, recount, relay, sealer, exports and sweeper. Any number may run."""
    settings = settings_here()
    begin_logging(settings.log)
    with as_duty(settings, "worker", start=False) as servers:
        app_url = clerks_login(settings)
        with tracing(settings, program="worker") as tracer:
            asyncio.run(
                work(settings, servers.database_url, servers.redis_url, app_url=app_url, tracer=tracer)
            )


async def work(
    settings: Settings, worker_url: str, redis_url: str, *, app_url: str | None, tracer: "Tracer | None"
) -> None:
    """Work until asked to stop. `app_url` is the login under which clerks read; without it, no exports are made here."""
    from ops import compose  # noqa: PLC0415 - heavy, see the package
    from ops.addresses import for_sqlalchemy  # noqa: PLC0415 - heavy, see the package
    from tenancy.transactions import Engines  # noqa: PLC0415 - heavy, see the package
    from workers import documents, exports  # noqa: PLC0415 - heavy, see the package
    from workers.main import run  # noqa: PLC0415 - heavy, see the package

    engines = Engines.of(for_sqlalchemy(worker_url))
    store = compose.store_of(settings)
    desk = compose.desk_of(settings, app_url, store) if app_url else None
    try:
        await compose.refuse_a_set_clock_in_production(settings, engines.writing)
        await run(
            engines=engines,
            redis_url=redis_url,
            clock=compose.clock_of(settings, engines.writing),
            checkpoints=compose.checkpoints_of(settings),
            desk=desk,
            tracer=tracer,
            sweeps=(*documents.sweeps_of(store), *exports.sweeps_of(store)),
        )
    finally:
        await engines.dispose()
        if desk is not None:
            await desk.edge.engines.dispose()
