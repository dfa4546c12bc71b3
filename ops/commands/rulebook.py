"""`gongguan rulebook …`: checking and loading the rules of a place."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.settings import settings_here

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

app = typer.Typer(
    help="The rules of a place (规程): numbers, powers and procedures with their sources.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A rulebook in TOML.")]


@app.command()
def check(file: File) -> None:
    """Say what a rulebook would do, entry by entry, or every fault with its line and column. Loads nothing."""
    from domain.rulebooks.rules import describe, parse  # noqa: PLC0415 - heavy, see the package
    from domain.rulebooks.shipped import shelf_below  # noqa: PLC0415 - likewise

    draft = parse(_read(file), name=file.name)
    for line in describe(draft, below=shelf_below(county=draft.county or draft.place)):
        typer.echo(line)


@app.command()
def load(file: File) -> None:
    """Load a rulebook: a changed text is a new version from its first day on, the same text again is no news."""
    from domain.rulebooks import commands as rulebooks  # noqa: PLC0415 - heavy, see the package
    from ops.provisioning import in_one_transaction  # noqa: PLC0415 - likewise

    text = _read(file)

    async def load_it(session: "AsyncSession") -> rulebooks.Loaded:
        return await rulebooks.load(session, text=text, name=file.name, now=datetime.now(UTC))

    did = in_one_transaction(settings_here(), load_it)
    news = "已载入 loaded" if did.is_new else "内容未变 nothing new"
    typer.echo(f"{did.layer} {did.place}: {news} (v{did.version})")


def _read(file: Path) -> str:
    """The file's text. Raises the refusal of a file that is not UTF-8."""
    from domain.rulebooks.located import decode  # noqa: PLC0415 - heavy, see the package

    return decode(file.read_bytes(), name=file.name)
