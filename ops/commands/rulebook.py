"""`gongguan rulebook …`: checking, comparing, printing and loading the rules of a place."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.settings import settings_here

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.rulebooks.differences import Difference, Side
    from domain.rulebooks.rules import Draft

SAME, DIFFERENT, TROUBLE = 0, 1, 2
"""How `diff` ends, as the program of that name does."""

app = typer.Typer(
    help="The rules of a place (规程): numbers, powers and procedures with their sources.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A rulebook in TOML.")]


@app.command()
def check(file: File) -> None:
    """Say what a rulebook would do, entry by entry, or every fault with its line and column. Loads nothing."""
    from domain.rulebooks.rules import parse  # noqa: PLC0415 - heavy, see the package
    from domain.rulebooks.shipped import shelf_below  # noqa: PLC0415 - likewise
    from domain.rulebooks.shown import describe  # noqa: PLC0415 - likewise

    draft = parse(_read(file), name=file.name)
    for line in describe(draft, below=shelf_below(county=draft.county or draft.place)):
        typer.echo(line)


@app.command()
def diff(
    before: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="A file, a place whose rulebook comes with the platform, or PLACE@2: a version that is loaded.",
        ),
    ],
    after: Annotated[str, typer.Argument(metavar="[B]", help="Another. Without it, A on two days.")] = "",
    on: Annotated[
        list[datetime] | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The day to compare on, or twice: that of A and that of B. Without it, the first of each text.",
        ),
    ] = None,
) -> None:
    """Say what two places, two files or two days of one place (规程比较) have otherwise, entry by entry with sources.

    Exit code 0: no difference, 1: some, 2: trouble. Loads nothing, and asks the database only about what is loaded
    there: pingyang@2, pingyang/kunyang@1, platform@1.
    """
    from domain.rulebooks.differences import differences  # noqa: PLC0415 - heavy, see the package
    from ops.troubles import Trouble  # noqa: PLC0415 - likewise
    from tenancy.refusals import Refusal  # noqa: PLC0415 - likewise

    days = [each.date() for each in on or ()]
    if len(days) > 2 or (not after and len(days) < 2):
        raise typer.BadParameter("name A and B, or A alone and two days. 请写A和B；只写A时须写两次--on。")
    try:
        sides = (
            _side(before, days[0] if days else None),
            _side(after or before, days[-1] if days else None),
        )
    except Refusal as refusal:
        typer.echo(f"{refusal.sentence('zh')}\n{refusal.sentence('en')}", err=True)
        raise typer.Exit(TROUBLE) from refusal
    except Trouble as trouble:
        typer.echo(str(trouble), err=True)
        raise typer.Exit(TROUBLE) from trouble
    found = list(differences(*sides))
    typer.echo(f"--- {sides[0].title} ({sides[0].day})\n+++ {sides[1].title} ({sides[1].day})")
    for each in found:
        typer.echo(_told(each))
    typer.echo(f"差异 differences: {len(found)}")
    raise typer.Exit(DIFFERENT if found else SAME)


@app.command()
def page() -> None:
    """Print the rulebooks that come with the platform side by side (规程对照), as docs/rulebooks.md holds them."""
    from ops.rulebook_page import rulebook_page  # noqa: PLC0415 - heavy, see the package

    typer.echo(rulebook_page(), nl=False)


@app.command()
def load(file: File) -> None:
    """Load a rulebook: a changed text is a new version from its first day on, the same text again is no news."""
    from domain.rulebooks import commands as rulebooks  # noqa: PLC0415 - heavy, see the package
    from ops.provisioning import in_one_transaction  # noqa: PLC0415 - likewise

    text = _read(file)

    async def load_it(session: "AsyncSession") -> rulebooks.Loaded:
        return await rulebooks.load(session, text=text, name=file.name, now=datetime.now(UTC))

    did = in_one_transaction(settings_here(), load_it)
    news = "已载入 loaded" if did.is_new else "内容未变 nothing new"
    typer.echo(f"{did.layer} {did.place}: {news} (v{did.version})")


def _side(named: str, day: date | None) -> "Side":
    """A file, a version that is loaded, or a place that comes with the platform. Raises refusals for all else."""
    from domain.rulebooks.differences import Side  # noqa: PLC0415 - heavy, see the package
    from domain.rulebooks.rules import parse  # noqa: PLC0415 - likewise
    from domain.rulebooks.shipped import drafts_below, drafts_of  # noqa: PLC0415 - likewise

    file = Path(named)
    place, _, number = named.rpartition("@")
    if file.is_file():
        draft = parse(_read(file), name=file.name)
        others = [each for each in drafts_below() if each.place != draft.place]
        return Side.of([draft], others=others, day=day)
    if place and number.isdecimal():
        draft, others = _loaded(place, int(number))
        return Side.of([draft], others=others, day=day)
    own, others = drafts_of(named)
    return Side.of(own, others=others, day=day)


def _loaded(place: str, number: int) -> "tuple[Draft, list[Draft]]":
    from domain.rulebooks import queries  # noqa: PLC0415 - heavy, see the package
    from ops.provisioning import in_one_transaction  # noqa: PLC0415 - likewise

    async def read(session: "AsyncSession") -> "tuple[Draft, list[Draft]]":
        return await queries.loaded(session, place=place, number=number)

    return in_one_transaction(settings_here(), read)


def _told(difference: "Difference") -> str:
    lines = [
        f"\n{difference.sign} {difference.key}",
        f"    {difference.means.zh}",
        f"    {difference.means.en}",
    ]
    for sign, told in (("-", difference.before), ("+", difference.after)):
        lines += [f"  {sign} {told[0]}", *(f"      {line}" for line in told[1:])]
    return "\n".join(lines)


def _read(file: Path) -> str:
    """The file's text. Raises the refusal of a file that is not UTF-8."""
    from domain.rulebooks.located import decode  # noqa: PLC0415 - heavy, see the package

    return decode(file.read_bytes(), name=file.name)
