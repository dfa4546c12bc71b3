"""The set clock of a demonstration: written, removed and read with the owner's login. What it shows is `tenancy/clock.py`."""

from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ops.provisioning import in_one_transaction, with_engine
from ops.settings import Settings
from tenancy.clock import SettableClock
from tenancy.models import SetClock


def set_clock(settings: Settings, *, instant: datetime, running: bool) -> None:
    """Let the platform's time be `instant` from now on; `running` lets it run on."""

    async def write(session: AsyncSession) -> None:
        values = {"instant": instant, "set_at": datetime.now(UTC), "running": running}
        put = insert(SetClock).values(id=1, **values)
        await session.execute(put.on_conflict_do_update(index_elements=["id"], set_=values))

    in_one_transaction(settings, write)


def unset_clock(settings: Settings) -> None:
    """Let the platform's time be the machine's again."""

    async def remove(session: AsyncSession) -> None:
        await session.execute(delete(SetClock))

    in_one_transaction(settings, remove)


def time_on_the_platform(settings: Settings) -> datetime:
    """What time it is for the platform, in UTC."""

    async def read(engine: AsyncEngine) -> datetime:
        return await SettableClock(engine).now()

    return with_engine(settings, read)
