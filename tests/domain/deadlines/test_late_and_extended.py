"""What is late, and how far a limit may be extended. They do not verify who may grant an extension."""

from datetime import UTC, datetime

import pytest

from domain.deadlines.rules import (
    TICK,
    ExtensionBeyondCap,
    ExtensionOfNothing,
    ExtensionTooLate,
    extended,
    late,
)
from domain.rulebooks.values import Limit

DUE = datetime(2026, 3, 9, 15, 59, 59, 999999, tzinfo=UTC)
FIVE_DAYS, TEN_DAYS = Limit(5, "working_days"), Limit(10, "working_days")


class TestLate:
    def test_begins_one_tick_after_the_due_instant(self) -> None:
        assert not late(met_at=DUE, due_at=DUE)
        assert late(met_at=DUE + TICK, due_at=DUE)


class TestExtended:
    def test_lengthens_the_limit_up_to_its_cap(self) -> None:
        # Kunyang annex 1 article 5: five working days, five more where it is complex.
        longer = extended(limit=FIVE_DAYS, by=5, at_most=TEN_DAYS, due_at=DUE, decided_at=DUE)
        assert longer == Limit(10, "working_days")

    def test_refuses_to_pass_the_cap(self) -> None:
        with pytest.raises(ExtensionBeyondCap) as refused:
            extended(limit=FIVE_DAYS, by=6, at_most=TEN_DAYS, due_at=DUE, decided_at=DUE)
        assert refused.value.sentence("en").startswith("Extended, the limit would be 11 working days")
        assert "11个工作日" in refused.value.sentence("zh")
        assert "上限10个工作日" in refused.value.sentence("zh")

    @pytest.mark.parametrize("by", [0, -2])
    def test_refuses_what_lengthens_nothing(self, by: int) -> None:
        with pytest.raises(ExtensionOfNothing) as refused:
            extended(limit=FIVE_DAYS, by=by, at_most=TEN_DAYS, due_at=DUE, decided_at=DUE)
        assert refused.value.field == "by"

    def test_counts_earlier_extensions_against_the_cap(self) -> None:
        once = extended(limit=FIVE_DAYS, by=4, at_most=TEN_DAYS, due_at=DUE, decided_at=DUE)
        with pytest.raises(ExtensionBeyondCap):
            extended(limit=once, by=2, at_most=TEN_DAYS, due_at=DUE, decided_at=DUE)

    def test_knows_no_cap_where_the_document_names_none(self) -> None:
        longer = extended(limit=Limit(3, "working_days"), by=90, at_most=None, due_at=DUE, decided_at=DUE)
        assert longer.amount == 93

    def test_refuses_once_the_limit_has_run_out(self) -> None:
        with pytest.raises(ExtensionTooLate):
            extended(limit=FIVE_DAYS, by=1, at_most=TEN_DAYS, due_at=DUE, decided_at=DUE + TICK)

    def test_takes_no_cap_of_another_unit(self) -> None:
        with pytest.raises(ValueError, match="one unit"):
            extended(limit=FIVE_DAYS, by=1, at_most=Limit(10, "hours"), due_at=DUE, decided_at=DUE)
