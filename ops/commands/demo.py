"""`gongguan demo …`: the counties to look around in."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from ops.settings import settings_here
from ops.troubles import Trouble
from ops.welcome import write_sign_ins

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

app = typer.Typer(
    help="The demo counties (演示县): public bodies, made-up people, a password for all.",
    no_args_is_help=True,
)


class NotADemo(Trouble):
    """Somebody would put made-up people with a well-known password into a production installation."""

    def __init__(self) -> None:
        super().__init__(
            en="The demo counties have sign-ins that everybody knows, so they are loaded into a demonstration only: "
            "GONGGUAN_MODE=demo.",
            zh="演示数据含公开的账号和密码，仅可载入演示环境：请设 GONGGUAN_MODE=demo。",
        )


@app.command()
def load() -> None:
    """Load whatever of the demo counties is not there yet (载入演示数据). What was done with them meanwhile stays."""
    from ops.demo.load import LoadedDemo, load_demo  # noqa: PLC0415 - heavy, see the package
    from ops.demo.people import TEAMS  # noqa: PLC0415 - likewise
    from ops.demo.welcome import sign_in_lines  # noqa: PLC0415 - likewise
    from ops.provisioning import in_one_transaction  # noqa: PLC0415 - likewise

    settings = settings_here()
    if not settings.is_demo:
        raise NotADemo

    async def load_them(session: "AsyncSession") -> list[LoadedDemo]:
        now = datetime.now(UTC)
        return [await load_demo(session, now=now, county=county) for county in TEAMS]

    loaded = in_one_transaction(settings, load_them)
    added = sum(sum(each.added.values()) for each in loaded)
    write_sign_ins(settings.home, sign_in_lines())
    typer.echo(f"演示数据：新增 {added} 行。 The demo counties: {added} rows were new.")


@app.command()
def accounts() -> None:
    """List everybody one may sign in as (列出演示账号)."""
    from ops.demo.welcome import sign_in_lines  # noqa: PLC0415 - heavy, see the package

    for line in sign_in_lines():
        typer.echo(line)
