"""`gongguan up`: the whole platform in one terminal."""

import typer

from ops.settings import settings_here
from ops.up import bring_up, the_whole_platform
from ops.welcome import welcome


def up() -> None:
    """Run everything: servers, migrations, API and worker (整套运行). Stop with Ctrl-C.

    Starts the embedded PostgreSQL and Redis, or uses those of DATABASE_URL and REDIS_URL. Data stay in GONGGUAN_HOME
    (var) and survive; a run that was killed is cleared up after by the next. With GONGGUAN_MODE=demo the demo counties
    are loaded first. The API listens on PORT (8000).
    """
    settings = settings_here()
    bring_up(settings, the_whole_platform(settings, welcome=lambda: welcome(settings)), tell=tell)


def tell(text: str) -> None:
    """Say something at once, even into a pipe."""
    typer.echo(text)
    typer.get_text_stream("stdout").flush()
