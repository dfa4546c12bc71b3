"""`gongguan staff …`: taking the rosters of a county's bodies in from a spreadsheet, and a template to begin with."""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.settings import settings_here
from ops.troubles import Trouble

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from domain.sheets import Report

app = typer.Typer(help="The register of staff (人员名册), from a spreadsheet.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An XLSX, or a CSV in UTF-8 or GBK.")]
County = Annotated[str, typer.Option(help="the county's code")]
GoodRowsOnly = Annotated[bool, typer.Option("--good-rows-only", help="take what is well, and leave the rest")]


class NoSuchCounty(Trouble):
    """There is no such county."""

    def __init__(self, county: str) -> None:
        super().__init__(
            en=f"There is no county {county}. Check its code; the demo's is pingyang.",
            zh=f"没有代码为{county}的县，请核对县代码（演示县为pingyang）。",
        )


@app.callback()
def staff() -> None:
    """The register of staff (人员名册), from a spreadsheet."""


@app.command("import")
def import_(file: File, county: County, good_rows_only: GoodRowsOnly = False) -> None:
    """Take a roster in (导入人员名册). Nothing is taken unless every row is well, or only the good ones.

    Each row is a person at home and, where 用人单位 is filled in, a secondment there with the officer's post that it
    grants. The first row holds the headings; `gongguan staff template` prints them, docs/rosters.md explains each. What is on
    record already is no news. Identity and telephone numbers are sealed and never printed. Ends with exit code 1 where a
    row was refused, and says of each where and why.
    """
    from sqlalchemy import exists, select  # noqa: PLC0415 - heavy, see the package

    from domain.personnel.intake import take_in  # noqa: PLC0415 - likewise
    from domain.personnel.roster import ROSTER  # noqa: PLC0415 - likewise
    from domain.work import Errand  # noqa: PLC0415 - likewise
    from ops.compose import clock_of, key_file_of  # noqa: PLC0415 - likewise
    from ops.provisioning import provisioning, with_engine  # noqa: PLC0415 - likewise
    from ops.sheets import taken  # noqa: PLC0415 - likewise
    from tenancy.ids import county_id  # noqa: PLC0415 - likewise
    from tenancy.models import CountyRow  # noqa: PLC0415 - likewise

    settings, content = settings_here(), file.read_bytes()
    keys = key_file_of(settings)

    async def import_it(engine: "AsyncEngine") -> "Report":
        now: datetime = await clock_of(settings, engine).now()
        async with provisioning(engine) as session:
            errand = Errand(session=session, county_id=county_id(county), now=now)
            if not await session.scalar(select(exists().where(CountyRow.county_id == errand.county_id))):
                raise NoSuchCounty(county)
            return await take_in(errand, file=content, keys=keys.read, good_rows_only=good_rows_only)

    typer.echo(taken(ROSTER, with_engine(settings, import_it)))


@app.command()
def template() -> None:
    """Print a roster's headings with the row of nobody, as CSV (名册模板): gongguan staff template > roster.csv."""
    from domain.personnel.roster import EXAMPLE, ROSTER  # noqa: PLC0415 - heavy, see the package

    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(
        [ROSTER.headings.values(), [EXAMPLE.get(column, "") for column in ROSTER.headings]]
    )
    # With the mark by which a spreadsheet knows the encoding.
    typer.echo(f"\ufeff{lines.getvalue()}", nl=False)
