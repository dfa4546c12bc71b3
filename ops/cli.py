"""`gongguan …`: the command line. Only the list of commands and the way a trouble is told; see `ops/commands/`."""

import sys

import typer

from ops.commands.migrate import migrate
from ops.commands.up import up
from ops.troubles import Trouble

app = typer.Typer(
    name="gongguan",
    help="Gongguan (共管): joint management of a county's law enforcement. Settings come from the environment; "
    "`ops/settings.py` lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command()(up)
app.command()(migrate)


def main() -> None:
    """The entry point of `gongguan`. A trouble is two sentences and exit code 1; anything else is a bug and says so."""
    try:
        app()
    except Trouble as trouble:
        typer.echo(f"\n{trouble}", err=True)
        sys.exit(1)
