"""To whom a body that only patrols hands over, decided without a database."""

from uuid import UUID

import pytest

from domain.patrols import rules
from domain.patrols.rules import Handover

ZHANGCUN = Handover(UUID(int=1), "张村镇人民政府", "实施方案 二（五）13")


def test_is_the_body_named_and_nobody_else() -> None:
    rules.handed_to(UUID(int=1), name="里口山", handover=ZHANGCUN)
    with pytest.raises(rules.HandsOverElsewhere) as refused:
        rules.handed_to(UUID(int=2), name="里口山", handover=ZHANGCUN)
    assert "张村镇人民政府" in refused.value.sentence("zh")
    assert "实施方案 二（五）13" in refused.value.sentence("en")


def test_is_nobody_where_nobody_is_named() -> None:
    with pytest.raises(rules.NobodyNamed):
        rules.handed_to(UUID(int=1), name="里口山", handover=None)


def test_is_told_to_whoever_would_send_it_a_case() -> None:
    assert "张村镇人民政府" in rules.not_to("里口山", ZHANGCUN).sentence("zh")
    assert isinstance(rules.not_to("里口山", None), rules.NobodyNamed)


@pytest.mark.parametrize("kind", ["department", "township", "county_body"])
def test_concerns_no_other_kind_of_body(kind: str) -> None:
    rules.decides(kind, "某单位", field="body_id")
    with pytest.raises(rules.DecidesNothing):
        rules.decides("patrol_body", "里口山", field="body_id")
