"""Reading to whom a body that only patrols hands over, as the rulebook of a day has it."""

from datetime import date

from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation
from domain.patrols.rules import ENTRY, Handover
from domain.work import Work


async def handover_of(work: Work, body: Organisation, *, on: date) -> Handover | None:
    """To whom this body hands over what it finds; None where the rules of the day name nobody of the county."""
    rulebook = work.rulebook_on(on)
    named = rulebook.handovers(ENTRY).get(body.code) if rulebook.answers(ENTRY) else None
    if named is None:
        return None
    receiver = (await organisations.of_codes(work, [named])).get(named)
    if receiver is None:
        return None
    return Handover(receiver.id, receiver.name, rulebook.cited(ENTRY))


async def handover_today(work: Work, body: Organisation, *, on: date) -> Handover | None:
    """To whom it can be handed over today: where the body named is no more, to whoever goes on with its matters."""
    named = await handover_of(work, body, on=on)
    if named is None:
        return None
    receiver = await lineage.heir_of(work, await organisations.the(work, named.receiver_id))
    return Handover(receiver.id, receiver.name, named.source)
