"""`gongguan calendar …`: the years whose notices are published, and the deadlines that move with them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.settings import settings_here

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = typer.Typer(
    help="The working-day calendar (工作日历) from the State Council's yearly notices.", no_args_is_help=True
)

Notice = Annotated[
    Path | None,
    typer.Argument(
        exists=True, dir_okay=False, help="One year's notice in TOML; without one, all that the library has."
    ),
]


@app.callback()
def calendar() -> None:
    """The working-day calendar (工作日历) from the State Council's yearly notices."""


@app.command()
def load(notice: Notice = None) -> None:
    """Load the published years that are missing, or one year's notice typed from the document (载入放假安排).

    Deadlines that run are counted again; whoever owes or waits is told of what moved.
    """
    from domain.calendars import commands as calendars  # noqa: PLC0415 - heavy, see the package
    from ops.compose import clock_of  # noqa: PLC0415 - likewise
    from ops.provisioning import provisioning, with_engine  # noqa: PLC0415 - likewise
    from ops.recounting import recount_everywhere  # noqa: PLC0415 - likewise

    settings = settings_here()
    file = notice.read_bytes() if notice else None

    async def load_and_recount(engine: "AsyncEngine") -> tuple[list[calendars.Loaded], int]:
        now = await clock_of(settings, engine).now()
        async with provisioning(engine) as session:
            if notice is None or file is None:
                loaded = await calendars.load_published(session, now=now)
            else:
                one = await calendars.load_notice(session, file=file, name=notice.name, now=now)
                loaded = [one] if one.changed else []
        # Also when nothing is new: an earlier load may have died before it had counted everything again.
        return loaded, await recount_everywhere(engine, now=now)

    loaded, moved = with_engine(settings, load_and_recount)
    for one in loaded:
        typer.echo(f"{one.year}: {one.notice}")
    if not loaded:
        typer.echo("没有新的内容。 Nothing was new.")
    typer.echo(f"期限变动 {moved} 个。 {moved} deadlines moved.")
