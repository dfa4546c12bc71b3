"""The desk of a fresh county."""

import pytest

from domain.edge import Edge
from tests.domain.deadlines.desk import Desk
from tests.worlds import World


@pytest.fixture
def desk(edge: Edge, world: World) -> Desk:
    """Of Kunyang and transport."""
    return Desk(edge, world)
