"""Naming, replacing and ending liaison officers: one mutation per verb."""

from datetime import date

import strawberry

from api.identifiers import identifier_of
from api.liaisons import Liaison
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, act, changed, optional, said
from domain.liaisons import commands, models, queries
from domain.work import Work

LIAISON_ID = "The entry. 联络员编号"
OFFICER = "Who, in a post of your body. 联络员"
UNIT = "The unit of your body that keeps the contact. 对口联系机构"


@strawberry.type(description="The entry after the act, or why nothing was done. 办理结果")
class LiaisonPayload(Payload):
    """Of every act on an entry; of a replacement, the successor's."""

    liaison: Liaison | None = changed(queries.of_ids, description="As it is now. 办理后的联络员")


@strawberry.input(description="Whom a counterpart is to call. 指定联络员")
class NameLiaisonInput:
    """The counterpart is told."""

    counterpart_id: strawberry.ID = strawberry.field(description="For which body. 对口单位")
    person_id: strawberry.ID = strawberry.field(description=OFFICER)
    since: date = strawberry.field(description="From when; today or later. 起")
    unit_id: strawberry.ID | None = optional(UNIT)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Who succeeds a liaison officer. 更换联络员")
class ReplaceLiaisonInput:
    """The counterpart is told, and reads what was handed over."""

    liaison_id: strawberry.ID = strawberry.field(description=LIAISON_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    person_id: strawberry.ID = strawberry.field(description=OFFICER)
    since: date = strawberry.field(description="From when; today or later. 起")
    handover: str = strawberry.field(description="What was handed over to them. 工作交接说明")
    unit_id: strawberry.ID | None = optional(UNIT)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Who is not to be called any more. 终止联络")
class EndLiaisonInput:
    """Enough others must be left."""

    liaison_id: strawberry.ID = strawberry.field(description=LIAISON_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    ends_on: date = strawberry.field(description="The day from which no longer; today or later. 终止日期")
    reason: str = strawberry.field(description="Why. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _name(work: Work, given: NameLiaisonInput) -> models.Liaison:
    unit_id = said(given.unit_id)
    return await commands.name(
        work,
        counterpart_id=identifier_of("Organisation", given.counterpart_id, field="counterpart_id"),
        person_id=identifier_of("Person", given.person_id, field="person_id"),
        since=given.since,
        unit_id=None if unit_id is None else identifier_of("Unit", unit_id, field="unit_id"),
    )


async def _replace(work: Work, given: ReplaceLiaisonInput) -> models.Liaison:
    unit_id = said(given.unit_id)
    return await commands.replace(
        work,
        liaison_id=identifier_of("Liaison", given.liaison_id, field="liaison_id"),
        expected_version=given.expected_version,
        person_id=identifier_of("Person", given.person_id, field="person_id"),
        since=given.since,
        handover=given.handover,
        unit_id=None if unit_id is None else identifier_of("Unit", unit_id, field="unit_id"),
    )


async def _end(work: Work, given: EndLiaisonInput) -> models.Liaison:
    return await commands.end(
        work,
        liaison_id=identifier_of("Liaison", given.liaison_id, field="liaison_id"),
        expected_version=given.expected_version,
        ends_on=given.ends_on,
        reason=given.reason,
    )


@strawberry.type
class LiaisonMutations:
    """In the order in which an entry meets them."""

    name_liaison: LiaisonPayload | None = act(
        _name,
        given=NameLiaisonInput,
        answers=LiaisonPayload,
        description="Name an officer whom a counterpart calls. 指定联络员",
    )
    replace_liaison: LiaisonPayload | None = act(
        _replace,
        given=ReplaceLiaisonInput,
        answers=LiaisonPayload,
        description="Name a successor, with a hand-over note. 更换联络员",
    )
    end_liaison: LiaisonPayload | None = act(
        _end,
        given=EndLiaisonInput,
        answers=LiaisonPayload,
        description="Let an officer no longer be called. 终止联络",
    )
