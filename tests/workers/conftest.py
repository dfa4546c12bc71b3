"""The fixtures of the worker's tests, which stand in `workshop.py` and `ledgers.py`."""

from tests.workers.ledgers import edge, machinery
from tests.workers.workshop import (
    clerks_engines,
    county,
    nursery,
    own_redis,
    owner,
    processes,
    workers_database,
    workers_engines,
    workshop,
)

__all__ = [
    "clerks_engines",
    "county",
    "edge",
    "machinery",
    "nursery",
    "own_redis",
    "owner",
    "processes",
    "workers_database",
    "workers_engines",
    "workshop",
]
