"""What is done with consultations about seconded officers: one mutation per verb, all of one shape."""

from datetime import date
from typing import Any, cast

import strawberry

from api.consultations import Consultation, ConsultationAnswer, ConsultationKind
from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, act, changed, optional, said
from domain.consultations import commands, models, queries
from domain.consultations.rules import Answer, Kind, Proposal
from domain.work import Work

CONSULTATION_ID = "The consultation. 事项编号"


@strawberry.type(description="The consultation after the act, or why nothing was done. 办理结果")
class ConsultationPayload(Payload):
    """Of every act on a consultation."""

    consultation: Consultation | None = changed(queries.of_ids, description="As it is now. 办理后的事项")


@strawberry.input(description="What is to become of a seconded officer. 提出事项")
class ProposeConsultationInput:
    """By the side that decides on it; the other is asked where the county's rules want it."""

    secondment_id: strawberry.ID = strawberry.field(description="The officer's secondment. 派驻编号")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    kind: ConsultationKind = strawberry.field(description="What is proposed. 事项种类")
    ground: str = strawberry.field(description="Why. 事由")
    since: date = strawberry.field(
        description="From when, today or later: the first day without the officer, with the new host, of the loan, in or out of the post. 起（今日或者以后）"
    )
    until: date | None = optional("The last day of a loan; of nothing else. 止（仅借调填写）")
    body_id: strawberry.ID | None = optional(
        "The new host of a transfer, the borrower of a loan. 新用人单位或者借用单位"
    )
    post: str | None = optional("Of which team one is appointed or removed as head. 职务（仅任免填写）")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="The co-manager's answer. 答复")
class AnswerConsultationInput:
    """In the body's name."""

    consultation_id: strawberry.ID = strawberry.field(description=CONSULTATION_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    answer: ConsultationAnswer = strawberry.field(description="Whether you agree. 答复")
    reasons: str | None = optional("In words; an objection and an opinion need them. 答复说明")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Which consultation, in which version. 事项及版本")
class ConsultationInput:
    """For acts that need nothing else to be said."""

    consultation_id: strawberry.ID = strawberry.field(description=CONSULTATION_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="What may go on is carried out. 办理事项")
class CarryOutConsultationInput:
    """A recall ends the secondment; a transfer ends it and orders the next."""

    consultation_id: strawberry.ID = strawberry.field(description=CONSULTATION_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    order_number: str | None = optional("The number of the order that transfers. 文号（仅调整派驻单位填写）")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


def _which(given: Any) -> dict[str, Any]:
    return {
        "consultation_id": identifier_of("Consultation", given.consultation_id, field="consultation_id"),
        "expected_version": given.expected_version,
    }


async def _propose(work: Work, given: ProposeConsultationInput) -> models.Consultation:
    body = said(given.body_id)
    return await commands.propose(
        work,
        secondment_id=identifier_of("Secondment", given.secondment_id, field="secondment_id"),
        expected_version=given.expected_version,
        proposal=Proposal(
            kind=cast("Kind", given.kind.value),  # the enum has the domain's words
            ground=given.ground,
            since=given.since,
            until=said(given.until),
            body_id=None if body is None else identifier_of("Organisation", body, field="body_id"),
            post=said(given.post),
        ),
    )


async def _answer(work: Work, given: AnswerConsultationInput) -> models.Consultation:
    return await commands.answer(
        work,
        **_which(given),
        answer=cast("Answer", given.answer.value),  # likewise
        reasons=said(given.reasons),
    )


async def _withdraw(work: Work, given: ConsultationInput) -> models.Consultation:
    return await commands.withdraw(work, **_which(given))


async def _carry_out(work: Work, given: CarryOutConsultationInput) -> models.Consultation:
    return await commands.carry_out(work, **_which(given), order_number=said(given.order_number))


@strawberry.type
class ConsultationMutations:
    """In the order in which a consultation meets them."""

    propose_consultation: ConsultationPayload | None = act(
        _propose,
        given=ProposeConsultationInput,
        answers=ConsultationPayload,
        description="Propose a recall, transfer or loan of an officer, or who heads a team; the co-manager is asked. 提出召回、调整、借调或者任免",
    )
    answer_consultation: ConsultationPayload | None = act(
        _answer,
        given=AnswerConsultationInput,
        answers=ConsultationPayload,
        description="Answer what the co-manager proposed. 答复",
    )
    withdraw_consultation: ConsultationPayload | None = act(
        _withdraw,
        given=ConsultationInput,
        answers=ConsultationPayload,
        description="Take back what was proposed. 撤回",
    )
    carry_out_consultation: ConsultationPayload | None = act(
        _carry_out,
        given=CarryOutConsultationInput,
        answers=ConsultationPayload,
        description="Carry out what may go on; without the answer that the rules demand it is refused. 办理",
    )
