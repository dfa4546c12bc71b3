"""The clocks of a referral: which begin, which stand still, which go on. The steps of acts, like those of `steps.py`.

It says who owes what to whom; how long that may take, and what waits for what, is the rulebook's. Ending a clock is the
act's own business.
"""

from collections.abc import Collection
from datetime import datetime, time
from uuid import UUID

from domain.deadlines import commands as deadlines
from domain.deadlines import queries
from domain.referrals.models import Referral
from domain.work import Work

# Why what the receiver owes stands still.
SUPPLYING = "等待移送单位补充材料"

# The clock of the whole matter, which runs beside that of each step from sending to the end.
WHOLE = "referral.whole"


def clock_for_sending(referral: Referral) -> str:
    """Which limit runs until the letter is sent."""
    return "referral.send" if referral.urgent_found_at is None else "referral.send_urgent"


async def start_the_clock_for_sending(work: Work, referral: Referral) -> None:
    """Sending is due so long after the day of finding (附件5 第8条), or so many hours after the instant of finding."""
    found_at = datetime.combine(referral.found_on, time.min, tzinfo=work.actor.zone)
    await _start_a_clock(
        work,
        referral,
        clock_for_sending(referral),
        owed_by=referral.from_id,
        to=None,
        started_at=referral.urgent_found_at or found_at,
    )


async def start_a_clock_of_the_receiver(
    work: Work, referral: Referral, kind: str, *, started_at: datetime | None = None
) -> None:
    """From now, or from that instant, the receiver owes this to the sender."""
    await _start_a_clock(
        work, referral, kind, owed_by=referral.addressee_id, to=referral.from_id, started_at=started_at
    )


async def start_a_clock_of_the_sender(work: Work, referral: Referral, kind: str) -> None:
    """From now the sender owes this to the receiver."""
    await _start_a_clock(work, referral, kind, owed_by=referral.from_id, to=referral.addressee_id)


async def _start_a_clock(
    work: Work,
    referral: Referral,
    kind: str,
    *,
    owed_by: UUID,
    to: UUID | None,
    started_at: datetime | None = None,
) -> None:
    """Start one of the matter's clocks by the rulebook of the day on which it began."""
    await deadlines.start(
        work,
        kind=kind,
        obligor_id=owed_by,
        waiting_id=to,
        subject_kind="referral",
        subject_id=referral.id,
        rulebook=work.rulebook_on(referral.began_on),
        started_at=started_at or work.now,
    )


# While material is awaited, what the receiver owes stands still, where the place says so.
STANDS_STILL = ("referral.verify", "referral.tell")


async def let_the_receiver_wait(work: Work, referral: Referral) -> None:
    """Stop what the receiver owes until the material is there, where the place wants that."""
    if not work.rulebook_on(referral.began_on).flag("referral.supplying_suspends"):
        return
    whole_too = work.rulebook_on(referral.began_on).flag("referral.whole_waits_too")
    await _stop(work, referral, {*STANDS_STILL, WHOLE} if whole_too else STANDS_STILL, because=SUPPLYING)


async def let_the_receiver_go_on(work: Work, referral: Referral) -> None:
    """What stood still goes on; where nothing did, verifying begins anew."""
    running = await queries.running_kinds(work, subject_id=referral.id)
    waiting = running.intersection(STANDS_STILL)
    for kind in running.intersection({*STANDS_STILL, WHOLE}):
        await deadlines.resume(work, subject_id=referral.id, kind=kind)
    if not waiting:
        await start_a_clock_of_the_receiver(work, referral, "referral.verify")


async def stop_the_receivers_clocks(work: Work, referral: Referral, *, because: str) -> frozenset[str]:
    """Stop those of the receiver's clocks that the place lets stand still; which they are."""
    stopping = work.rulebook_on(referral.began_on).texts("referral.suspended_limits")
    return await _stop(work, referral, stopping, because=because)


async def _stop(work: Work, referral: Referral, stopping: Collection[str], *, because: str) -> frozenset[str]:
    """Stop those of these clocks that run; which they are.

    A limit that has run out does not stand still: nothing is left of it, and whoever is to hear that it is late hears it.
    """
    running = await queries.running_kinds(work, subject_id=referral.id, in_time=True)
    stopped = running.intersection(stopping)
    for kind in stopped:
        await deadlines.suspend(work, subject_id=referral.id, kind=kind, because=because)
    return stopped


async def let_the_receivers_clocks_go_on(work: Work, referral: Referral) -> None:
    """What the receiver stopped goes on, if it had: it has what it waited for, or does without."""
    if referral.suspension is None:
        return
    stopped = work.rulebook_on(referral.began_on).texts("referral.suspended_limits")
    for kind in (await queries.running_kinds(work, subject_id=referral.id)).intersection(stopped):
        await deadlines.resume(work, subject_id=referral.id, kind=kind)
    referral.suspension = None


async def let_the_receiver_answer(work: Work, referral: Referral, *, ends: bool = False) -> None:
    """What the receiver owed is done, and the sender owes nothing more; the whole goes on, unless this `ends` it."""
    receiver = referral.addressee_id
    await deadlines.answer(work, subject_id=referral.id, by=receiver, but=None if ends else WHOLE)
    referral.suspension = None


async def let_the_receiver_tell(work: Work, referral: Referral) -> None:
    """The receiver owes the sender word, unless it does already: material came after it had verified once."""
    if "referral.tell" not in await queries.running_kinds(work, subject_id=referral.id):
        await start_a_clock_of_the_receiver(work, referral, "referral.tell")
