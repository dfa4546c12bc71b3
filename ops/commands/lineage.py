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
    """Put a change on record: a renaming, a merger, a split (登记机构变动).

    This is the administrator's command: it writes with the owner's login, and the county has it on its audit trail. A
    merger or a split may be recorded before its day; on the day the posts of a body that is no more end by themselves, and
    whoever has a post in its heir carries on in its name. Nothing that was written before is changed.

    A file is written like this, and `[\\[new]]` describes what the change founds:

    \b
    county = "pingyang"
    change = "merge"                 # 合并 merge, 分设 split, 更名 rename
    since = 2026-04-01
    document = "平阳县机构改革方案"
    number = "平委发〔2026〕8号"
    from = ["jiaotong", "nongye"]
    to = ["jiaonong"]

    \b
    [\\[new]]
    code = "jiaonong"
    name = "平阳县交通农业局"
    short_name = "平交农"
    kind = "department"              # or township, county_body, patrol_body

    A split of which nothing goes on names its `heir`, one of `to`. A renaming has `name` and `short_name` instead of `to`,
    and is recorded on its day or later. Of units, `body` says whose they are; they have no `short_name` and no `kind`.
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
    for name in recorded.unmanned:
        typer.echo(
            f"注意：{name}届时无人任职，承接事项将无人办理。请在生效日之前安排人员任职。\n"
            f"Mind: nobody has a post in {name} that day, so nobody would go on with what it takes over. See that people have "
            "posts there before.",
            err=True,
        )
