"""One referral straight through, under the rules of each of five places, and whose limit each of its clocks is.

What differs between the places besides the numbers is `test_answers.py`.
"""

import pytest
from sqlalchemy import select

from domain.deadlines.explaining import explain
from domain.deadlines.models import Deadline
from domain.deadlines.wording import sentences
from tests.domain.referrals.desk import a_letter
from tests.worlds import NOW

KY5 = "昆阳镇综合行政执法协同配合工作办法 8"
FL = "重庆市涪陵区人民政府办公室关于建立健全乡镇（街道）与区级行政执法部门行政执法协调协同机制的通知 二（三）"
XX = "XX市建立行业监管与综合执法协作配合机制工作实施方案 二（三）2"
HC = "威海市环翠区赋予镇（街道）行政执法权试点增强基层行政执法能力的实施方案 二（五）13"
LAW = "中华人民共和国行政处罚法 60"
DEFAULT = "平台默认规则（惯例，非法律规定）"

RULED_BY = {
    "pingyang": {
        "send": KY5,
        "take_in": f"{DEFAULT} 2",
        "verify": KY5,
        "tell": KY5,
        "decide": f"{LAW}（{KY5}：依照法律、法规、规章的规定）",
        "outcome": KY5,
        "whole": f"{DEFAULT} 38",
    },
    "fuling": {
        "send": FL,
        "take_in": f"{DEFAULT} 2",
        "tell": FL,
        "decide": f"{LAW}（{FL}：依照法律、法规、规章的规定）",
        "outcome": f"{DEFAULT} 7",
        "whole": f"{DEFAULT} 38",
    },
    "xx": {
        "send": XX,
        "take_in": f"{DEFAULT} 2",
        "tell": XX,
        "decide": LAW,
        "outcome": f"{DEFAULT} 7",
        "whole": f"{DEFAULT} 38",
    },
    "yangxin": {
        "send": f"{DEFAULT} 1",
        "take_in": f"{DEFAULT} 2",
        "verify": f"{DEFAULT} 3",
        "tell": f"{DEFAULT} 4",
        "decide": LAW,
        "outcome": f"{DEFAULT} 7",
        "whole": f"{DEFAULT} 38",
    },
    "huancui": {
        "send": f"{DEFAULT} 1（{HC}：及时（未定期限））",
        "take_in": f"{DEFAULT} 2",
        "verify": f"{DEFAULT} 3",
        "tell": f"{DEFAULT} 4",
        "decide": LAW,
        "outcome": f"{DEFAULT} 7",
        "whole": f"{DEFAULT} 38",
    },
}
"""Of each place every limit of a referral that goes straight through, and where it stands."""


class TestFivePlaces:
    @pytest.mark.parametrize("place", RULED_BY)
    async def test_take_a_referral_to_its_end_and_say_whose_limit_each_is(self, at, owner_engine, place):
        desk = await at(place)
        referral = await a_letter(desk)
        if "verify" in RULED_BY[place]:
            referral = await desk.do("chen", "verify", referral, finding="fit", note="属实")
        referral = await desk.do("gao", "accept", referral)
        decided = {"decision": "penalty", "note": "决定书已送达", "effective_on": NOW.date()}
        referral = await desk.do("chen", "record_decision", referral, **decided)
        referral = await desk.do("gao", "tell_outcome", referral, outcome="罚款二百元")
        assert referral.state == "concluded"
        async with owner_engine.connect() as connection:
            rows = await connection.execute(
                select(Deadline.kind, Deadline.source, Deadline.met_at).where(
                    Deadline.subject_id == referral.id
                )
            )
            found = rows.all()
        assert {row.kind.removeprefix("referral."): row.source for row in found} == RULED_BY[place]
        assert all(row.met_at for row in found)

    async def test_say_in_an_explained_clock_what_the_place_says_without_a_number(self, at, owner_engine):
        desk = await at("huancui")
        referral = await desk.draft()
        async with owner_engine.connect() as connection:
            clock = await connection.scalar(select(Deadline.id).where(Deadline.subject_id == referral.id))
        async with desk.as_("zhou") as work:
            explained = await explain(work, clock)
        zh, en = (sentences(explained, language) for language in ("zh", "en"))
        assert f"{HC}（县级规程）只作原则规定：及时（未定期限）。" in zh
        assert any(each.startswith(f"{HC} (county) says only: promptly, no number given") for each in en)
