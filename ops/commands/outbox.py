"""`gongguan outbox …`: announcements that were given up."""

from typing import TYPE_CHECKING

import typer

from ops.settings import settings_here

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

app = typer.Typer(help="Announcements that could not be delivered (未能送达的通告).", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """List what was given up, the latest first, and why. Ends with exit code 1 if there is anything."""
    from domain.outbox.queries import dead_letters  # noqa: PLC0415 - heavy, see the package
    from ops.provisioning import in_one_transaction  # noqa: PLC0415 - likewise

    letters = in_one_transaction(settings_here(), dead_letters)
    for letter in letters:
        typer.echo(f"{letter.dead_at:%Y-%m-%d %H:%M} {letter.kind} {letter.subject_id}: {letter.last_error}")
    if letters:
        raise typer.Exit(1)
    typer.echo("没有未送达的通告。 Nothing was given up.")


@app.command()
def resend() -> None:
    """Have everything that was given up tried again, from the first attempt on (重新发送)."""
    from domain.outbox.commands import resend as again  # noqa: PLC0415 - heavy, see the package
    from ops.provisioning import in_one_transaction  # noqa: PLC0415 - likewise

    async def act(session: "AsyncSession") -> int:
        return await again(session)

    count = in_one_transaction(settings_here(), act)
    typer.echo(f"重新发送 {count} 条。 {count} are tried again.")
