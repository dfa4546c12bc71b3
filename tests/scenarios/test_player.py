"""What the player says of a scenario that does not tell the truth: file, line, what is written and what happened."""

from pathlib import Path

import pytest

from tests.scenarios.casting import Casting, Place
from tests.scenarios.conftest import SetUp
from tests.scenarios.player import Deviation, Player
from tests.scenarios.script import WrongScript, read

# 2026-02-28 is a Saturday that is worked: the urgent limit ends there at 17:00 and is told of in the morning.
TRUE = """\
场景：坍塌案
地方：XX市
简称：乙街道=XX市乙街道办事处
简称：住建局=XX市住房和城乡建设局

2026-02-27 周五
  17:10 住建局 城乙丑 起草移送函〔坍塌案〕
    接收单位：乙街道
    发现日期：2026-02-27
    紧急情形的发现时刻：2026-02-27 17:00
    → 状态：起草中，住建局负责
    → 期限：紧急案件的移送——住建局，2026-02-28 周六 17:00

2026-02-28 周六
  08:30 时钟
    → 〔坍塌案〕到期：紧急案件的移送——住建局，2026-02-28 周六 17:00
    → 〔坍塌案〕通知：期限到期 → 住建局全体
  09:00 住建局 城乙丑 报批〔坍塌案〕
    → 拒绝：REFERRAL_MATERIALS_MISSING
"""


EXPLAINED = Path(__file__).parents[2] / "docs" / "scenarios.md"


async def play(set_up: SetUp, text: str, *, place: str = "xx") -> None:
    async with set_up(place) as stage:
        await Player(read(text, file="坍塌案.txt"), stage).play()


async def test_a_true_one_is_played_to_its_end(set_up: SetUp) -> None:
    await play(set_up, TRUE)


async def test_so_is_the_one_that_explains_how_they_are_written(set_up: SetUp) -> None:
    example = EXPLAINED.read_text(encoding="utf-8").split("```")[1]
    assert "通知" in example
    await play(set_up, example, place="pingyang")


@pytest.mark.parametrize(
    ("true", "untrue", "message"),
    [
        pytest.param(
            "住建局，2026-02-28 周六 17:00\n\n",
            "住建局，2026-03-02 周一 17:00\n\n",
            "第12行：文件写“〔坍塌案〕期限：紧急案件的移送——住建局，2026-03-02 周一 17:00”，"
            "实际是“〔坍塌案〕期限：紧急案件的移送——住建局，2026-02-28 周六 17:00”",
            id="another-due-date",
        ),
        pytest.param(
            "  08:30 时钟\n"
            "    → 〔坍塌案〕到期：紧急案件的移送——住建局，2026-02-28 周六 17:00\n"
            "    → 〔坍塌案〕通知：期限到期 → 住建局全体\n",
            "",
            "第15行：此前2026-02-28 08:30时钟响过，文件没有写："
            "〔坍塌案〕到期：紧急案件的移送——住建局，2026-02-28 周六 17:00；"
            "〔坍塌案〕通知：期限到期 → 住建局全体",
            id="a-ring-unsaid",
        ),
        pytest.param(
            "  08:30 时钟",
            "  08:20 时钟",
            "第15行：文件写此时时钟应响，实际没有响",
            id="a-ring-too-early",
        ),
        pytest.param(
            "    → 〔坍塌案〕通知：期限到期 → 住建局全体\n",
            "",
            "第15行：发生了而文件没有写：“〔坍塌案〕通知：期限到期 → 住建局全体”",
            id="a-notice-unsaid",
        ),
        pytest.param(
            "通知：期限到期 → 住建局全体",
            "通知：期限到期 → 住建局负责人、住建局城乙丑",
            "第17行：文件写“〔坍塌案〕通知：期限到期 → 住建局城乙丑、住建局城甲子”，"
            "实际是“〔坍塌案〕通知：期限到期 → 住建局全体”",
            id="somebody-not-said-to-be-told",
        ),
        pytest.param(
            "    → 拒绝：REFERRAL_MATERIALS_MISSING\n",
            "    → 状态：待审批，住建局负责\n",
            "第19行：文件写“〔坍塌案〕状态：待审批，住建局负责”，实际是“没有”\n"
            "坍塌案.txt 第18行：发生了而文件没有写：“〔坍塌案〕拒绝：REFERRAL_MATERIALS_MISSING”",
            id="a-refusal-unsaid",
        ),
    ],
)
async def test_an_untrue_one_is_told_at_which_line(
    set_up: SetUp, true: str, untrue: str, message: str
) -> None:
    assert true in TRUE
    with pytest.raises(Deviation) as deviation:
        await play(set_up, TRUE.replace(true, untrue, 1))
    assert str(deviation.value) == f"坍塌案.txt {message}"


@pytest.mark.parametrize(
    ("known", "unknown", "message"),
    [
        ("城乙丑 起草", "某某 起草", "第7行：住建局没有某某这个人"),
        ("起草移送函", "写信", "第7行：没有“写信”这个办理事项"),
        ("接收单位：乙街道", "接收单位：丙镇", "第8行：“接收单位”不能是“丙镇”"),
        ("发现日期：", "发现时间：", "第9行：“起草移送函”没有“发现时间”这一项"),
        ("报批〔坍塌案〕", "报批〔另案〕", "第18行：还没有〔另案〕这件案件"),
        ("→ 住建局全体", "→ 环保局全体", "第17行：不知道“环保局全体”指谁"),
        ("通知：期限到期 →", "通知：到时间了 →", "第17行：应写作“→ 通知：事项 → 谁、谁”"),
    ],
)
def test_what_cannot_be_played_is_told_at_which_line(known: str, unknown: str, message: str) -> None:
    assert known in TRUE
    with pytest.raises(WrongScript) as refused:
        Casting(read(TRUE.replace(known, unknown, 1), file="坍塌案.txt"), Place("xx")).rehearse()
    assert str(refused.value).startswith(f"坍塌案.txt {message}")
