"""`gongguan catalogue …`: taking a county's catalogue of items in from a spreadsheet."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.settings import settings_here
from ops.troubles import Trouble

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from domain.sheets import Report

app = typer.Typer(help="The catalogue of items (权力事项目录), from a spreadsheet.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An XLSX, or a CSV in UTF-8 or GBK.")]
County = Annotated[str, typer.Option(help="the county's code")]
By = Annotated[str, typer.Option(help="the code of the body in whose name it is published")]
GoodRowsOnly = Annotated[bool, typer.Option("--good-rows-only", help="take what is well, and leave the rest")]


class NoSuchBody(Trouble):
    """The county has no such body, or there is no such county."""

    def __init__(self, county: str, code: str) -> None:
        super().__init__(
            en=f"There is no body {code} in county {county}. Check both codes; the demo's are pingyang and xietiao.",
            zh=f"县代码{county}下没有代码为{code}的单位，请核对县代码和单位代码（演示县为pingyang、xietiao）。",
        )


@app.callback()
def catalogue() -> None:
    """The catalogue of items (权力事项目录), from a spreadsheet."""


@app.command("import")
def import_(file: File, county: County, by: By, good_rows_only: GoodRowsOnly = False) -> None:
    """Publish the items of a spreadsheet (导入目录). Nothing is taken unless every row is well, or only the good ones.

    The first row holds the headings: 代码、名称、领域、主管部门、权限、设立依据、处罚依据、裁量档次、起日、终止日. What is known
    already is no news. Ends with exit code 1 where a row was refused, and says of each why.
    """
    from domain.catalogue.intake import take_in  # noqa: PLC0415 - heavy, see the package
    from domain.catalogue.spreadsheet import CATALOGUE  # noqa: PLC0415 - likewise
    from domain.organisations.queries import known_as  # noqa: PLC0415 - likewise
    from domain.work import Errand  # noqa: PLC0415 - likewise
    from ops.compose import clock_of  # noqa: PLC0415 - likewise
    from ops.provisioning import provisioning, with_engine  # noqa: PLC0415 - likewise
    from ops.sheets import taken  # noqa: PLC0415 - likewise
    from tenancy.ids import county_id  # noqa: PLC0415 - likewise

    settings, content = settings_here(), file.read_bytes()

    async def import_it(engine: "AsyncEngine") -> "Report":
        now: datetime = await clock_of(settings, engine).now()
        async with provisioning(engine) as session:
            errand = Errand(session=session, county_id=county_id(county), now=now)
            body = (await known_as(errand)).get(by)
            if body is None:
                raise NoSuchBody(county, by)
            return await take_in(errand, file=content, by_id=body.id, good_rows_only=good_rows_only)

    typer.echo(taken(CATALOGUE, with_engine(settings, import_it)))
