"""A desk at which supervision notes are written, and what was given to whom in its county."""

from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from sqlalchemy import select

from domain.catalogue import commands as catalogue
from domain.catalogue import empowering
from domain.deadlines.models import Deadline
from domain.supervision import commands, queries
from tenancy.ids import new_id
from tests.worlds import a_county, place_text

LETTER = {
    "kind": "source_control",
    "arose_on": date(2026, 3, 9),
    "subject": "渣土运输车辆密闭装置",
    "facts": "年审中发现三家企业车辆密闭装置老化。",
    "request": "请在巡查中留意并反馈。",
}
ORDER = {"kind": "correction_order", "order_number": "平交责改〔2026〕7号"}
TODAY, LONG_AGO = date(2026, 3, 10), date(2024, 1, 1)


class Desk:
    """What people of one world do at their desks, each act in a transaction of its own.

    Transport's item was given to kunyang long ago, and agriculture's to aojiang.
    """

    def __init__(self, edge, world):
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def as_(self, who):
        async with self.edge.writing(self.world[who].credentials) as work:
            yield work

    async def laid(self):
        self.item, self.notice = await self.given("transport", "kunyang")
        self.other_item, self.other_notice = await self.given("agriculture", "aojiang")
        await self.sign(self.notice, "gao")
        await self.sign(self.other_notice, "pan")
        return self

    async def item_of(self, department, code, since=LONG_AGO):
        async with self.as_("wu") as work:
            return await catalogue.publish_item(
                work,
                item=catalogue.Published(
                    code=code,
                    name="未采取密闭措施运输渣土",
                    field="交通运输",
                    department_id=self.world.bodies[department],
                    powers=("penalty", "inspection"),
                    establishing_basis="条例第三条",
                    punishing_basis="条例第四条",
                    bands=[("一般", 1000, 5000)],
                    since=since,
                ),
            )

    async def given(self, department, township, *, since=LONG_AGO, class_id=None):
        item = await self.item_of(department, f"XG-{department}-{new_id()}")
        async with self.as_("wu") as work:
            notice = await empowering.empower(
                work,
                number="平政告〔2024〕1号",
                title="赋权公告",
                since=since,
                township_id=None if class_id else self.world.bodies[township],
                class_id=class_id,
                items={item.id: ("penalty",)},
            )
        return item, notice

    async def sign(self, notice, *heads, on=LONG_AGO):
        """Let these heads have signed for a notice on a day: this place has townships sign."""
        now, self.edge.clock.instant = self.edge.clock.instant, datetime(*on.timetuple()[:3], 1, tzinfo=UTC)
        for head in heads:
            async with self.as_(head) as work:
                await empowering.sign(work, empowerment_id=notice.id)
        self.edge.clock.instant = now

    async def recall(self, since):
        async with self.as_("wu") as work:
            await empowering.recall(
                work,
                empowerment_id=self.notice.id,
                township_id=self.world.bodies["kunyang"],
                item_ids={self.item.id},
                since=since,
                reasons="评估不合格",
            )

    async def draft(self, who="zhou", to="kunyang", about=None, **changed):
        item, notice = about or (self.item, self.notice)
        async with self.as_(who) as work:
            return await commands.draft(
                work,
                addressee_id=self.world.bodies[to],
                item_id=item.id,
                empowerment_id=notice.id,
                **(LETTER | changed),
            )

    async def do(self, who, act, note, **given):
        async with self.as_(who) as work:
            return await getattr(commands, act)(
                work,
                supervision_note_id=note.id,
                expected_version=given.pop("expected_version", note.version),
                **given,
            )

    async def sent(self, **given):
        return await self.do("lin", "send", await self.draft(**given))

    async def asked(self):
        """A request for technical support of kunyang's, sent."""
        return await self.do("gao", "send", await self.draft("chen", "transport", kind="technical_support"))

    async def sees(self, who, note):
        async with self.as_(who) as work:
            return note.id in await queries.of_ids(work, [note.id])


async def a_place(edge, owner_engine, *changes):
    """A desk in a county whose rulebook is the demo county's, but for these words."""
    rules_of_the_place = place_text("pingyang.toml", county="pingyang")
    for before, after in changes:
        assert before in rules_of_the_place
        rules_of_the_place = rules_of_the_place.replace(before, after)
    return await Desk(edge, await a_county(owner_engine, rulebook=rules_of_the_place)).laid()


async def clocks(owner_engine, world):
    """Every clock of the county: whose, which, and whether it runs."""
    codes = {identifier: code for code, identifier in world.bodies.items()}
    async with owner_engine.connect() as connection:
        rows = await connection.execute(
            select(Deadline.obligor_id, Deadline.waiting_id, Deadline.kind, Deadline.met_at).where(
                Deadline.county_id == world.county_id
            )
        )
        return {
            (codes[row.obligor_id], codes[row.waiting_id], row.kind, "met" if row.met_at else "running")
            for row in rows
        }
