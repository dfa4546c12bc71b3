"""Who may take a step of enforcement: a seconded officer on what the home empowered the host with, and nobody whose certificate is not valid."""

from datetime import UTC, date, datetime

import pytest

from domain.catalogue import entrusting
from domain.referrals import following, handling, officers
from domain.referrals.refusals import CertificateStops, NotAnEmpoweredItem
from tests.domain.referrals.desk import KINDS, Desk, a_letter
from tests.domain.supervision.desk import Desk as Catalogue
from tests.registered import Office, keeps_a_register
from tests.worlds import NOW, a_county, place_text

BINDS = 'value = "binds"'


class Town(Desk):
    """A town by a place's rules, with items of two departments given to it, and one that was not."""

    kinds = KINDS["fuling"]

    async def laid(self):
        catalogue = Catalogue(self.edge, self.world)
        self.codes = {}
        for name, department, township, head in (
            ("ours", "transport", "kunyang", "gao"),
            ("agriculture's", "agriculture", "kunyang", "gao"),
            ("another town's", "transport", "aojiang", "pan"),
        ):
            item, notice = await catalogue.given(department, township)
            await catalogue.sign(notice, head)
            self.codes[name] = item.code
        entrusted = await catalogue.item_of("transport", "XG-entrusted")
        async with self.as_("lin") as work:
            await entrusting.entrust(
                work,
                item_id=entrusted.id,
                township_id=self.world.bodies["kunyang"],
                powers=("penalty",),
                since=NOW.date(),
                until=date(2027, 3, 9),
                basis="条例第五条",
                duties="以委托单位名义实施",
                number="平交委〔2026〕1号",
            )
        self.codes["entrusted"] = entrusted.code
        return self

    async def accepted(self, name):
        letter = await a_letter(self, item_code=self.codes[name], found_on=NOW.date())
        return await self.do("gao", "accept", letter)

    async def claim(self, who, referral):
        async with self.as_(who, "kunyang") as work:
            return await handling.claim(work, referral_id=referral.id)

    async def decide(self, who, referral):
        async with self.as_(who, "kunyang") as work:
            return await following.record_decision(
                work,
                referral_id=referral.id,
                expected_version=referral.version,
                decision="penalty",
                effective_on=NOW.date(),
                note="罚款2000元。",
            )

    async def warned(self, who, referral):
        async with self.as_(who, "kunyang") as work:
            found = await officers.to_warn_of(work, [referral])
            return {each.about for each in found.get(referral.id, [])}


async def a_town(edge, owner_engine, *changes, name="fuling"):
    rules = place_text(f"{name}.toml", county="pingyang")
    for before, after in changes:
        assert before in rules
        rules = rules.replace(before, after)
    town = Town(edge, await a_county(owner_engine, rulebook=rules))
    town.kinds = KINDS[name]
    return await town.laid()


class TestASecondedOfficer:
    async def test_acts_on_what_the_home_empowered_the_town_with(self, edge, owner_engine):
        town = await a_town(edge, owner_engine)
        referral = await town.accepted("ours")
        assert (await town.claim("zhou", referral)).person_id == town.world["zhou"].person_id
        assert (await town.decide("zhou", referral)).decision == "penalty"
        assert await town.warned("zhou", referral) == {"together_with_township"}
        assert await town.warned("chen", referral) == set()

    # What was entrusted is the department's still, and was empowered to nobody.
    @pytest.mark.parametrize("name", ["agriculture's", "another town's", "entrusted"])
    async def test_is_refused_anything_else_with_the_article(self, edge, owner_engine, name):
        town = await a_town(edge, owner_engine)
        referral = await town.accepted(name)
        for act in (town.claim, town.decide):
            with pytest.raises(NotAnEmpoweredItem) as refusal:
                await act("zhou", referral)
            assert refusal.value.facts["source"].endswith("二（六）")
        assert "outside_empowered_items" in await town.warned("zhou", referral)
        # The town's own officer is bound by nothing of the kind.
        assert (await town.claim("chen", referral)).person_id == town.world["chen"].person_id

    async def test_of_the_other_department_acts_on_its_item(self, edge, owner_engine):
        town = await a_town(edge, owner_engine)
        referral = await town.accepted("agriculture's")
        assert (await town.claim("guan", referral)).person_id == town.world["guan"].person_id

    async def test_is_only_warned_where_the_place_has_it_so(self, edge, owner_engine):
        town = await a_town(edge, owner_engine, (BINDS, 'value = "warns"'))
        referral = await town.accepted("agriculture's")
        assert await town.warned("zhou", referral) == {"outside_empowered_items", "together_with_township"}
        assert (await town.claim("zhou", referral)).person_id == town.world["zhou"].person_id

    async def test_acts_as_the_town_assigns_where_no_document_limits_it(self, edge, owner_engine):
        town = await a_town(edge, owner_engine, name="pingyang")
        referral = await town.accepted("agriculture's")
        assert await town.warned("zhou", referral) == set()
        assert (await town.claim("zhou", referral)).person_id == town.world["zhou"].person_id

    async def test_reads_and_writes_all_the_same(self, edge, owner_engine):
        town = await a_town(edge, owner_engine)
        referral = await town.accepted("agriculture's")
        async with town.as_("zhou", "kunyang") as work:
            told = await following.report_progress(
                work, referral_id=referral.id, expected_version=referral.version, progress="已立案。"
            )
        assert told.version == referral.version + 1


class TestACertificate:
    async def test_that_is_not_valid_stops_every_step_in_whichever_post(self, edge, owner_engine, clock):
        town = await a_town(edge, owner_engine, name="pingyang")
        await keeps_a_register(owner_engine, town.world)
        office = Office(edge, town.world)
        referral = await town.accepted("ours")
        issued = await office.issue("zhou", valid_until=date(2026, 3, 31))
        await town.claim("zhou", referral)
        withheld = await office.of_certificate("withhold", issued)
        for act in (town.claim, town.decide):
            with pytest.raises(CertificateStops, match="浙平2026-001 is withheld"):
                await act("zhou", referral)
        draft = await town.draft(item_code=town.codes["another town's"])
        with pytest.raises(CertificateStops):
            await town.do("zhou", "record_stop", draft, stop="ordered", at=NOW, note="责令停止。")
        # A colleague's is no business of theirs, and who has none is stopped by none.
        await town.claim("chen", await town.accepted("ours"))
        await office.of_certificate("restore", withheld)
        await town.claim("zhou", await town.accepted("ours"))
        clock.instant = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
        with pytest.raises(CertificateStops, match="out of date: it was valid until 2026-03-31, so"):
            await town.decide("zhou", referral)
