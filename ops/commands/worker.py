"""`gongguan worker`: the background alone."""

import asyncio
import logging

from ops.reach import as_duty
from ops.settings import Settings, settings_here


def worker() -> None:
    """Run the worker alone (后台服务): clock, recount, relay, sealer and sweeper. Any number may run."""
    settings = settings_here()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    with as_duty(settings, "worker", start=False) as servers:
        asyncio.run(work(settings, servers.database_url, servers.redis_url))


async def work(settings: Settings, worker_url: str, redis_url: str) -> None:
    """Work until asked to stop."""
    from ops import compose  # noqa: PLC0415 - heavy, see the package
    from ops.addresses import for_sqlalchemy  # noqa: PLC0415 - heavy, see the package
    from tenancy.transactions import Engines  # noqa: PLC0415 - heavy, see the package
    from workers.documents import sweeps_of  # noqa: PLC0415 - heavy, see the package
    from workers.main import run  # noqa: PLC0415 - heavy, see the package

    engines = Engines.of(for_sqlalchemy(worker_url))
    try:
        await compose.refuse_a_set_clock_in_production(settings, engines.writing)
        await run(
            engines=engines,
            redis_url=redis_url,
            clock=compose.clock_of(settings, engines.writing),
            checkpoints=compose.checkpoints_of(settings),
            sweeps=sweeps_of(compose.store_of(settings)),
        )
    finally:
        await engines.dispose()
