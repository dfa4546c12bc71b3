"""The sealer: committed audit lines are linked into their county's chain; and the ends of chains are vouched for.

    sealer         find (counties with unsealed lines) ─▶ for each: hold ─▶ read ─▶ link ─▶ clear ─▶ commit
    checkpointer   find (chains that are due) ─▶ for each: sign ─▶ append

A county's chain has one sealer at a time, whoever runs; the others pass by. Sealing is one transaction. A checkpoint
that was signed and not kept was nothing; one that is kept twice is harmless. What digests cover, and how a trail is
verified, stands in `domain/audit`.
"""

import asyncio
from dataclasses import dataclass

from domain.audit.commands import Unsealed, add_seal, clear_unsealed, hold_the_chain, read_unsealed
from domain.audit.queries import ChainEnd, chain_ends, counties_with_unsealed, oldest_unsealed
from domain.audit.rules import Checkpoint
from domain.edge import errand, upkeep
from domain.outbox.queries import Backlog
from domain.work import Errand
from workers.machinery import Machinery
from workers.reconciler import Portion, Reconciler

SEALED_AT_MOST = 2000
"""Lines in one seal."""


@dataclass(kw_only=True)
class CountyLines(Portion):
    """What waits in one county, in one transaction."""

    opened: Errand | None = None
    read: Unsealed | None = None

    @property
    def errand(self) -> Errand:
        """The transaction, once it is open."""
        if self.opened is None:
            raise LookupError("the first step opens it")
        return self.opened

    @property
    def unsealed(self) -> Unsealed:
        """What was read, once it was."""
        if self.read is None:
            raise LookupError("the second step reads it")
        return self.read


async def find(machinery: Machinery) -> list[CountyLines]:
    """The counties that have lines waiting."""
    async with upkeep(machinery.engines.writing) as session:
        counties = await counties_with_unsealed(session)
    return [CountyLines(machinery=machinery, county_id=county_id) for county_id in counties]


async def hold(county: CountyLines) -> None:
    """Open the county's transaction and hold its chain; if another sealer does, this one is done."""
    machinery = county.machinery
    county.opened = await county.kept.enter_async_context(
        errand(machinery.engines.writing, county_id=county.county, now=await machinery.clock.now())
    )
    county.done = not await hold_the_chain(county.errand)


async def read(county: CountyLines) -> None:
    """Read the end of the chain and what waits to be linked to it."""
    county.read = await read_unsealed(county.errand, most=SEALED_AT_MOST)
    county.done = not county.read.lines
    county.more = len(county.read.lines) == SEALED_AT_MOST


async def link(county: CountyLines) -> None:
    """Add the seal."""
    await add_seal(county.errand, county.unsealed)


async def clear(county: CountyLines) -> None:
    """Say that these lines wait no longer."""
    await clear_unsealed(county.errand, county.unsealed)


async def commit(county: CountyLines) -> None:
    """Make it so, all at once; with that the chain is free again."""
    await county.kept.aclose()
    county.did = len(county.unsealed.lines)


async def left(machinery: Machinery) -> Backlog:
    """Since when the oldest line has been waiting."""
    async with upkeep(machinery.engines.writing) as session:
        return Backlog(waiting_since=await oldest_unsealed(session), given_up=0)


SEALER = Reconciler(name="sealer", find=find, steps=(hold, read, link, clear, commit), seconds=0.5, left=left)


@dataclass(kw_only=True)
class CountyChain(Portion):
    """The end of one county's chain, and the checkpoint for it."""

    end: ChainEnd
    checkpoint: Checkpoint | None = None


async def find_due(machinery: Machinery) -> list[CountyChain]:
    """The chains that have gone on far or long enough since their last checkpoint."""
    folder = machinery.checkpoints
    if folder is None:
        return []
    async with upkeep(machinery.engines.writing) as session:
        ends = await chain_ends(session)
    wall = await machinery.wall.now()
    due = await asyncio.to_thread(
        lambda: [end for end in ends if folder.is_due(end.county_id, number=end.number, wall=wall)]
    )
    return [CountyChain(machinery=machinery, county_id=end.county_id, end=end) for end in due]


async def sign(chain: CountyChain) -> None:
    """Vouch for the end of the chain."""
    folder = chain.machinery.checkpoints
    if folder is not None:
        chain.checkpoint = await asyncio.to_thread(
            folder.sign,
            county_id=chain.end.county_id,
            number=chain.end.number,
            digest=chain.end.digest,
            wall=await chain.machinery.wall.now(),
        )


async def append(chain: CountyChain) -> None:
    """Keep the checkpoint where the database cannot reach."""
    folder = chain.machinery.checkpoints
    if folder is not None and chain.checkpoint is not None:
        await asyncio.to_thread(folder.append, chain.checkpoint)


CHECKPOINTER = Reconciler(name="checkpointer", find=find_due, steps=(sign, append), seconds=5.0)
