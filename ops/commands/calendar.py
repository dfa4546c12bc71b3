"""`gongguan calendar …`: the years whose notices are published, and the days that a county changes for itself."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.settings import settings_here

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

app = typer.Typer(
    help="The working-day calendar (工作日历): the State Council's yearly notices, and a county's own days.",
    no_args_is_help=True,
)

File = Annotated[
    Path | None,
    typer.Argument(
        exists=True,
        dir_okay=False,
        help="One year's notice, or a county's own decision, in TOML; without one, all years that the library has.",
    ),
]


@app.callback()
def calendar() -> None:
    """The working-day calendar (工作日历): the State Council's yearly notices, and a county's own days."""


@app.command()
def load(file: File = None) -> None:
    """Load the published years that are missing, one year's notice, or a county's own days (载入放假安排或本县调整).

    A file that names its `county` is that county's decision (a festival, a typhoon) and changes its calendar alone; any
    other is a yearly notice. This is the administrator's command: it writes with the owner's login, which nobody on a
    request has, and each county concerned has it on its audit trail. The worker counts running deadlines again by
    itself; whoever owes or waits is told of what moved.
    """
    from domain.deadlines import recounting  # noqa: PLC0415 - heavy, see the package
    from ops.compose import clock_of  # noqa: PLC0415 - likewise
    from ops.provisioning import provisioning, with_engine  # noqa: PLC0415 - likewise

    settings = settings_here()
    text = file.read_bytes() if file else b""

    async def load_it(engine: "AsyncEngine") -> tuple[list[str], int]:
        now = await clock_of(settings, engine).now()
        async with provisioning(engine) as session:
            news = (
                await _load_file(session, text, name=file.name, now=now)
                if file
                else await _load_library(session, now=now)
            )
            return news, await recounting.count_stale(session)

    news, waiting = with_engine(settings, load_it)
    for line in news or ["没有新的内容。 Nothing was new."]:
        typer.echo(line)
    typer.echo(f"待重算的期限 {waiting} 个，由后台处理。 The worker counts {waiting} deadlines again.")


async def _load_library(session: "AsyncSession", *, now: datetime) -> list[str]:
    from domain.calendars import commands as calendars  # noqa: PLC0415 - heavy, see the package

    return [f"{each.year}: {each.notice}" for each in await calendars.load_published(session, now=now)]


async def _load_file(session: "AsyncSession", text: bytes, *, name: str, now: datetime) -> list[str]:
    from domain.calendars import commands as calendars  # noqa: PLC0415 - heavy, see the package
    from domain.calendars.county_days import is_of_a_county  # noqa: PLC0415 - likewise

    if is_of_a_county(text, name=name):
        days = await calendars.load_county_days(session, file=text, name=name, now=now)
        said = f"{days.county}: {days.document}, {days.changed} 日变动 days changed"
        return [said] if days.changed else []
    year = await calendars.load_notice(session, file=text, name=name, now=now)
    return [f"{year.year}: {year.notice}"] if year.changed else []
