"""Entries that name bodies by their codes: what they take, and which part of anything else they point at."""

import pytest

from domain.rulebooks.body_types import BodiesType, HandoverType
from domain.rulebooks.entry_types import Misfit
from domain.rulebooks.shown import shown


class TestBodies:
    @pytest.mark.parametrize("raw", [[], ["zonghe"], ["zonghe", "ying-ji", "a1_b"]])
    def test_take_codes_perhaps_none(self, raw: list[str]) -> None:
        assert BodiesType().read(raw, None) == tuple(raw)

    @pytest.mark.parametrize(
        ("raw", "unit", "code", "path"),
        [
            ("zonghe", None, "WRONG_TYPE", ("value",)),
            ([], "officers", "WRONG_UNIT", ("unit",)),
            (["zonghe", "综合局"], None, "WRONG_FORM", ("value", 1)),
            (["zonghe", 7], None, "WRONG_FORM", ("value", 1)),
            (["zonghe", "sifa", "zonghe"], None, "TWICE", ("value", 2)),
        ],
    )
    def test_point_at_what_does_not_fit(
        self, raw: object, unit: str | None, code: str, path: tuple[str | int, ...]
    ) -> None:
        with pytest.raises(Misfit) as misfit:
            BodiesType().read(raw, unit)
        assert (misfit.value.code, misfit.value.path) == (code, path)


class TestHandovers:
    @pytest.mark.parametrize("raw", [{}, {"likoushan": "zhangcun"}])
    def test_take_one_body_for_each_perhaps_none(self, raw: dict[str, str]) -> None:
        assert HandoverType().read(raw, None) == raw

    @pytest.mark.parametrize(
        ("raw", "code", "path"),
        [
            (["likoushan"], "WRONG_TYPE", ("value",)),
            ({"likoushan": "张村镇"}, "WRONG_FORM", ("value", "likoushan")),
            ({"里口山": "zhangcun"}, "WRONG_FORM", ("value", "里口山")),
            ({"likoushan": ["zhangcun"]}, "WRONG_FORM", ("value", "likoushan")),
            ({"likoushan": "likoushan"}, "WITH_ITSELF", ("value", "likoushan")),
        ],
    )
    def test_point_at_what_does_not_fit(self, raw: object, code: str, path: tuple[str | int, ...]) -> None:
        with pytest.raises(Misfit) as misfit:
            HandoverType().read(raw, None)
        assert (misfit.value.code, misfit.value.path) == (code, path)

    def test_are_shown_as_they_are(self) -> None:
        assert shown("patrol.hands_over_to", {"likoushan": "zhangcun"}).zh == "likoushan → zhangcun"
        assert shown("patrol.hands_over_to", {}).zh == "无"
        assert shown("liaison.platform_departments", ("yingji",)).en == "yingji"
