"""Audiences survive their JSON, retries wait longer and longer, and at some point it is enough."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.outbox.rules import (
    ATTEMPTS_AT_MOST,
    LONGEST_RETRY,
    Audience,
    ToFunction,
    ToPerson,
    ToTenant,
    audience_of,
    channel,
    given_up,
    retry_after,
)

HERE, THERE = UUID(int=1), UUID(int=2)


class TestAudience:
    @pytest.mark.parametrize(
        "audience",
        [ToTenant(HERE, ("head", "officer")), ToPerson(HERE, THERE), ToFunction("coordination")],
    )
    def test_is_the_same_after_it_was_kept(self, audience: Audience) -> None:
        assert audience_of(audience.as_json()) == audience

    def test_keeps_roles_in_one_order_so_that_equal_audiences_are_kept_alike(self) -> None:
        one, other = (ToTenant(HERE, roles).as_json() for roles in ({"head", "officer"}, ["officer", "head"]))
        assert one == other

    @pytest.mark.parametrize("kept", [{}, {"tenant": str(HERE)}, {"tenant": 1, "roles": []}])
    def test_refuses_what_no_command_can_have_left(self, kept: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="no audience"):
            audience_of(kept)


class TestRetryAfter:
    def test_doubles_up_to_the_longest(self) -> None:
        waits = [retry_after(attempts) for attempts in range(1, ATTEMPTS_AT_MOST + 1)]
        assert waits[:4] == [timedelta(seconds=seconds) for seconds in (2, 4, 8, 16)]
        assert waits == sorted(waits)
        assert waits[-1] == LONGEST_RETRY

    def test_bears_any_number_of_attempts(self) -> None:
        assert retry_after(0) == timedelta(seconds=2)
        assert retry_after(100_000) == LONGEST_RETRY


class TestGivenUp:
    def test_comes_with_the_last_attempt_and_not_before(self) -> None:
        assert [given_up(attempts) for attempts in (ATTEMPTS_AT_MOST - 1, ATTEMPTS_AT_MOST)] == [False, True]


class TestChannel:
    def test_is_a_countys_own(self) -> None:
        assert channel(HERE) != channel(THERE)
