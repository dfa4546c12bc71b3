"""Verifying the audit trails of this installation with the backup's login. What is verified stands in `domain/audit`."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.audit import queries
from domain.audit.rules import Report
from ops.compose import clock_of
from ops.provisioning import with_engine
from ops.settings import Settings
from ops.troubles import Trouble
from tenancy.models import CountyRow
from workers.checkpoints import PUBLIC_KEY, CheckpointFolder, public_key


class NoSuchCounty(Trouble):
    """The code is no county's of this installation."""

    def __init__(self, code: str) -> None:
        super().__init__(en=f"No county here has the code “{code}”.", zh=f"本平台没有代码为“{code}”的县。")


@dataclass(frozen=True)
class Verified:
    """A county's name and the report on its trail."""

    county: str
    report: Report


def verify_trails(settings: Settings, *, county: str | None, checkpoints: Path) -> list[Verified]:
    """Verify the trail of the county with this code, or of all, against the folder of checkpoints.

    Raises NoSuchCounty, and ValueError when the folder's public key is none.
    """

    async def verify(engine: AsyncEngine) -> list[Verified]:
        now = await clock_of(settings, engine).now()
        return [
            Verified(name, await _verify(engine, county_id, checkpoints, now))
            for county_id, name in await _counties(engine, county)
        ]

    return with_engine(settings, verify, duty="backup")


async def _counties(engine: AsyncEngine, code: str | None) -> list[tuple[UUID, str]]:
    wanted = select(CountyRow.county_id, CountyRow.name).order_by(CountyRow.code)
    if code is not None:
        wanted = wanted.where(CountyRow.code == code)
    async with engine.connect() as connection:
        found = [(row.county_id, row.name) for row in await connection.execute(wanted)]
    if code is not None and not found:
        raise NoSuchCounty(code)
    return found


async def _verify(engine: AsyncEngine, county_id: UUID, folder: Path, now: datetime) -> Report:
    kept, unreadable = CheckpointFolder(folder, folder / "not-needed-for-reading").read(county_id)
    key_file = folder / PUBLIC_KEY
    return await queries.verify(
        engine,
        county_id=county_id,
        checkpoints=kept,
        key=public_key(key_file.read_bytes()) if key_file.exists() else None,
        now=now,
        unreadable=unreadable,
    )
