"""What the tests of referrals on a real database may ask for."""

import pytest

from tests.domain.referrals.desk import Desk


@pytest.fixture
def desk(edge, world):
    return Desk(edge, world)
