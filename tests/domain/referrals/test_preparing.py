"""What the sender prepares while the receiver waits: nobody else learns of it before it is handed over."""

import pytest

from domain.referrals import queries
from domain.spans import Span


async def seen_by(desk, who, referral):
    async with desk.as_(who) as work:
        events = await queries.events_page(work, referral_id=referral.id, span=Span(most=50))
        newest = (await queries.last_events_of(work, [referral.id], 1))[referral.id][0]
        assert newest.number == events[-1].number == await queries.last_event_number(work, referral.id)
        assert await queries.events_count(work, referral_id=referral.id) == len(events)
        return [event.kind for event in events]


@pytest.mark.parametrize("who", ["chen", "wu", "shen"])
async def test_the_record_does_not_say_what_was_attached_listed_or_taken_back(desk, who):
    referral = await desk.do("chen", "ask_for_material", await desk.taken_in(), asked="检测报告")
    before = await seen_by(desk, who, referral)
    assert before[-1] == "material_asked"
    referral = await desk.with_materials(referral, kinds=("tests", "other"))
    referral = await desk.do("zhou", "list_article", referral, name="电子秤", quantity=1, unit="台")
    async with desk.as_("zhou") as work:
        [*_, material] = (await queries.materials_of(work, [referral.id]))[referral.id]
        [article] = (await queries.articles_of(work, [referral.id]))[referral.id]
    referral = await desk.do("zhou", "detach", referral, material_id=material.id)
    referral = await desk.do("zhou", "strike_article", referral, article_id=article.id)
    assert await seen_by(desk, who, referral) == before
    own = await seen_by(desk, "lin", referral)
    assert own[-5:] == [
        "material_attached",
        "material_attached",
        "article_listed",
        "material_detached",
        "article_struck",
    ]
    referral = await desk.do("zhou", "supply", referral)
    assert await seen_by(desk, who, referral) == [*before, "material_supplied"]
