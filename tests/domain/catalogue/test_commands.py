"""The catalogue on a real database: who publishes, signs, recalls and entrusts, what follows from it, and races."""

import asyncio
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from domain.audit.models import AuditLine
from domain.catalogue import (
    commands,
    competence,
    empowering,
    entrusting,
    grants,
    lists,
    parts,
    queries,
    rules,
)
from domain.catalogue.competence import Question
from domain.catalogue.models import Item, ItemVersion
from domain.outbox.models import Announcement
from domain.spans import Span
from domain.texts import FieldEmpty, FieldTooLong, ReasonNeeded
from tenancy.refusals import NotFound, NotPermitted
from tests.worlds import a_county

CODE = "330218085000"
TODAY, TOMORROW = date(2026, 3, 10), date(2026, 3, 11)
LONG_AGO = date(2024, 1, 1)
ALL = ("penalty", "inspection", "compulsion")


class Desk:
    """What people of one world do with the catalogue, each act in a transaction of its own."""

    def __init__(self, edge, world):
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def as_(self, who):
        async with self.edge.writing(self.world[who].credentials) as work:
            yield work

    async def publish(self, who="wu", department="transport", **said):
        item = {
            "code": CODE,
            "name": "未采取密闭措施运输渣土",
            "field": "交通运输",
            "powers": ALL,
            "establishing_basis": "《浙江省道路运输条例》",
            "punishing_basis": "《浙江省道路运输条例》",
            "bands": [("一般", 1000, 5000)],
            "since": LONG_AGO,
        } | said
        async with self.as_(who) as work:
            wanted = commands.Published(department_id=self.world.bodies[department], **item)
            return await commands.publish_item(work, item=wanted)

    async def empower(
        self,
        *items,
        who="wu",
        to="kunyang",
        since=LONG_AGO,
        powers=("penalty",),
        class_id=None,
        number="平政告〔2024〕1号",
    ):
        async with self.as_(who) as work:
            return await empowering.empower(
                work,
                number=number,
                title="关于赋予乡镇行政执法权的公告",
                since=since,
                township_id=None if to is None else self.world.bodies[to],
                class_id=class_id,
                items={item.id: powers for item in items},
            )

    async def sign(self, notice, who="gao"):
        async with self.as_(who) as work:
            return await empowering.sign(work, empowerment_id=notice.id)

    async def recall(
        self, notice, *items, who="wu", since=TOMORROW, of="kunyang", reasons="评估不合格", **said
    ):
        async with self.as_(who) as work:
            return await empowering.recall(
                work,
                empowerment_id=notice.id,
                township_id=self.world.bodies[of],
                item_ids={item.id for item in items},
                since=since,
                reasons=reasons,
                **said,
            )

    async def entrust(self, item, who="lin", to="kunyang", powers=("penalty",), **said):
        terms = {
            "since": TODAY,
            "until": date(2027, 3, 10),
            "basis": "行政处罚法第二十条",
            "duties": "委托部门监督并承担后果",
            "number": "平政函〔2026〕3号",
        } | said
        async with self.as_(who) as work:
            return await entrusting.entrust(
                work, item_id=item.id, township_id=self.world.bodies[to], powers=powers, **terms
            )

    async def end(self, agreement, who="lin", ends_on=TOMORROW, reasons="镇综合执法队撤并"):
        async with self.as_(who) as work:
            return await entrusting.end(work, entrustment_id=agreement.id, ends_on=ends_on, reasons=reasons)

    async def a_class(self, *members, since=LONG_AGO, code="developed"):
        async with self.as_("wu") as work:
            made = await commands.publish_class(work, code=code, name="经济发达镇")
        for member in members:
            await self.classify(member, made.id, since)
        return made

    async def classify(self, member, class_id, since):
        async with self.as_("wu") as work:
            await commands.classify(
                work, township_id=self.world.bodies[member], class_id=class_id, since=since
            )

    async def whose(self, day, place="kunyang", code=CODE, who="zhou", **said):
        """The body's key, or None."""
        async with self.edge.reading(self.world[who].credentials) as work:
            answer = await competence.whose(
                work, Question(code=code, township_id=self.world.bodies[place], day=day, **said)
            )
        return next((key for key, body in self.world.bodies.items() if body == answer.body_id), None)


@pytest.fixture
def desk(edge, world):
    return Desk(edge, world)


class TestAnItem:
    async def test_stands_as_published_until_the_next_version_begins(self, desk):
        item = await desk.publish()
        assert (await desk.publish(name="运输渣土未密闭", since=date(2025, 1, 1))).id == item.id
        async with desk.as_("zhou") as work:
            first, second = (await queries.versions_of(work, [item.id]))[item.id]
        assert (first.name, first.since) == ("未采取密闭措施运输渣土", LONG_AGO)
        assert (second.name, second.since) == ("运输渣土未密闭", date(2025, 1, 1))

    @pytest.mark.parametrize("since", [LONG_AGO, LONG_AGO - timedelta(days=1)])
    async def test_is_followed_and_never_changed(self, desk, since):
        await desk.publish()
        with pytest.raises(rules.Published):
            await desk.publish(since=since)

    async def test_is_published_once_when_two_publish_it_at_once(self, desk, owner_engine):
        results = await asyncio.gather(*(desk.publish() for _ in range(4)), return_exceptions=True)
        assert sorted(isinstance(each, rules.Published) for each in results) == [False, True, True, True]
        async with owner_engine.connect() as connection:
            county = desk.world.county_id
            for model in (Item, ItemVersion):
                rows = await connection.execute(select(model.id).where(model.county_id == county))
                assert len(rows.all()) == 1

    @pytest.mark.parametrize("who", ["zhou", "lin", "gao", "shen"])
    async def test_is_published_by_the_coordination_office_alone(self, desk, who):
        with pytest.raises(NotPermitted):
            await desk.publish(who)

    async def test_belongs_to_a_department_and_says_what_it_must(self, desk):
        with pytest.raises(rules.NotADepartment):
            await desk.publish(department="kunyang")
        with pytest.raises(rules.NoPower):
            await desk.publish(powers=())
        with pytest.raises(FieldEmpty):
            await desk.publish(name=" ")
        with pytest.raises(rules.BandTwice):
            await desk.publish(bands=[("轻", 1, 2), ("轻", 3, 4)])
        with pytest.raises(rules.TooManyBands):
            await desk.publish(bands=[(f"档{number}", 1, 2) for number in range(21)])
        for amounts in ((3, 2), (-1, 2)):
            with pytest.raises(rules.BandBackwards):
                await desk.publish(bands=[("轻", *amounts)])
        with pytest.raises(FieldEmpty):
            await desk.publish(bands=[(" ", 1, 2)])
        with pytest.raises(FieldTooLong):
            await desk.publish(bands=[("轻" * 201, 1, 2)])

    async def test_leaves_a_line_on_the_audit_trail(self, desk, owner_engine):
        await desk.publish()
        async with owner_engine.connect() as connection:
            lines = await connection.execute(
                select(AuditLine.action).where(AuditLine.county_id == desk.world.county_id)
            )
        assert list(lines.scalars()) == ["item.published"]


class TestAnEmpowerment:
    async def test_passes_to_the_township_that_signed_after_the_transition(self, desk):
        item = await desk.publish()
        notice = await desk.empower(item)
        assert await desk.whose(date(2026, 3, 20)) == "transport"
        await desk.sign(notice)
        # Signed on 10 March: three months end on 10 June.
        assert await desk.whose(date(2026, 6, 10)) == "transport"
        assert await desk.whose(date(2026, 6, 11)) == "kunyang"
        assert await desk.whose(date(2026, 6, 11), place="aojiang") == "transport"
        assert await desk.whose(date(2026, 6, 11), decision="fine", fine=50_000) == "transport"
        assert await desk.whose(date(2026, 6, 11), decision="inspection") == "transport"

    async def test_is_of_powers_that_the_item_carries(self, desk):
        item = await desk.publish(powers=("penalty",))
        with pytest.raises(rules.NoPower):
            await desk.empower(item, powers=("penalty", "compulsion"))
        with pytest.raises(rules.NotListed) as refused:
            await desk.empower(item, since=LONG_AGO - timedelta(days=1))
        assert f"事项{CODE}在2023-12-31不在权力事项目录内" in refused.value.sentence("zh")

    async def test_names_what_it_gives(self, desk):
        async with desk.as_("wu") as work:
            with pytest.raises(FieldEmpty) as refused:
                await empowering.empower(
                    work,
                    number="平政告〔2024〕2号",
                    title="关于赋予乡镇行政执法权的公告",
                    since=LONG_AGO,
                    township_id=desk.world.bodies["kunyang"],
                    class_id=None,
                    items={},
                )
        assert refused.value.sentence("zh").startswith("赋权事项不能为空")

    async def test_is_a_townships_or_a_classs(self, desk):
        item = await desk.publish()
        with pytest.raises(rules.NotATownship):
            await desk.empower(item, to="agriculture")
        with pytest.raises(rules.OneGrantee):
            await desk.empower(item, to=None)
        made = await desk.a_class()
        with pytest.raises(rules.OneGrantee):
            await desk.empower(item, class_id=made.id)

    async def test_of_a_class_is_signed_by_each_of_its_townships(self, desk):
        item = await desk.publish()
        made = await desk.a_class("kunyang", "aojiang")
        notice = await desk.empower(item, to=None, class_id=made.id)
        await desk.sign(notice, "gao")
        with pytest.raises(rules.NotGranted):
            await desk.sign(notice, "wen")
        later = date(2027, 1, 1)
        assert [await desk.whose(later, place) for place in ("kunyang", "aojiang", "shuitou")] == [
            "kunyang",
            "transport",
            "transport",
        ]

    async def test_of_a_class_ends_for_whom_leaves_it(self, desk):
        item = await desk.publish()
        made = await desk.a_class("kunyang")
        await desk.sign(await desk.empower(item, to=None, class_id=made.id))
        await desk.classify("kunyang", None, date(2027, 5, 1))
        assert await desk.whose(date(2027, 4, 30)) == "kunyang"
        assert await desk.whose(date(2027, 5, 1)) == "transport"

    async def test_of_a_class_is_not_of_another_by_the_same_code(self, desk):
        await desk.a_class()
        with pytest.raises(rules.CodeTaken):
            await desk.a_class()

    @pytest.mark.parametrize("who", ["chen", "xu", "lin", "wu"])
    async def test_is_signed_by_the_townships_head_alone(self, desk, who):
        notice = await desk.empower(await desk.publish())
        with pytest.raises(NotPermitted if who != "lin" else rules.NotGranted):
            await desk.sign(notice, who)

    async def test_is_signed_once_even_by_two_at_once(self, desk):
        notice = await desk.empower(await desk.publish())
        results = await asyncio.gather(*(desk.sign(notice) for _ in range(3)), return_exceptions=True)
        assert sorted(isinstance(each, rules.Signed) for each in results) == [False, True, True]

    async def test_is_told_to_the_townships_head(self, desk, owner_engine):
        await desk.sign(await desk.empower(await desk.publish()))
        async with owner_engine.connect() as connection:
            told = await connection.execute(
                select(Announcement.kind, Announcement.audience)
                .where(Announcement.county_id == desk.world.county_id)
                .order_by(Announcement.id)
            )
        kinds = dict(map(tuple, told))
        assert set(kinds) == {"empowerment.published", "empowerment.signed"}
        assert str(desk.world.bodies["kunyang"]) in str(kinds["empowerment.published"])

    async def test_is_nobodys_to_publish_in_a_township_or_department(self, desk):
        item = await desk.publish()
        for who in ("gao", "lin", "shen"):
            with pytest.raises(NotPermitted):
                await desk.empower(item, who=who)


class TestARecall:
    async def test_takes_the_power_from_its_day_on(self, desk):
        item = await desk.publish()
        notice = await desk.empower(item)
        await desk.sign(notice)
        await desk.recall(notice, item, since=date(2026, 9, 1))
        assert await desk.whose(date(2026, 8, 31)) == "kunyang"
        assert await desk.whose(date(2026, 9, 1)) == "transport"

    async def test_is_refused_for_a_day_that_has_begun_and_what_was_not_given(self, desk):
        item, other = await desk.publish(), await desk.publish(code="330218085001")
        notice = await desk.empower(item)
        with pytest.raises(rules.TooEarly):
            await desk.recall(notice, item, since=TODAY)
        with pytest.raises(rules.NotGranted):
            await desk.recall(notice, other)
        with pytest.raises(rules.NotGranted):
            await desk.recall(notice, item, of="aojiang")
        with pytest.raises(ReasonNeeded):
            await desk.recall(notice, item, reasons=" ")
        with pytest.raises(NotPermitted):
            await desk.recall(notice, item, who="lin")

    async def test_happens_once(self, desk):
        item = await desk.publish()
        notice = await desk.empower(item)
        await desk.recall(notice, item)
        with pytest.raises(rules.Recalled) as refused:
            await desk.recall(notice, item, since=date(2027, 1, 1))
        # The day that is fixed, and not the one that was asked for.
        assert "2027-01-01" not in refused.value.sentence("zh")
        assert TOMORROW.isoformat() in refused.value.sentence("zh")

    async def test_of_one_notice_is_refused_while_another_gives_the_same_unless_that_is_meant(self, desk):
        item = await desk.publish()
        first = await desk.empower(item)
        second = await desk.empower(item, number="平政告〔2025〕2号", since=TODAY)
        for notice in (first, second):
            await desk.sign(notice)
        with pytest.raises(rules.StillEmpowered) as refused:
            await desk.recall(first, item, since=date(2026, 9, 1))
        assert "平政告〔2025〕2号" in refused.value.sentence("zh")
        assert "平政告〔2024〕1号" not in refused.value.sentence("zh")
        await desk.recall(first, item, since=date(2026, 9, 1), leaving_others=True)
        assert await desk.whose(date(2026, 9, 1)) == "kunyang"
        # By the first it is kept on no day after this one.
        await desk.recall(second, item, since=date(2026, 9, 1))
        assert await desk.whose(date(2026, 9, 1)) == "transport"

    async def test_is_not_held_up_by_other_powers_items_townships_and_days(self, desk):
        item, other = await desk.publish(), await desk.publish(code="2")
        notice = await desk.empower(item)
        await desk.empower(item, powers=("inspection",))
        await desk.empower(other)
        await desk.empower(item, to="aojiang")
        made = await desk.a_class("kunyang")
        await desk.empower(item, to=None, class_id=made.id)
        await desk.classify("kunyang", None, date(2026, 8, 1))
        with pytest.raises(rules.StillEmpowered):
            await desk.recall(notice, item, since=date(2026, 7, 31))
        await desk.recall(notice, item, since=date(2026, 8, 1))

    async def test_before_the_signing_is_not_signed_for(self, desk, clock):
        item, other = await desk.publish(), await desk.publish(code="2")
        notice = await desk.empower(item, other)
        await desk.recall(notice, item, since=date(2027, 1, 1))
        clock.advance(timedelta(minutes=1))
        await desk.sign(notice)
        assert await desk.whose(date(2026, 12, 31)) == "transport"
        assert await desk.whose(date(2026, 12, 31), code="2") == "kunyang"

    async def test_of_all_before_the_signing_leaves_nothing_to_sign(self, desk):
        item, other = await desk.publish(), await desk.publish(code="2")
        notice = await desk.empower(item, other)
        await desk.recall(notice, item, since=date(2027, 1, 1))
        await desk.recall(notice, other)
        with pytest.raises(rules.NothingToSign) as refused:
            await desk.sign(notice)
        assert "2027-01-01" in refused.value.sentence("zh")

    async def test_after_the_signing_leaves_what_was_signed_for_until_its_day(self, desk):
        item = await desk.publish()
        notice = await desk.empower(item)
        await desk.sign(notice)
        await desk.recall(notice, item, since=date(2027, 1, 1))
        assert await desk.whose(date(2026, 12, 31)) == "kunyang"

    async def test_happens_once_even_by_two_at_once(self, desk):
        item = await desk.publish()
        notice = await desk.empower(item)
        results = await asyncio.gather(*(desk.recall(notice, item) for _ in range(3)), return_exceptions=True)
        assert sorted(isinstance(each, rules.Recalled) for each in results) == [False, True, True]


class TestAnEntrustment:
    async def test_lets_the_township_act_until_its_end(self, desk):
        await desk.entrust(await desk.publish())
        assert await desk.whose(TODAY) == "kunyang"
        assert await desk.whose(date(2027, 3, 9)) == "kunyang"
        assert await desk.whose(date(2027, 3, 10)) == "transport"

    async def test_is_never_of_compulsory_measures(self, desk):
        item = await desk.publish()
        for powers in (("compulsion",), ALL):
            with pytest.raises(rules.CompulsionNotEntrusted):
                await desk.entrust(item, powers=powers)

    async def test_is_of_ones_own_items_and_by_the_head_alone(self, desk):
        item = await desk.publish()
        with pytest.raises(rules.OfAnotherDepartment):
            await desk.entrust(item, who="huang")
        with pytest.raises(rules.NotListed):
            await desk.entrust(await desk.publish(code="2", since=TOMORROW), since=TODAY)
        for who in ("zhou", "chen", "wu"):
            with pytest.raises(NotPermitted):
                await desk.entrust(item, who=who)
        with pytest.raises(rules.NoPower):
            await desk.entrust(item, powers=())
        with pytest.raises(rules.NotATownship):
            await desk.entrust(item, to="agriculture")
        with pytest.raises(rules.Backwards):
            await desk.entrust(item, until=TODAY)

    async def test_holds_from_the_day_of_its_signing_at_the_earliest(self, desk):
        item = await desk.publish()
        for since in (TODAY - timedelta(days=1), LONG_AGO):
            with pytest.raises(rules.BeforeSigning) as refused:
                await desk.entrust(item, since=since)
            assert TODAY.isoformat() in refused.value.sentence("zh")
        assert (await desk.entrust(item, since=TODAY)).since == TODAY

    @pytest.mark.parametrize(
        ("since", "until"),
        [
            (TODAY, date(2027, 3, 10)),
            (date(2027, 3, 9), date(2028, 1, 1)),
            (date(2026, 6, 1), date(2026, 6, 2)),
        ],
    )
    async def test_is_not_made_twice_for_the_same_days(self, desk, since, until):
        item = await desk.publish()
        await desk.entrust(item)
        with pytest.raises(rules.EntrustedAlready) as refused:
            await desk.entrust(item, since=since, until=until, number="平政函〔2026〕4号")
        assert "平政函〔2026〕3号" in refused.value.sentence("zh")

    async def test_may_be_made_of_other_days_powers_items_and_townships(self, desk):
        item, other = await desk.publish(), await desk.publish(code="2")
        await desk.entrust(item)
        await desk.entrust(item, since=date(2027, 3, 10), until=date(2028, 3, 10))
        await desk.entrust(item, powers=("inspection",))
        await desk.entrust(other)
        await desk.entrust(item, to="aojiang")

    async def test_is_made_once_even_by_two_at_once(self, desk):
        item = await desk.publish()
        results = await asyncio.gather(*(desk.entrust(item) for _ in range(3)), return_exceptions=True)
        assert sorted(isinstance(each, rules.EntrustedAlready) for each in results) == [False, True, True]

    async def test_ends_early_with_its_reasons(self, desk, owner_engine):
        item = await desk.publish()
        agreement = await desk.entrust(item)
        await desk.end(agreement, ends_on=date(2026, 9, 1))
        assert await desk.whose(date(2026, 8, 31)) == "kunyang"
        assert await desk.whose(date(2026, 9, 1)) == "transport"
        async with desk.as_("zhou") as work:
            found = (await grants.ends_of(work, [agreement.id]))[agreement.id]
        assert (found.ends_on, found.reasons) == (date(2026, 9, 1), "镇综合执法队撤并")
        async with owner_engine.connect() as connection:
            told = await connection.execute(
                select(Announcement.kind, Announcement.audience)
                .where(Announcement.county_id == desk.world.county_id)
                .order_by(Announcement.id)
            )
        kinds = dict(map(tuple, told))
        assert str(desk.world.bodies["kunyang"]) in str(kinds["entrustment.ended"])
        # The days after it are free again.
        await desk.entrust(item, since=date(2026, 9, 1), until=date(2026, 10, 1))

    async def test_that_has_not_begun_may_be_ended_altogether(self, desk):
        item = await desk.publish()
        agreement = await desk.entrust(item, since=date(2026, 6, 1))
        await desk.end(agreement, ends_on=date(2026, 5, 1))
        assert await desk.whose(date(2026, 6, 1)) == "transport"
        await desk.entrust(item, since=date(2026, 4, 1))

    async def test_is_ended_once_before_its_last_day_by_the_department_that_made_it(self, desk):
        agreement = await desk.entrust(await desk.publish())
        for who in ("zhou", "gao", "wu", "huang"):
            with pytest.raises(NotPermitted):
                await desk.end(agreement, who)
        with pytest.raises(rules.TooEarly):
            await desk.end(agreement, ends_on=TODAY)
        with pytest.raises(rules.NotSooner):
            await desk.end(agreement, ends_on=date(2027, 3, 10))
        with pytest.raises(ReasonNeeded):
            await desk.end(agreement, reasons=" ")
        results = await asyncio.gather(*(desk.end(agreement) for _ in range(3)), return_exceptions=True)
        assert sorted(isinstance(each, rules.EndedAlready) for each in results) == [False, True, True]

    async def test_of_another_county_is_not_found(self, desk, edge, owner_engine):
        agreement = await desk.entrust(await desk.publish())
        with pytest.raises(NotFound):
            await Desk(edge, await a_county(owner_engine)).end(agreement)


async def waits_for_its_turn(owner_engine):
    """Whether somebody waits for whoever is just adding to a catalogue."""
    async with owner_engine.connect() as connection:
        return await connection.scalar(
            text("select exists (select from pg_locks where locktype = 'advisory' and not granted)")
        )


class TestADuty:
    async def test_names_whose_a_matter_is_that_no_item_covers(self, desk):
        for body, since in (("agriculture", LONG_AGO), ("transport", date(2025, 1, 1))):
            async with desk.as_("wu") as work:
                await commands.publish_duty(
                    work,
                    code="共享单车",
                    matter="共享单车乱停放",
                    organisation_id=desk.world.bodies[body],
                    basis="部门职责边界清单",
                    since=since,
                    until=None,
                )
        assert await desk.whose(date(2024, 12, 31), code="共享单车") == "agriculture"
        assert await desk.whose(date(2025, 1, 1), code="共享单车") == "transport"
        assert await desk.whose(date(2025, 1, 1), code="无人机") is None

    async def test_of_a_township_answers_for_what_arises_there_and_follows_its_own_alone(self, desk):
        for body, since in (("kunyang", LONG_AGO), ("transport", date(2025, 1, 1)), ("aojiang", LONG_AGO)):
            await self.of(desk, body, since)
        day = date(2025, 6, 1)
        for place, whose in (("kunyang", "kunyang"), ("aojiang", "aojiang"), ("shuitou", "transport")):
            assert await desk.whose(day, place, code="共享单车") == whose
        assert await desk.whose(date(2024, 6, 1), "shuitou", code="共享单车") is None
        await self.of(desk, "kunyang", date(2024, 6, 1))
        for body, since in (("kunyang", LONG_AGO), ("agriculture", date(2025, 1, 1))):
            with pytest.raises(rules.Published):
                await self.of(desk, body, since)

    async def of(self, desk, body, since):
        async with desk.as_("wu") as work:
            await commands.publish_duty(
                work,
                code="共享单车",
                matter="共享单车乱停放",
                organisation_id=desk.world.bodies[body],
                basis="镇街履职事项颗粒化清单",
                since=since,
                until=None,
            )

    async def test_follows_what_somebody_is_just_publishing(self, desk, owner_engine):
        async with desk.as_("wu") as work:
            await self.publish(work, since=TOMORROW)
            second = asyncio.create_task(self.publish_apart(desk, since=TODAY))
            while not second.done() and not await waits_for_its_turn(owner_engine):
                pass
        with pytest.raises(rules.Published):
            await second

    async def publish(self, work, since):
        ours = work.actor.tenant_id
        await commands.publish_duty(
            work, code="无人机", matter="黑飞", organisation_id=ours, basis="清单", since=since, until=None
        )

    async def publish_apart(self, desk, since):
        async with desk.as_("wu") as work:
            await self.publish(work, since)

    async def test_is_the_county_s_to_publish(self, desk):
        async with desk.as_("lin") as work:
            with pytest.raises(NotPermitted):
                await commands.publish_duty(
                    work,
                    code="a",
                    matter="b",
                    organisation_id=desk.world.bodies["transport"],
                    basis="c",
                    since=LONG_AGO,
                    until=None,
                )


class TestAnAssessment:
    async def test_is_put_on_record_and_changes_nothing(self, desk):
        item = await desk.publish()
        notice = await desk.empower(item)
        await desk.sign(notice)
        await self.assess(desk, notice, item)
        with pytest.raises(rules.Assessed):
            await self.assess(desk, notice, item)
        assert await desk.whose(date(2026, 7, 1)) == "kunyang"
        async with desk.as_("zhou") as work:
            (found,) = await parts.page_of(work, part=parts.ASSESSMENTS, within=notice.id, span=Span(most=9))
        assert (found.finding, found.report, found.assessed_on) == ("recall", "三个月未办一案", TODAY)

    async def test_stays_as_it_was_found_that_day(self, desk):
        item = await desk.publish()
        notice = await desk.empower(item)
        await self.assess(desk, notice, item)
        with pytest.raises(rules.Assessed):
            await self.assess(desk, notice, item)

    async def test_is_the_coordination_offices_of_what_was_given(self, desk):
        item, other = await desk.publish(), await desk.publish(code="2")
        notice = await desk.empower(item)
        with pytest.raises(NotPermitted):
            await self.assess(desk, notice, item, who="gao")
        for wrong in ({"item": other}, {"of": "aojiang"}):
            with pytest.raises(rules.NotGranted):
                await self.assess(desk, notice, **({"item": item} | wrong))

    async def assess(self, desk, notice, item, who="wu", of="kunyang"):
        async with desk.as_(who) as work:
            await empowering.assess(
                work,
                empowerment_id=notice.id,
                township_id=desk.world.bodies[of],
                item_id=item.id,
                finding="recall",
                report="三个月未办一案",
            )


class TestTheListsBeside:
    async def test_are_claimed_by_townships_heads_and_by_nobody_else(self, desk):
        item = await desk.publish()
        entry = await self.claim(desk, item)
        async with desk.as_("zhou") as work:
            assert (await lists.patrols_of_ids(work, [entry.id]))[entry.id].times == 2
        for who, refusal in (("chen", NotPermitted), ("lin", rules.NotATownship), ("gao", rules.Published)):
            with pytest.raises(refusal):
                await self.claim(desk, item, who)
        for times in (0, -1, 1001):
            with pytest.raises(rules.NotSoOften):
                await self.claim(desk, item, "pan", times)

    async def test_say_what_is_handled_leniently_as_the_county_publishes_it(self, desk):
        item = await desk.publish()
        entry = await self.lenient(desk, item)
        async with desk.as_("chen") as work:
            assert (await lists.leniencies_of_ids(work, [entry.id]))[entry.id].kind == "no_penalty"
        for who in ("lin", "gao", "shen"):
            with pytest.raises(NotPermitted):
                await self.lenient(desk, item, who)

    @pytest.mark.parametrize("since", [TODAY, TODAY - timedelta(days=1)])
    async def test_are_followed_and_never_gone_back_behind(self, desk, since):
        item = await desk.publish()
        await self.claim(desk, item)
        with pytest.raises(rules.Published):
            await self.claim(desk, item, since=since)
        await self.claim(desk, item, since=TOMORROW)
        # Another township's list is another list.
        await self.claim(desk, item, "pan", since=since)

    async def claim(self, desk, item, who="gao", times=2, since=TODAY):
        async with desk.as_(who) as work:
            return await commands.claim_patrol(
                work, item_id=item.id, times=times, per="month", since=since, until=None
            )

    async def lenient(self, desk, item, who="wu"):
        async with desk.as_(who) as work:
            return await commands.publish_leniency(
                work,
                item_id=item.id,
                kind="no_penalty",
                circumstances="初次违法且后果轻微并及时改正",
                basis="行政处罚法第三十三条",
                since=TODAY,
                until=None,
            )


class TestOtherCounties:
    async def test_neither_see_nor_name_anything_of_it(self, desk, edge, owner_engine):
        item = await desk.publish()
        notice = await desk.empower(item)
        other = Desk(edge, await a_county(owner_engine))
        async with other.as_("gao") as work:
            assert await queries.items_of_ids(work, [item.id]) == {}
            with pytest.raises(NotFound):
                await empowering.sign(work, empowerment_id=notice.id)
        assert await other.whose(TODAY) is None

    async def test_may_use_the_same_codes(self, desk, edge, owner_engine):
        await desk.publish()
        other = Desk(edge, await a_county(owner_engine))
        await other.publish()
        assert await other.whose(TODAY) == await desk.whose(TODAY) == "transport"


class TestManyQuestionsAtOnce:
    async def test_have_the_answers_that_each_has_alone(self, desk):
        items = [await desk.publish(code=f"33021808500{number}") for number in range(3)]
        await desk.sign(await desk.empower(items[0]))
        await desk.entrust(items[1])
        questions = [
            Question(code=f"33021808500{number}", township_id=desk.world.bodies[place], day=day)
            for number in range(4)
            for place in ("kunyang", "aojiang")
            for day in (TODAY, date(2026, 7, 1), LONG_AGO - timedelta(days=1))
        ]
        async with desk.edge.reading(desk.world["zhou"].credentials) as work:
            together = await competence.who_is_competent(work, questions)
            alone = [(await competence.who_is_competent(work, [each]))[0] for each in questions]
        assert together == alone
        assert len({answer.body_id for answer in together}) == 3
