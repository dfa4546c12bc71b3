"""Offices of one county that consult each other about Zhou, whom transport seconds to kunyang, and Guan of agriculture."""

from datetime import date

from sqlalchemy import select

from domain.consultations import commands, queries
from domain.consultations.rules import Proposal
from domain.deadlines.models import Deadline
from domain.secondments import queries as secondments
from tests.registered import TODAY, Office, keeps_a_register
from tests.worlds import a_county, place_text

TERM = date(2026, 6, 30)
BY_KIND = {
    "recall": {},
    "transfer": {"body_id": "aojiang"},
    "borrowing": {"body_id": "agriculture", "until": TERM},
    "appointment": {"post": "中队长"},
    "removal": {"post": "中队长"},
}


class Desk(Office):
    """What the two co-managers do, each act in a transaction of its own."""

    def proposal(self, kind, **said):
        given = {"ground": "县局专项行动需要", "since": TODAY} | BY_KIND[kind] | said
        body = given.get("body_id")
        return Proposal(kind=kind, **given | {"body_id": self.world.bodies[body] if body else None})

    async def entry(self, secondment_id, by="tang"):
        async with self.as_(by) as work:
            return await secondments.the(work, secondment_id)

    async def propose(self, kind="recall", *, by="tang", entry_id=None, expected_version=1, **said):
        async with self.as_(by) as work:
            return await commands.propose(
                work,
                secondment_id=entry_id or self.world.secondments["zhou"],
                expected_version=expected_version,
                proposal=self.proposal(kind, **said),
            )

    async def answer(self, asked, answer="agrees", *, by="gao", reasons=None):
        async with self.as_(by) as work:
            return await commands.answer(
                work, consultation_id=asked.id, expected_version=asked.version, answer=answer, reasons=reasons
            )

    async def do(self, act, asked, *, by="tang", **said):
        async with self.as_(by) as work:
            return await getattr(commands, act)(
                work,
                consultation_id=asked.id,
                expected_version=said.pop("expected_version", asked.version),
                **said,
            )

    async def carry_out(self, asked, *, by="tang", **said):
        return await self.do("carry_out", asked, by=by, **said)

    async def sees(self, who, asked, body=None):
        async with self.as_(who, body) as work:
            return asked.id in await queries.of_ids(work, [asked.id])


async def a_place(edge, owner_engine, *more, name="pingyang"):
    """A desk in a county whose rulebook is a place's, with these texts added."""
    rules = place_text(f"{name}.toml", county="pingyang")
    world = await a_county(owner_engine, rulebook="\n".join((rules, *more)))
    await keeps_a_register(owner_engine, world)
    return Desk(edge, world)


def split(aspect, decide, *, adopted="kunyang", document="KY-A2", modes="", **procedure):
    """A split of one aspect as a rulebook of pingyang's writes it."""
    said = "".join(f'{part} = "{side}"\n' for part, side in procedure.items())
    return (
        f'[powers.{aspect}]\ndecide = "{decide}"\n{said}roles = ["head", "personnel"]\ndocument = "{document}"\n'
        f'article = "99"\nadopted_from = "{adopted}"\n{modes}'
    )


async def clocks(owner_engine, world):
    """Every clock of the county: who owes what, and what became of it."""
    codes = {identifier: code for code, identifier in world.bodies.items()}
    async with owner_engine.connect() as connection:
        rows = await connection.execute(select(Deadline).where(Deadline.county_id == world.county_id))
        return {
            (
                codes[row.obligor_id],
                row.kind,
                "met" if row.met_at else "cancelled" if row.cancelled_at else "running",
            )
            for row in rows
        }
