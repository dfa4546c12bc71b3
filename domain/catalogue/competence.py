"""Whose a matter is: the facts of many questions gathered in two statements, and two more where an item is on no list.

Nothing is decided here (`routing.py` does); the rulebook that is asked is that of the day on which the matter arose.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, and_, any_, case, cast, false, func, null, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Text, Uuid

from domain.catalogue import routing
from domain.catalogue.grants import ending, held_until
from domain.catalogue.models import (
    ClassMember,
    Duty,
    EmpoweredItem,
    Empowerment,
    EmpowermentAcceptance,
    Entrustment,
    EntrustmentEnd,
    Item,
    ItemVersion,
    Recall,
)
from domain.catalogue.queries import (
    ACCEPTANCE,
    AGREEMENT,
    DUTY,
    ITEM,
    NOTICE,
    bands_in,
    item_of_code,
    powers_in,
    published,
    versions_of,
)
from domain.catalogue.routing import Answer, Because, Entrusted, Facts, Grant, Reason, Ruled
from domain.catalogue.rules import POWERS, Lightness, Version, applicable, fine_of, in_force
from domain.organisations import queries as organisations
from domain.patrols.queries import handover_of
from domain.patrols.rules import only_patrols
from domain.statements import Asks, Lines, Statement
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A matter by its item's code, the township in which it arose, if in one, its day, and the decision it may end in."""

    code: str
    township_id: UUID | None
    day: date
    decision: str = "penalty"
    fine: int | None = None


async def who_is_competent(work: Work, questions: Sequence[Question]) -> list[Answer]:
    """Whose each of these matters is, in their order."""
    items = await _versions(work, {question.code for question in questions})
    townships = {question.township_id for question in questions if question.township_id is not None}
    grants, entrusted = await _powers(work, [item_id for item_id, _ in items.values()], townships)
    unlisted = {question.code for question in questions if not _listed(items, question)}
    duties = await _duties(work, unlisted) if unlisted else {}
    answers = []
    for question in questions:
        item_id, versions = items.get(question.code, (None, []))
        answers.append(
            routing.competent(
                Facts(
                    versions=versions,
                    grants=grants.get((item_id, question.township_id), []),
                    entrusted=entrusted.get((item_id, question.township_id), []),
                    duties=duties.get(question.code, []),
                ),
                township_id=question.township_id,
                day=question.day,
                decision=question.decision,
                fine=question.fine,
                ruled=ruled(work, question.day),
            )
        )
    return answers


async def whose(work: Work, question: Question) -> Answer:
    """Whose a matter is. Where a body only patrols, the place is that of whoever it hands over to; a place that is no
    township of the county is none. Raises `FineNegative`."""
    fine_of(question.fine)
    township_id, before = await _township_of(work, question.township_id, question.day)
    (answer,) = await who_is_competent(work, [replace(question, township_id=township_id)])
    return replace(answer, chain=(*before, *answer.chain))


async def _township_of(
    work: Work, place_id: UUID | None, day: date
) -> tuple[UUID | None, tuple[Reason, ...]]:
    """The township that a place is in, with the step that leads from the one to the other."""
    place = None if place_id is None else (await organisations.of_ids(work, [place_id])).get(place_id)
    if place is not None and only_patrols(place.kind):
        handover = await handover_of(work, place, on=day)
        if handover is not None:
            named = Reason("patrolled", body_id=handover.receiver_id, source=handover.source)
            return handover.receiver_id, (named,)
    return (place_id, ()) if place is not None and place.kind == "township" else (None, ())


async def kept_beside(work: Work, recalls: Sequence[Recall]) -> list[list[Grant]]:
    """For each of these recalls, by which other notices the township keeps the item or some of its powers."""
    grants, _ = await _powers(
        work, {recall.item_id for recall in recalls}, {recall.township_id for recall in recalls}
    )
    return [
        routing.kept_beside(
            grants.get((recall.item_id, recall.township_id), []), recall.empowerment_id, since=recall.since
        )
        for recall in recalls
    ]


@dataclass(frozen=True, slots=True)
class Law:
    """The version of an item that applies, None where a person must decide; the one of the violation's day; and why."""

    applies: ItemVersion | None
    then: ItemVersion | None
    why: Lightness


async def applicable_law(work: Work, code: str, *, violation_on: date, decided_on: date) -> Law:
    """Which version of an item applies to a violation that is decided on a day."""
    item = await item_of_code(work, code)
    known = {} if item is None else await versions_of(work, [item.id])
    rows = {version.since: version for versions in known.values() for version in versions}
    versions = [_as_rule(version) for version in rows.values()]
    found = applicable(versions, violation_on=violation_on, decided_on=decided_on)
    return Law(
        applies=None if found.version is None else rows[found.version.since],
        then=None if found.then is None else rows[found.then.since],
        why=found.why,
    )


RULED_BY: Mapping[Because, str] = {
    "transition": "catalogue.transition",
    "reserved": "catalogue.reserved_decisions",
    "reserved_fine": "catalogue.reserved_fine",
}
"""The steps of an answer that rest on a rule of the place, each with its entry in the rulebook."""

SUPERVISION = "catalogue.department_supervises"


def ruled(work: Work, day: date) -> Ruled:
    """What the rulebook of a day says of empowerments; of days before the first rulebook, what today's says."""
    rulebook = work.rulebook_on(day)
    if not rulebook.answers("catalogue.transition"):
        rulebook = work.rulebook_on(work.today)
    return Ruled(
        signing_needed=rulebook.choice("catalogue.empowerment_begins") == "acceptance",
        transition_months=rulebook.number("catalogue.transition"),
        reserved=frozenset(rulebook.texts("catalogue.reserved_decisions")),
        reserved_fine=rulebook.number("catalogue.reserved_fine"),
        cited={because: rulebook.cited(key) for because, key in RULED_BY.items()},
        supervision=rulebook.cited(SUPERVISION) if rulebook.flag(SUPERVISION) else None,
    )


DAYS_OF_A_GRANT = ("since", "member_since", "member_until", "signed_on", "recalled_from")

Items = dict[str, tuple[UUID, list[Version]]]
Key = tuple[UUID | None, UUID | None]


def _listed(items: Items, question: Question) -> bool:
    return question.code in items and in_force(items[question.code][1], question.day) is not None


@Lines
def _versions_of_codes(asks: Asks) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Item.code,
            ItemVersion.item_id,
            ItemVersion.since,
            ItemVersion.until,
            ItemVersion.department_id,
            *(getattr(ItemVersion, power) for power in POWERS),
        )
        .join(ItemVersion, and_(ItemVersion.county_id == Item.county_id, ItemVersion.item_id == Item.id))
        .where(
            *published(asks, Item, ITEM),
            *published(asks, ItemVersion, ITEM),
            Item.code == any_(asks.given("codes", ARRAY(Text))),
        )
    )


async def _versions(work: Work, codes: Collection[str]) -> Items:
    found: Items = {}
    for line in await _versions_of_codes(work, codes=sorted(codes)):
        _, versions = found.setdefault(line["code"], (line["item_id"], []))
        versions.append(Version(line["since"], line["until"], line["department_id"], _powers_in(line)))
    return found


async def _powers(
    work: Work, item_ids: Collection[UUID], townships: Collection[UUID]
) -> tuple[dict[Key, list[Grant]], dict[Key, list[Entrusted]]]:
    """What these townships were empowered with and entrusted with, of these items, by item and township."""
    grants: dict[Key, list[Grant]] = defaultdict(list)
    entrusted: dict[Key, list[Entrusted]] = defaultdict(list)
    if not item_ids or not townships:
        return grants, entrusted
    for line in await _granted_or_entrusted(work, item_ids=list(item_ids), townships=list(townships)):
        key, powers = (line["item_id"], line["township_id"]), _powers_in(line)
        if line["department_id"] is not None:
            until = line["member_until"]
            entrusted[key].append(
                Entrusted(line["source"], line["department_id"], powers, line["since"], until)
            )
        else:
            grants[key].append(_grant_in(line))
    return grants, entrusted


async def grants_by(work: Work, *, empowerment_id: UUID, item_id: UUID, township_id: UUID) -> list[Grant]:
    """What one empowerment gives one township of an item: several where it was in its class several times."""
    lines = await _granted_or_entrusted(work, item_ids=[item_id], townships=[township_id])
    return [_grant_in(line) for line in lines if line["notice_id"] == empowerment_id]


async def _duties(work: Work, codes: Collection[str]) -> dict[str, list[routing.Duty]]:
    duties = await _duties_of_codes(work, codes=sorted(codes))
    bodies = await organisations.of_ids(work, {duty.body_id for duty in duties}) if duties else {}
    found: dict[str, list[routing.Duty]] = defaultdict(list)
    for duty in duties:
        found[duty.code].append(
            routing.Duty(
                duty.basis,
                duty.body_id,
                duty.since,
                duty.until,
                of_a_township=bodies[duty.body_id].kind == "township",
            )
        )
    return found


@Statement
def _duties_of_codes(asks: Asks) -> Select[Duty]:
    of_codes = Duty.code == any_(asks.given("codes", ARRAY(Text)))
    return select(Duty).where(*published(asks, Duty, DUTY), of_codes)


@Lines
def _granted_or_entrusted(asks: Asks) -> CompoundSelect[*tuple[Any, ...]]:
    return _granted(asks).union_all(_entrusted(asks))


def _granted(asks: Asks) -> Select[*tuple[Any, ...]]:
    member = (
        select(
            ClassMember.class_id,
            ClassMember.township_id,
            ClassMember.since,
            # Until its next entry, in whichever class.
            func.lead(ClassMember.since)
            .over(partition_by=ClassMember.township_id, order_by=ClassMember.since)
            .label("until"),
        )
        .where(*published(asks, ClassMember, NOTICE), ClassMember.township_id == asks.any_of("townships"))
        .subquery()
    )
    township = func.coalesce(Empowerment.township_id, member.c.township_id)
    signed, recalled = EmpowermentAcceptance, Recall
    return (
        select(
            EmpoweredItem.item_id.label("item_id"),
            township.label("township_id"),
            Empowerment.number.label("source"),
            EmpoweredItem.penalty,
            EmpoweredItem.inspection,
            EmpoweredItem.compulsion,
            Empowerment.since,
            member.c.since.label("member_since"),
            member.c.until.label("member_until"),
            # Whoever signed when it was recalled already, signed for the rest.
            case((recalled.published_at < signed.signed_at, null()), else_=signed.signed_on).label(
                "signed_on"
            ),
            recalled.since.label("recalled_from"),
            cast(null(), Uuid).label("department_id"),
            Empowerment.id.label("notice_id"),
        )
        .select_from(EmpoweredItem)
        .join(
            Empowerment,
            and_(
                Empowerment.county_id == EmpoweredItem.county_id,
                Empowerment.id == EmpoweredItem.empowerment_id,
            ),
        )
        .outerjoin(member, member.c.class_id == Empowerment.class_id)
        .outerjoin(
            signed,
            and_(
                *published(asks, signed, ACCEPTANCE),
                signed.empowerment_id == Empowerment.id,
                signed.township_id == township,
            ),
        )
        .outerjoin(
            recalled,
            and_(
                *published(asks, recalled, NOTICE),
                recalled.empowerment_id == Empowerment.id,
                recalled.item_id == EmpoweredItem.item_id,
                recalled.township_id == township,
            ),
        )
        .where(
            *published(asks, EmpoweredItem, NOTICE),
            *published(asks, Empowerment, NOTICE),
            EmpoweredItem.item_id == asks.any_of("item_ids"),
            or_(Empowerment.township_id == asks.any_of("townships"), member.c.township_id.is_not(None)),
        )
    )


def _entrusted(asks: Asks) -> Select[*tuple[Any, ...]]:
    nothing = cast(null(), Date)
    return (
        select(
            Entrustment.item_id,
            Entrustment.township_id,
            Entrustment.number,
            Entrustment.penalty,
            Entrustment.inspection,
            false(),
            Entrustment.since,
            nothing,
            held_until(),
            nothing,
            nothing,
            Entrustment.department_id,
            cast(null(), Uuid),
        )
        .outerjoin(EntrustmentEnd, ending(asks))
        .where(
            *published(asks, Entrustment, AGREEMENT),
            Entrustment.item_id == asks.any_of("item_ids"),
            Entrustment.township_id == asks.any_of("townships"),
        )
    )


def _grant_in(line: Any) -> Grant:
    days = {name: line[name] for name in DAYS_OF_A_GRANT}
    return Grant(source=line["source"], powers=_powers_in(line), notice_id=line["notice_id"], **days)


def _powers_in(line: Any) -> frozenset[str]:
    return frozenset(power for power in POWERS if line[power])


def _as_rule(version: ItemVersion) -> Version:
    return Version(
        since=version.since,
        until=version.until,
        department_id=version.department_id,
        powers=frozenset(powers_in(version)),
        bands=bands_in(version.bands),
    )
