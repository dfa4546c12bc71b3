"""What is kept to find a matter by: no more than it says now, for nobody but its parties, and nothing once it is gone."""

from sqlalchemy import select

from domain.referrals import queries
from domain.referrals.filters import Filter, Wanted
from domain.search.models import SearchGram, SearchText
from domain.search.rules import grams
from domain.spans import Span
from tests.domain.referrals.desk import Desk

LONG = "".join(chr(0x4E00 + (n * 37) % 20_000) for n in range(20_000))


async def kept(owner_engine, world):
    """Folded texts and grams of the county, as the owner sees them: text by subject, (gram, parties) by subject."""
    async with owner_engine.connect() as connection:
        texts = await connection.execute(
            select(SearchText.subject_id, SearchText.folded, SearchText.to_id, SearchText.overseen_id).where(
                SearchText.county_id == world.county_id
            )
        )
        pairs = await connection.execute(
            select(SearchGram.subject_id, SearchGram.gram, SearchGram.to_id, SearchGram.overseen_id).where(
                SearchGram.county_id == world.county_id
            )
        )
        return texts.all(), pairs.all()


async def found(desk, who, text, box):
    async with desk.as_(who) as work:
        wanted = Wanted(box=box, filter=Filter(text=text))
        page = await queries.page(work, wanted=wanted, age="newest", span=Span(most=10))
        assert await queries.count(work, wanted=wanted) == len(page)
        return [referral.id for referral in page]


class TestAMatter:
    async def test_is_found_by_both_sides_and_oversight_from_sending_on(self, edge, world) -> None:
        desk = Desk(edge, world)
        referral = await desk.approved(facts="桂林米粉店前乱倒泔水")
        assert await found(desk, "zhou", "米粉", "sent") == [referral.id]
        for who, box in (("gao", "received"), ("gao", "sent"), ("wu", "overseen"), ("guan", "received")):
            assert await found(desk, who, "米粉", box) == []
        referral = await desk.do("tang", "send", referral)
        for who, box in (("zhou", "sent"), ("gao", "received"), ("wu", "overseen"), ("shen", "overseen")):
            for text in ("米粉", "粉", "桂林米粉店前乱倒泔水", referral.letter_number, "米粉 通福路"):
                assert await found(desk, who, text, box) == [referral.id], (who, text)
            assert await found(desk, who, "米粉 解放街", box) == []
        for who, box in (("guan", "received"), ("huang", "sent"), ("ye", "received"), ("zhou", "overseen")):
            assert await found(desk, who, "米粉", box) == []

    async def test_is_found_by_the_number_of_its_receipt_on_either_side(self, edge, world) -> None:
        desk = Desk(edge, world)
        referral = await desk.taken_in()
        for who, box in (("zhou", "sent"), ("gao", "received"), ("wu", "overseen")):
            assert await found(desk, who, referral.receipt_number.strip("号"), box) == [referral.id]

    async def test_is_found_by_what_it_says_now_and_no_more_by_what_it_said(
        self, edge, world, owner_engine
    ) -> None:
        desk = Desk(edge, world)
        referral = await desk.draft(facts="桂林米粉")
        await desk.do("zhou", "revise", referral, facts="昆明米线")
        assert await found(desk, "zhou", "桂林", "sent") == []
        assert await found(desk, "zhou", "米线", "sent") == [referral.id]
        ((_, folded, _, _),), pairs = await kept(owner_engine, world)
        assert "桂林" not in folded
        assert {row.gram for row in pairs} == grams(folded)

    async def test_leaves_nothing_when_it_is_discarded(self, edge, world, owner_engine) -> None:
        desk = Desk(edge, world)
        referral = await desk.draft()
        assert all(await kept(owner_engine, world))
        await desk.do("zhou", "discard", referral)
        assert await kept(owner_engine, world) == ([], [])

    async def test_may_have_twenty_thousand_characters(self, edge, world) -> None:
        desk = Desk(edge, world)
        referral = await desk.draft(facts=LONG)
        for text in (LONG[:3], LONG[9_999:10_009], LONG[-2:], LONG[-1]):
            assert await found(desk, "zhou", text, "sent") == [referral.id]
        referral = await desk.do("zhou", "revise", referral, facts=LONG[1:] + "终")
        assert await found(desk, "zhou", LONG[-1] + "终", "sent") == [referral.id]
        assert await found(desk, "zhou", LONG[:2] + "终", "sent") == []

    async def test_is_kept_for_the_parties_that_its_rows_name(self, edge, world, owner_engine) -> None:
        desk = Desk(edge, world)
        draft, sent = await desk.draft(), await desk.sent()
        for rows in await kept(owner_engine, world):
            assert {(row.to_id, row.overseen_id) for row in rows if row.subject_id == draft.id} == {
                (None, None)
            }
            assert {(row.to_id, row.overseen_id) for row in rows if row.subject_id == sent.id} == {
                (world.bodies["kunyang"], world.county_id)
            }
