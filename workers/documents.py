"""The sweeper's steps for files: uploads that nothing was made of, first the rows, then their bytes.

A worker that dies between the two leaves bytes that belong to nobody; a row never loses its bytes.
"""

import asyncio
from datetime import timedelta

from domain.documents.commands import forget_unattached
from domain.documents.rules import UNATTACHED_FOR
from domain.documents.store import Store
from domain.edge import upkeep
from workers.reconciler import Step
from workers.sweeper import Sweep

SWEPT_AT_MOST = 500

BROKEN_OFF_FOR = timedelta(days=1)


def sweeps_of(store: Store) -> tuple[Step[Sweep], ...]:
    """The steps over this store."""

    async def files(sweep: Sweep) -> None:
        """Rows of uploads left alone too long, and their bytes."""
        before = await sweep.machinery.clock.now() - UNATTACHED_FOR
        async with upkeep(sweep.machinery.engines.writing) as session:
            forgotten = await forget_unattached(session, before=before, most=SWEPT_AT_MOST)
        for file_id in forgotten:
            await asyncio.to_thread(store.remove, file_id)
        sweep.more = sweep.more or len(forgotten) == SWEPT_AT_MOST

    async def broken_off(_sweep: Sweep) -> None:
        """Uploads that a killed process left unfinished."""
        await asyncio.to_thread(store.clear_away_broken_off, older_than=BROKEN_OFF_FOR)

    return (files, broken_off)
