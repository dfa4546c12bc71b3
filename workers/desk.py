"""The desk at which one process makes exports: the clerk's way in, the store, and what is half made.

A spreadsheet cannot be handed over half made, so what lies here dies with the process, and whoever takes over begins
again. The edge is over the app's login, under the very row security of the API; the worker's own login reads no ledger.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from domain.documents.store import Made, Store
from domain.edge import Edge
from domain.exports.commands import Taken
from domain.exports.queries import Grounds
from domain.exports.workbook import Workbook

BYTES_OF_AN_ID = 16


@dataclass
class HalfMade:
    """An export under way: by what rights and which rows, how many of these were read, and the spreadsheet so far.

    `ids` has one id of all rows behind the other, each in its sixteen bytes, because there may be a million. `rows` were
    written: fewer than were read where some are not in the register any more.
    """

    taken: Taken
    folder: Path
    grounds: Grounds | None = None
    ids: bytearray = field(default_factory=bytearray)
    read: int = 0
    rows: int = 0
    workbook: Workbook | None = None
    made: Made | None = None

    @property
    def total(self) -> int:
        """How many rows there were when it was begun."""
        return len(self.ids) // BYTES_OF_AN_ID

    def ids_of_the_next(self, most: int) -> list[UUID]:
        """The ids of the rows to be read next."""
        end = min(self.read + most, self.total)
        starts = range(self.read * BYTES_OF_AN_ID, end * BYTES_OF_AN_ID, BYTES_OF_AN_ID)
        return [UUID(bytes=bytes(self.ids[start : start + BYTES_OF_AN_ID])) for start in starts]


@dataclass
class Desk:
    """`rows_at_a_time` is the size of a portion; more of them take no more memory than their ids."""

    edge: Edge
    store: Store
    rows_at_a_time: int = 1000
    under_way: dict[UUID, HalfMade] = field(default_factory=dict)

    async def begin(self, taken: Taken) -> None:
        """Clear a place for an export."""
        folder = await asyncio.to_thread(self.store.workplace, taken.id, taken.attempt)
        self.under_way[taken.id] = HalfMade(taken, folder)

    async def drop(self, export_id: UUID) -> None:
        """Let nothing half made be left of an export."""
        half = self.under_way.pop(export_id, None)
        if half is not None:
            await asyncio.to_thread(self.store.leave, half.folder)

    async def clear(self) -> None:
        """Leave nothing half made behind."""
        for export_id in list(self.under_way):
            await self.drop(export_id)
