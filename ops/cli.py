"""`gongguan …`: the command line. Only the list of commands and the way a trouble is told; see `ops/commands/`."""

import sys

import typer

from ops.commands import (
    account,
    audit,
    calendar,
    catalogue,
    clock,
    demo,
    lineage,
    outbox,
    personal_data,
    rulebook,
    staff,
)
from ops.commands.api import api
from ops.commands.migrate import migrate
from ops.commands.refusals import refusals
from ops.commands.schema import schema
from ops.commands.up import up
from ops.commands.worker import worker
from ops.troubles import Trouble
from tenancy.refusals import Refusal

app = typer.Typer(
    name="gongguan",
    help="Gongguan (共管): joint management of a county's law enforcement. Settings come from the environment; "
    "`ops/settings.py` lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (up, api, worker, migrate, schema, refusals):
    app.command()(command)
for group in (
    demo,
    rulebook,
    catalogue,
    staff,
    calendar,
    lineage,
    clock,
    audit,
    outbox,
    personal_data,
    account,
):
    app.add_typer(group.app, name=group.__name__.rpartition(".")[2].replace("_", "-"))


def main() -> None:
    """The entry point of `gongguan`. What a person can put right is told plainly, with exit code 1; a bug as a bug."""
    try:
        app()
    except Trouble as trouble:
        typer.echo(f"\n{trouble}", err=True)
        sys.exit(1)
    except Refusal as refusal:
        typer.echo(f"\n{refusal.sentence('zh')}\n{refusal.sentence('en')}", err=True)
        sys.exit(1)
