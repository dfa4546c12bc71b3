"""`gongguan audit …`: the trail, verified by whoever doubts it."""

from pathlib import Path
from typing import Annotated

import typer

from ops.settings import settings_here

app = typer.Typer(help="The audit trail (审计留痕).", no_args_is_help=True)

County = Annotated[str | None, typer.Option(help="a county's code; all counties if left out")]
Folder = Annotated[
    Path | None,
    typer.Option(help="the checkpoints, best a copy kept elsewhere; <home>/checkpoints if left out"),
]


@app.callback()
def audit() -> None:
    """The audit trail (审计留痕)."""


@app.command()
def verify(county: County = None, checkpoints: Folder = None) -> None:
    """Look for lines that were edited, removed or inserted, and chains that were cut or rewritten (核验审计链).

    Checkpoints vouch for a chain only where whoever can rewrite the database cannot rewrite them: copy the folder away
    regularly and verify against the copy. Exit code 1 when anything is wrong.
    """
    from ops.verifying import verify_trails  # noqa: PLC0415 - heavy, see the package

    settings = settings_here()
    verified = verify_trails(
        settings, county=county, checkpoints=checkpoints or settings.home / "checkpoints"
    )
    for each in verified:
        typer.echo(each.county)
        for sentence in (*each.report.sentences("zh"), *each.report.sentences("en")):
            typer.echo(f"  {sentence}")
    if not all(each.report.is_sound for each in verified):
        raise typer.Exit(1)
