"""`gongguan clock …`: the set clock of a demonstration."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from ops.settings import settings_here
from ops.troubles import Trouble

app = typer.Typer(
    help="The clock of a demonstration (演示时钟). Production goes by the machine's clock and starts with no other.",
    no_args_is_help=True,
)

CHINA = ZoneInfo("Asia/Shanghai")

Instant = Annotated[
    str, typer.Argument(help="2026-03-10T09:00 (China's time), or with an offset: 2026-03-10T01:00Z")
]


class NotADemo(Trouble):
    """Somebody would set the clock of a production installation."""

    def __init__(self) -> None:
        super().__init__(
            en="Only a demonstration has a clock that can be set: run it with GONGGUAN_MODE=demo.",
            zh="仅演示环境可设置时钟：请以 GONGGUAN_MODE=demo 运行。",
        )


class NotAnInstant(Trouble):
    """The text is no date and time."""

    def __init__(self, text: str) -> None:
        super().__init__(
            en=f"“{text}” is no date and time. Write it like 2026-03-10T09:00.",
            zh=f"“{text}”不是有效的日期时间，请写作 2026-03-10T09:00。",
        )


@app.command("set")
def set_(
    instant: Instant,
    still: Annotated[bool, typer.Option("--still", help="let it stand still instead of running on")] = False,
) -> None:
    """Set the demonstration's clock; it runs on from there (设置演示时钟)."""
    settings = settings_here()
    if not settings.is_demo:
        raise NotADemo
    from ops.set_clock import set_clock  # noqa: PLC0415 - heavy, see the package

    set_clock(settings, instant=instant_of(instant), running=not still)
    show()


@app.command()
def show() -> None:
    """Show what time it is for the platform (显示平台时间)."""
    from ops.set_clock import time_on_the_platform  # noqa: PLC0415 - heavy, see the package

    typer.echo(time_on_the_platform(settings_here()).astimezone(CHINA).isoformat(sep=" ", timespec="seconds"))


@app.command()
def unset() -> None:
    """Go by the machine's clock again (恢复为系统时钟)."""
    from ops.set_clock import unset_clock  # noqa: PLC0415 - heavy, see the package

    unset_clock(settings_here())
    show()


def instant_of(text: str) -> datetime:
    """The instant that somebody wrote, in UTC. Raises NotAnInstant."""
    try:
        written = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAnInstant(text) from error
    return (written if written.tzinfo else written.replace(tzinfo=CHINA)).astimezone(UTC)
