"""While an inspection, a test or an appraisal is out, the receiver's clocks stand still; then they go on.

The receiver stops them by an act, on a ground that the place's rulebook admits, and lets them go on by another; verifying,
asking for material and every answer let them go on as well, and telling how far the matter is does not. Which limits stand still is the rulebook's. It is not the waiting
for material that the sender owes: that begins and ends with the asking and the supplying.

From: practice, after 行政强制法 第25条 (the periods of seizure do not include those of testing, inspection, quarantine
or technical appraisal). The rules of the acts are those of `commands.py`.
"""

from uuid import UUID

from domain.outbox.rules import ToTenant
from domain.referrals import clocks, refusals, rules, steps
from domain.referrals.models import Referral
from domain.rulebooks.registry import GROUNDS
from domain.work import Work


async def suspend(
    work: Work, *, referral_id: UUID, expected_version: int, ground: rules.Ground, note: str
) -> Referral:
    """Let the limits stand still from now on: what is waited for, and in words who does it and on which paper.

    Raises `SuspensionForbidden`, `SuspendedAlready`, `NothingStandsStill`, `ReasonNeeded`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "suspend")
    kept = rules.reasoned(note, field="note")
    rulebook = work.rulebook_on(referral.began_on)
    for key, admitted in (
        (rules.ADMITTED_BY["suspend"], rulebook.flag(rules.ADMITTED_BY["suspend"])),
        ("referral.suspension_grounds", ground in rulebook.texts("referral.suspension_grounds")),
    ):
        if not admitted:
            raise refusals.SuspensionForbidden(field="ground", source=rulebook.cited(key))
    if referral.suspension is not None:
        known = GROUNDS[referral.suspension]
        raise refusals.SuspendedAlready(ground=known.en, ground_zh=known.zh)
    if not await clocks.stop_the_receivers_clocks(work, referral, because=GROUNDS[ground].zh):
        raise refusals.NothingStandsStill(source=rulebook.cited("referral.suspended_limits"))
    referral.suspension = ground
    await steps.close(
        work,
        referral,
        "suspend",
        "suspended",
        audience=[steps.drafter(referral), ToTenant(steps.receiver(referral), ["head"])],
        facts={"ground": ground, "reason": kept},
    )
    return referral


async def resume(
    work: Work, *, referral_id: UUID, expected_version: int, note: str | None = None
) -> Referral:
    """Let the limits go on: what was waited for is there, or is waited for no more. Raises `NotSuspended`."""
    referral = await steps.take_up(work, referral_id, expected_version, "resume")
    kept = rules.reasoned(note, field="note", needed=False)
    ground = referral.suspension
    if ground is None:
        raise refusals.NotSuspended
    await clocks.let_the_receivers_clocks_go_on(work, referral)
    await steps.close(
        work,
        referral,
        "resume",
        "resumed",
        audience=[steps.drafter(referral), ToTenant(steps.receiver(referral), ["head"])],
        facts={"ground": ground, "reason": kept},
    )
    return referral
