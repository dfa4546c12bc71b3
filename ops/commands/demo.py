"""`gongguan demo …`: the county to look around in."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from ops.settings import settings_here
from ops.troubles import Trouble
from ops.welcome import write_sign_ins

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

app = typer.Typer(
    help="The demo county (演示县): public bodies, made-up people, a password for all.", no_args_is_help=True
)


class NotADemo(Trouble):
    """Somebody would put made-up people with a well-known password into a production installation."""

    def __init__(self) -> None:
        super().__init__(
            en="The demo county has sign-ins that everybody knows, so it is loaded into a demonstration only: "
            "GONGGUAN_MODE=demo.",
            zh="演示数据含公开的账号和密码,仅可载入演示环境:请设 GONGGUAN_MODE=demo。",
        )


@app.command()
def load() -> None:
    """Load whatever of the demo county is not there yet (载入演示数据). What was done with it meanwhile stays."""
    from ops.demo.load import LoadedDemo, load_demo  # noqa: PLC0415 - heavy, see the package
    from ops.demo.welcome import sign_in_lines  # noqa: PLC0415 - likewise
    from ops.provisioning import in_one_transaction  # noqa: PLC0415 - likewise

    settings = settings_here()
    if not settings.is_demo:
        raise NotADemo

    async def load_it(session: "AsyncSession") -> LoadedDemo:
        return await load_demo(session, now=datetime.now(UTC))

    added = sum(in_one_transaction(settings, load_it).added.values())
    write_sign_ins(settings.home, sign_in_lines())
    typer.echo(f"演示数据:新增 {added} 行。 The demo county: {added} rows were new.")


@app.command()
def accounts() -> None:
    """List everybody one may sign in as (列出演示账号)."""
    from ops.demo.welcome import sign_in_lines  # noqa: PLC0415 - heavy, see the package

    for line in sign_in_lines():
        typer.echo(line)
