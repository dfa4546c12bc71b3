"""What is done with personal data: recorded, replaced, removed; and the two acts that tell something and leave a line of it.

Revealing and looking for a value are acts and no questions, because acts are on record before they are answered, and
because acts are never sent by GET, whose addresses land in the logs of every proxy on the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import strawberry

from api.batching import Arguments, Wanted, relation
from api.identifiers import identifier_of
from api.mutations import (
    CLIENT_MUTATION_ID,
    EXPECTED_VERSION,
    Payload,
    PayloadRow,
    act,
    changed,
    disclosure,
    optional,
    said,
)
from api.personal_data import PersonalData, PersonalDataKind
from api.staff import Person
from domain.personal_data import commands, models, queries
from domain.personal_data.rules import Kind
from domain.staff import queries as staff
from domain.work import Work

ENTRY_ID = "The entry. 个人信息登记编号"
VALUE = "The number, in any common way of writing it. 号码"
ECHOED = "Comes back as it was sent; each time is on record anew. 客户端操作编号（每次均单独留痕）"


@strawberry.input(description="A number to be put on record. 登记个人信息")
class RecordPersonalDataInput:
    """One of each kind for a person."""

    person_id: strawberry.ID = strawberry.field(
        description="Whose it is; somebody established with your body. 人员编号"
    )
    kind: PersonalDataKind = strawberry.field(description="What it is. 种类")
    value: str = strawberry.field(description=VALUE)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Another number in the place of the one on record. 更换个人信息")
class ReplacePersonalDataInput:
    """The one before is gone."""

    entry_id: strawberry.ID = strawberry.field(description=ENTRY_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    value: str = strawberry.field(description=VALUE)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Which entry, in which version. 个人信息登记及版本")
class RemovePersonalDataInput:
    """Nothing else need be said."""

    entry_id: strawberry.ID = strawberry.field(description=ENTRY_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Which value is to be revealed, and why. 查看个人信息明文")
class RevealPersonalDataInput:
    """With a reason, always."""

    entry_id: strawberry.ID = strawberry.field(description=ENTRY_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reason: str = strawberry.field(
        description="Why it is needed; kept in the audit trail. Do not write the number in it. 查看理由（留痕，请勿写入号码）"
    )
    client_mutation_id: str | None = optional(ECHOED)


@strawberry.input(description="The number that is looked for, whole. 精确查询个人信息")
class FindPersonalDataInput:
    """Parts of a number find nothing."""

    kind: PersonalDataKind = strawberry.field(description="What it is. 种类")
    value: str = strawberry.field(description=VALUE)
    client_mutation_id: str | None = optional(ECHOED)


@strawberry.type(description="The entry after the act, masked, or why nothing was done. 办理结果")
class PersonalDataPayload(Payload):
    """Of every act that changes an entry."""

    entry: PersonalData | None = changed(
        queries.of_ids, description="As it is now; null when it was removed. 办理后的登记"
    )


@strawberry.type(description="The plain value, or why it was not revealed. 明文查看结果")
class RevealPersonalDataPayload(Payload):
    """The only place in the schema where a plain value stands."""

    value: str | None = strawberry.field(
        description="The number; show it and keep it nowhere. Null where it was not revealed. 号码（请勿留存）"
    )
    entry: PersonalData | None = changed(
        queries.of_ids, description="The entry that was revealed. 所查看的登记"
    )


async def _people(
    work: Work, payloads: Sequence[Any], _arguments: Arguments, wanted: Wanted
) -> Sequence[list[Any] | None]:
    sought = {each for payload in payloads for each in payload.person_ids or ()}
    known = await staff.of_ids(work, sought, wanted.columns)
    return [
        None if payload.person_ids is None else [known[each] for each in payload.person_ids]
        for payload in payloads
    ]


@strawberry.type(description="Who has this number, or why it was not looked for. 查询结果")
class FindPersonalDataPayload(Payload):
    """People of one's own body only."""

    people: list[Person] | None = relation(
        _people,
        description="The people of your body who have exactly this number on record; null where it was not looked for. 符合的人员",
    )


@dataclass(frozen=True)
class Told(PayloadRow):
    """What stands behind an act that tells something. None of it is ever printed."""

    value: str | None = field(default=None, repr=False)
    person_ids: Sequence[UUID] | None = field(default=None, repr=False)


def _which(given: Any) -> dict[str, Any]:
    return {
        "entry_id": identifier_of("PersonalData", given.entry_id, field="entry_id"),
        "expected_version": given.expected_version,
    }


async def _record(work: Work, given: RecordPersonalDataInput) -> models.PersonalData:
    return await commands.record(
        work,
        person_id=identifier_of("Person", given.person_id, field="person_id"),
        kind=cast("Kind", given.kind.value),
        value=given.value,
    )


async def _replace(work: Work, given: ReplacePersonalDataInput) -> models.PersonalData:
    return await commands.replace(work, **_which(given), value=given.value)


async def _remove(work: Work, given: RemovePersonalDataInput) -> models.PersonalData:
    return await commands.remove(work, **_which(given))


async def _reveal(work: Work, given: RevealPersonalDataInput) -> PayloadRow:
    entry, value = await commands.reveal(work, **_which(given), reason=given.reason)
    echoed = said(given.client_mutation_id)
    return Told(RevealPersonalDataPayload, entry.id, [], echoed, value=value)


async def _find(work: Work, given: FindPersonalDataInput) -> PayloadRow:
    found = await commands.find(work, kind=cast("Kind", given.kind.value), value=given.value)
    return Told(FindPersonalDataPayload, None, [], said(given.client_mutation_id), person_ids=found)


CONCEALED = {"value": commands.concealed}


@strawberry.type
class PersonalDataMutations:
    """In the order in which an entry meets them."""

    record_personal_data: PersonalDataPayload | None = act(
        _record,
        given=RecordPersonalDataInput,
        answers=PersonalDataPayload,
        description="Put a number of one of your body's people on record. 登记个人信息",
        conceals=CONCEALED,
    )
    replace_personal_data: PersonalDataPayload | None = act(
        _replace,
        given=ReplacePersonalDataInput,
        answers=PersonalDataPayload,
        description="Put another number in the place of the one on record. 更换个人信息",
        conceals=CONCEALED,
    )
    remove_personal_data: PersonalDataPayload | None = act(
        _remove,
        given=RemovePersonalDataInput,
        answers=PersonalDataPayload,
        description="Take a number off the record. 删除个人信息",
    )
    reveal_personal_data: RevealPersonalDataPayload | None = disclosure(
        _reveal,
        given=RevealPersonalDataInput,
        answers=RevealPersonalDataPayload,
        row=Told,
        description="Reveal a number; who, when and why is in the audit trail before you see it. 查看个人信息明文（留痕）",
    )
    find_personal_data: FindPersonalDataPayload | None = disclosure(
        _find,
        given=FindPersonalDataInput,
        answers=FindPersonalDataPayload,
        row=Told,
        description="Look for the people of your body who have exactly this number; on record as well. 精确查询个人信息（留痕）",
    )
