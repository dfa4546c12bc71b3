"""Names stand as in a Chinese telephone book: character by character, by syllable, tone and character."""

from random import Random

import pytest

from domain.staff.pinyin import pinyin


class TestNames:
    def test_are_ordered_by_syllable_tone_and_character(self) -> None:
        # By hand, from a dictionary: a, cao, lin, ling, lü, ou, ren, shan, yu (尉迟), zeng, zhou, zou.
        expected = [
            "阿里",
            "曹操",
            "林冲",
            "林冲之",
            "凌霄",
            "吕布",
            "区小明",
            "欧阳修",
            "任重",
            "单雄信",
            "尉迟恭",
            "曾国藩",
            "周一",
            "周瑜",
            "邹衍",
        ]
        assert sorted(expected) != expected, "code points would do as well"
        shuffled = [*expected]
        Random(7).shuffle(shuffled)
        assert sorted(shuffled, key=pinyin) == expected

    def test_of_one_surname_stand_together_whatever_follows(self) -> None:
        # Read as one word, zhouyi and zoua would mingle with other surnames of the same syllable.
        people = ["周一", "州二", "周三", "州四"]
        surnames = [name[0] for name in sorted(people, key=pinyin)]
        assert surnames in (["周", "周", "州", "州"], ["州", "州", "周", "周"])

    @pytest.mark.parametrize(
        ("surname", "begins"),
        [("曾", "zeng1"), ("仇", "qiu2"), ("万俟", "mo4"), ("任", "ren2"), ("王", "wang2")],
    )
    def test_are_read_as_surnames_are(self, surname: str, begins: str) -> None:
        assert pinyin(f"{surname}某").startswith(begins)
        assert not pinyin(f"王{surname}").startswith(begins) or surname == "王"

    def test_count_alike_however_their_parts_are_divided(self) -> None:
        assert pinyin("买买提·吐尔逊") == pinyin("买买提 吐尔逊")

    def test_that_are_not_chinese_stand_by_their_letters(self) -> None:
        assert sorted(["Zoe", "anna", "Bob"], key=pinyin) == ["anna", "Bob", "Zoe"]
