"""What the receiver does with a referral until it has answered: taking in, verifying, asking, accepting, returning, doubting.

Every answer meets what the receiver owes in the matter and ends what the sender still owed. The rules of the acts are
those of `commands.py`: one event, one version, the matter locked first.
"""

from uuid import UUID

from domain.deadlines import commands as deadlines
from domain.organisations import queries as organisations
from domain.outbox.rules import Audience, ToFunction, ToTenant
from domain.referrals import clocks, commands, queries, refusals, rules, steps
from domain.referrals.models import Referral
from domain.work import Work


async def take_in(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Take the referral in, before any judgement, with a numbered receipt.

    Where the place has it verified first, verifying begins (附件5 第8条); elsewhere the clock for telling runs already,
    unless the rulebook was corrected meanwhile.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "take_in")
    rulebook = work.rulebook_on(referral.began_on)
    await deadlines.meet(work, subject_id=referral.id, kind="referral.take_in")
    if rulebook.choice("referral.receiving") == "verify_then_tell":
        await clocks.start_a_clock_of_the_receiver(work, referral, "referral.verify")
    else:
        await clocks.let_the_receiver_tell(work, referral)
    if rulebook.choice("referral.file_opens") == "taken_in":
        await steps.open_the_file(work, referral)
    referral.taken_in_at = work.now
    await steps.close(
        work,
        referral,
        "take_in",
        "taken_in",
        audience=[steps.drafter(referral), ToTenant(steps.receiver(referral), ["head", "officer"])],
        number=("receipt_number", "referral.receipt", rulebook.number_format("referral.receipt_number")),
    )
    return referral


async def verify(
    work: Work, *, referral_id: UUID, expected_version: int, finding: rules.Finding, note: str
) -> Referral:
    """Say for the receiver's own head what verifying found; the sender is told by the answer, not by this.

    What is incomplete is to be asked for; everything else is to be answered (附件5 第8条).
    """
    referral = await steps.take_up(work, referral_id, expected_version, "verify")
    await steps.note(work, referral, rules.written("note", note), finding=finding)
    await clocks.let_the_receivers_clocks_go_on(work, referral)
    await deadlines.meet(work, subject_id=referral.id, kind="referral.verify")
    if finding == "incomplete":
        await clocks.start_a_clock_of_the_receiver(work, referral, "referral.ask_for_material")
    else:
        await clocks.let_the_receiver_tell(work, referral)
    await steps.close(
        work,
        referral,
        "verify",
        "verified",
        audience=[ToTenant(steps.receiver(referral), ["head"])],
    )
    return referral


async def ask_for_material(work: Work, *, referral_id: UUID, expected_version: int, asked: str) -> Referral:
    """Ask the sender in writing for what is missing; it owes that from now on (附件5 第8条)."""
    referral = await steps.take_up(work, referral_id, expected_version, "ask_for_material")
    referral.material_asked, referral.material_asked_at = rules.written("asked", asked), work.now
    await clocks.let_the_receivers_clocks_go_on(work, referral)
    await deadlines.meet(work, subject_id=referral.id, kind="referral.ask_for_material")
    await clocks.let_the_receiver_wait(work, referral)
    await clocks.start_a_clock_of_the_sender(work, referral, "referral.supply_material")
    await steps.close(
        work,
        referral,
        "ask_for_material",
        "material_asked",
        audience=[steps.drafter(referral), ToTenant(referral.from_id, ["officer", "registrar"])],
        facts={"reason": referral.material_asked},
    )
    return referral


async def accept(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Accept the matter: the receiver is answerable from here on, and the sender is told by this very act.

    What was passed on is accepted only once the third body does not have it. Raises `OnwardOpen`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "accept")
    if steps.state(referral) == "passed_on":
        onward = (await queries.onward_of(work, [referral.id]))[referral.id]
        rules.back_again([steps.state(each) for each in onward])
    else:
        await _make_it_ones_own(work, referral)
    await steps.close(
        work,
        referral,
        "accept",
        "accepted",
        audience=[steps.drafter(referral), ToTenant(referral.from_id, ["head"])],
    )
    return referral


async def return_(work: Work, *, referral_id: UUID, expected_version: int, reasons: str | None) -> Referral:
    """Return the matter with reasons and all its materials (附件5 第8条). Raises `ReturnForbidden`, `ReasonNeeded`."""
    referral = await steps.take_up(work, referral_id, expected_version, "return")
    rulebook = work.rulebook_on(referral.began_on)
    if not rulebook.flag(rules.ADMITTED_BY["return"]):
        raise refusals.ReturnForbidden(source=rulebook.cited(rules.ADMITTED_BY["return"]))
    kept = rules.reasoned(reasons, field="reasons", needed=rulebook.flag("referral.return_needs_reason"))
    await _give_it_back(work, referral, kept)
    await steps.close(
        work,
        referral,
        "return",
        "returned",
        audience=[steps.drafter(referral), ToTenant(referral.from_id, ["head", "registrar"])],
        facts={"reasons": referral.return_reasons},
    )
    return referral


async def doubt(work: Work, *, referral_id: UUID, expected_version: int, reasons: str) -> Referral:
    """Doubt one's competence, with reasons: by the place's first step the two negotiate, or a body of the county hears it.

    The receiver owes that it is settled; whoever hears it at once is told. Kunyang annex 5 article 8, Fuling part 2(3), the
    unnamed city part 2(3)4.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "doubt")
    kept = rules.reasoned(reasons, field="reason")
    await clocks.let_the_receiver_answer(work, referral)
    await clocks.start_a_clock_of_the_receiver(work, referral, "referral.settle_doubt")
    rulebook = work.rulebook_on(referral.began_on)
    referral.doubt_step, referral.doubt_reasons = rulebook.choice("referral.doubted"), kept
    # The two negotiate by themselves first, where the place says so; nobody else hears of it unless they are late.
    hears = "parties" if referral.doubt_step == "negotiate" else rulebook.choice("referral.doubt_heard_by")
    heard: list[Audience] = [] if hears == "parties" else [ToFunction(hears)]
    await steps.close(
        work,
        referral,
        "doubt",
        "competence_doubted",
        audience=[steps.drafter(referral), ToTenant(referral.from_id, ["head"]), *heard],
        facts={"reason": kept, "step": referral.doubt_step},
    )
    return referral


async def settle(
    work: Work, *, referral_id: UUID, expected_version: int, competent: bool, basis: str
) -> Referral:
    """Record how the doubt was settled, and on what: the receiver's matter, or back to the sender.

    Whose matter it is was decided by others or agreed by both, so a place that knows no returning knows this.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "settle")
    referral.settlement = rules.written("basis", basis)
    if competent:
        await _make_it_ones_own(work, referral)
    else:
        await _give_it_back(work, referral, referral.settlement)
    await steps.close(
        work,
        referral,
        "settle",
        "competence_settled",
        to="accepted" if competent else "returned",
        audience=[steps.drafter(referral), ToTenant(referral.from_id, ["head", "registrar"])],
        facts={"reason": referral.settlement, "competent": competent},
    )
    return referral


async def pass_on(work: Work, *, referral_id: UUID, expected_version: int, addressee_id: UUID) -> Referral:
    """Refer the matter onward to the body it belongs to: a letter of one's own is drafted at once (附件6 第4条).

    Until that body answers for it, this one does, and tells the sender the outcome. Raises `PassingOnForbidden`,
    `PassedBack`, and what drafting raises.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "pass_on")
    rulebook = work.rulebook_on(referral.began_on)
    if not rulebook.flag(rules.ADMITTED_BY["pass_on"]):
        raise refusals.PassingOnForbidden(source=rulebook.cited(rules.ADMITTED_BY["pass_on"]))
    await steps.check_onward(work, addressee_id, passed_on=referral)
    third = await organisations.the(work, addressee_id)
    await _make_it_ones_own(work, referral)
    await commands.draft(
        work,
        addressee_id=third.id,
        found_on=work.today,
        party=referral.party,
        place=referral.place,
        facts=referral.facts,
        item_code=referral.item_code,
        legal_basis=referral.legal_basis,
        ongoing=referral.ongoing,
        onward_of=referral.id,
    )
    await steps.close(
        work,
        referral,
        "pass_on",
        "passed_on",
        audience=[
            steps.drafter(referral),
            ToTenant(referral.from_id, ["head"]),
            ToTenant(steps.receiver(referral), ["officer", "head"]),
        ],
        facts={"onward_to": str(third.id)},
    )
    return referral


async def _make_it_ones_own(work: Work, referral: Referral) -> None:
    """What was owed before is done; from now on the receiver owes a decision."""
    await clocks.let_the_receiver_answer(work, referral)
    await clocks.start_a_clock_of_the_receiver(work, referral, "referral.decide")
    await steps.open_the_file(work, referral)
    referral.answered_at = work.now


async def _give_it_back(work: Work, referral: Referral, reasons: str | None) -> None:
    """What was owed is done; the file is the sender's alone again."""
    await clocks.let_the_receiver_answer(work, referral, ends=True)
    await steps.shut_the_file(work, referral)
    referral.return_reasons, referral.answered_at = reasons, work.now
