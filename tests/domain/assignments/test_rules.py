"""Whose a matter can be made, without a database."""

from uuid import UUID

import pytest

from domain.assignments.rules import InNobodysHands, InOtherHands, claimable, releasable

ME, ANOTHER = UUID(int=1), UUID(int=2)


class TestClaiming:
    def test_takes_what_nobody_has(self) -> None:
        assert claimable(holder=None, mine=ME, name="") is True

    def test_changes_nothing_of_what_is_mine(self) -> None:
        assert claimable(holder=ME, mine=ME, name="陈昆") is False

    def test_takes_nothing_out_of_other_hands(self) -> None:
        with pytest.raises(InOtherHands) as refused:
            claimable(holder=ANOTHER, mine=ME, name="陈昆")
        assert "陈昆" in refused.value.sentence("zh")


class TestReleasing:
    def test_puts_back_what_is_mine(self) -> None:
        releasable(holder=ME, mine=ME, name="", gives=False)

    def test_puts_back_what_others_have_only_for_whoever_gives_matters_to_units(self) -> None:
        releasable(holder=ANOTHER, mine=ME, name="陈昆", gives=True)
        with pytest.raises(InOtherHands):
            releasable(holder=ANOTHER, mine=ME, name="陈昆", gives=False)

    @pytest.mark.parametrize("gives", [True, False])
    def test_is_of_something_that_somebody_has(self, gives: bool) -> None:
        with pytest.raises(InNobodysHands):
            releasable(holder=None, mine=ME, name="", gives=gives)
