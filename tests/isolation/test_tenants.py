"""The state machine, under both locks and under each of them alone. What is and is not held is told in the package.

A short run belongs to every `make test`; `pytest --soak` walks for much longer.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.isolation.machine import machine_over
from tests.isolation.watching import Watch

SHORT = settings(
    max_examples=4,
    stateful_step_count=20,
    deadline=None,
    database=None,
    # A failure says what was asked, by whom, and where the word lies; walking there again and again adds little.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
LONG = settings(SHORT, max_examples=200, stateful_step_count=60)


class TestTenants:
    def test_stay_apart_whatever_anybody_does(self, watch: Watch) -> None:
        run_state_machine_as_test(machine_over(watch), settings=SHORT)

    @pytest.mark.soak
    def test_stay_apart_for_a_long_time(self, watch: Watch) -> None:
        run_state_machine_as_test(machine_over(watch), settings=LONG)
