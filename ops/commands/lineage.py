"""`gongguan lineage …`: the changes of a county's bodies and units, by the documents that ordered them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.settings import settings_here

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from domain.lineage.commands import Recorded

app = typer.Typer(
    help="Which body or unit became which (机构沿革): renamed, merged, split, from a day on.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The change, in TOML.")]


@app.callback()
def lineage() -> None:
    """Which body or unit became which (机构沿革): renamed, merged, split, from a day on."""


@app.command()
def record(file: File) -> None:
    """Put a change on record: a renaming, a merger, a split (登记机构变动). `domain/lineage/intake.py` shows a file.

    This is the administrator's command: it writes with the owner's login, and the county has it on its audit trail. A
    merger or a split may be recorded before its day; on the day the posts of a body that is no more end by themselves, and
    whoever has a post in its heir carries on in its name. Nothing that was written before is changed.
    """
    from domain.lineage import commands  # noqa: PLC0415 - heavy, see the package
    from domain.lineage.intake import read_change  # noqa: PLC0415 - likewise
    from ops.compose import clock_of  # noqa: PLC0415 - likewise
    from ops.provisioning import provisioning, with_engine  # noqa: PLC0415 - likewise

    settings = settings_here()
    told = read_change(file.read_bytes(), name=file.name)

    async def record_it(engine: "AsyncEngine") -> "Recorded":
        now = await clock_of(settings, engine).now()
        async with provisioning(engine) as session:
            return await commands.record(session, told, now=now)

    recorded = with_engine(settings, record_it)
    typer.echo(f"已登记，自{told.since}起生效。 On record, in effect from {told.since} on.")
    for name in recorded.dissolved:
        typer.echo(f"撤销：{name}  No more: {name}")
    if recorded.posts_ended:
        typer.echo(
            f"届时终止任职 {recorded.posts_ended} 个。 Posts that end with that: {recorded.posts_ended}."
        )
