"""The fixtures of the worker's tests, which stand in `workshop.py`."""

from tests.workers.workshop import (
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
    "county",
    "nursery",
    "own_redis",
    "owner",
    "processes",
    "workers_database",
    "workers_engines",
    "workshop",
]
