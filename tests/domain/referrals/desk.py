"""What people of one world do with referrals at their desks, for the tests of commands: each act in a transaction of its own."""

from contextlib import asynccontextmanager
from datetime import date
from uuid import uuid4

from domain.documents import commands as documents
from domain.documents.store import Stored
from domain.referrals import articles, commands, following, queries, receiving, suspending

LETTER = {
    "found_on": date(2026, 3, 9),
    "party": "某某运输有限公司",
    "place": "昆阳镇通福路",
    "facts": "一辆货车未采取密闭措施运输渣土。",
    "item_code": "330218085000",
    "legal_basis": "《浙江省道路运输条例》",
}
REQUIRED = ("source", "identity", "evidence")

KINDS = {
    "pingyang": ("source", "evidence"),
    "fuling": ("other",),
    "xx": ("source",),
    "yangxin": ("source", "evidence"),
    "huancui": ("source", "evidence"),
}
"""What goes with a letter at least, by the list of each place."""


class Desk:
    """What people of one world do at their desks, each act in a transaction of its own."""

    def __init__(self, edge, world):
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def as_(self, who, body=None):
        person = self.world[who]
        credentials = person.acting_for(body) if body else person.credentials
        async with self.edge.writing(credentials) as work:
            yield work

    async def do(self, who, act, referral, **given):
        async with self.as_(who) as work:
            return await _command(act)(
                work,
                referral_id=referral.id,
                expected_version=given.pop("expected_version", referral.version),
                **given,
            )

    async def draft(self, who="zhou", to="kunyang", **changed):
        async with self.as_(who) as work:
            return await commands.draft(work, addressee_id=self.world.bodies[to], **(LETTER | changed))

    async def upload(self, who="zhou", name="证据.pdf"):
        async with self.as_(who) as work:
            return await documents.keep(
                work,
                name=name,
                media_type="application/pdf",
                stored=Stored(id=uuid4(), sha256=uuid4().hex * 2, size=1234),
            )

    async def with_materials(self, referral, who="zhou", kinds=REQUIRED):
        for kind in kinds:
            file = await self.upload(who)
            referral = await self.do(who, "attach", referral, file_id=file.id, kind=kind, title=f"{kind}.pdf")
        return referral

    async def approved(self, **changed):
        referral = await self.with_materials(await self.draft(**changed))
        referral = await self.do("zhou", "submit", referral)
        return await self.do("lin", "approve", referral)

    async def sent(self, **changed):
        return await self.do("tang", "send", await self.approved(**changed))

    async def taken_in(self):
        return await self.do("xu", "take_in", await self.sent())

    async def row(self, referral):
        async with self.as_("lin") as work:
            return await queries.the(work, referral.id)


def _command(act):
    """The command of this name, in whichever part of the capability it stands."""
    return next(
        getattr(part, act)
        for part in (commands, receiving, suspending, following, articles)
        if hasattr(part, act)
    )


async def a_letter(desk, **changed):
    """On the receiver's desk, under any of the rulebooks."""
    referral = await desk.with_materials(await desk.draft(**changed), kinds=desk.kinds)
    referral = await desk.do("zhou", "submit", referral, missing_reason="当事人身份不明")
    referral = await desk.do("lin", "approve", referral)
    return await desk.do("xu", "take_in", await desk.do("tang", "send", referral))
