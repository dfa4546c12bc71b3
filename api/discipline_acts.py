"""What is done with disciplinary cases: one mutation per verb, all of one shape."""

from datetime import date
from typing import Any, cast

import strawberry

from api.descriptions import unless_left_out
from api.discipline import DisciplinaryCase, DisciplinaryGround, DisciplinaryMeasure, DisciplinaryOutcome
from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, act, changed, optional, said
from domain.discipline import commands, models, queries
from domain.discipline.rules import Ground, Measure, Outcome
from domain.work import Work

CASE_ID = "The case. 问责事项编号"
WITHHELD_FROM = "From which day the host withholds its benefits; left out: it does not. 待遇停发起始日期"
WITHHELD_UNTIL = "Until which day, included; left out: until it is lifted. 待遇停发截止日期（含当日）"


@strawberry.type(description="The case after the act, or why nothing was done. 办理结果")
class DisciplinaryCasePayload(Payload):
    """Of every act on a case."""

    disciplinary_case: DisciplinaryCase | None = changed(
        queries.of_ids, description="As it is now. 办理后的问责事项"
    )


@strawberry.input(description="A new disciplinary case. 问责立项")
class OpenDisciplinaryCaseInput:
    """About one officer under one secondment; the county's rules say which of the two bodies looks into which ground."""

    secondment_id: strawberry.ID = strawberry.field(
        description="The secondment of the officer, over or not. 所属派驻"
    )
    ground: DisciplinaryGround = strawberry.field(description="For what. 问责事由")
    occurred_on: date = strawberry.field(description="When it happened, within the secondment. 发生日期")
    subject: str = strawberry.field(description="The subject. 事由摘要")
    facts: str = strawberry.field(description="The facts. 情况")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Other words for what is looked into; what is left out stays. 修改问责事项")
class ReviseDisciplinaryCaseInput:
    """Officer, ground and day stay; another such failing is another case."""

    disciplinary_case_id: strawberry.ID = strawberry.field(description=CASE_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    subject: str | None = optional(unless_left_out("The subject. 事由摘要"))
    facts: str | None = optional(unless_left_out("The facts. 情况"))
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="An inquiry that comes to nothing. 撤销问责事项")
class DropDisciplinaryCaseInput:
    """With the reason, which stays with the inquirer."""

    disciplinary_case_id: strawberry.ID = strawberry.field(description=CASE_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reason: str = strawberry.field(description="Why. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="The decision on a disciplinary case. 作出问责处理")
class ConcludeDisciplinaryCaseInput:
    """In the body's name; with it the other of home and host has its copy."""

    disciplinary_case_id: strawberry.ID = strawberry.field(description=CASE_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    finding: str = strawberry.field(description="What was found. 核查结论")
    measure: DisciplinaryMeasure = strawberry.field(description="What follows. 处理措施")
    benefits_from: date | None = optional(WITHHELD_FROM)
    benefits_until: date | None = optional(WITHHELD_UNTIL)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A request for a review. 申请复核")
class AskDisciplinaryReviewInput:
    """By the officer whom the decision is about."""

    disciplinary_case_id: strawberry.ID = strawberry.field(description=CASE_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reasons: str = strawberry.field(description="Why. 申请理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="The decision on a review. 作出复核决定")
class ReviewDisciplinaryCaseInput:
    """A change names what holds now in place of what was decided; upholding and lifting name nothing."""

    disciplinary_case_id: strawberry.ID = strawberry.field(description=CASE_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    outcome: DisciplinaryOutcome = strawberry.field(description="What it comes to. 复核结果")
    answer: str = strawberry.field(description="The reasons. 复核意见")
    measure: DisciplinaryMeasure | None = optional(
        "The measure that holds now, of a change. 变更后的处理措施"
    )
    benefits_from: date | None = optional(WITHHELD_FROM)
    benefits_until: date | None = optional(WITHHELD_UNTIL)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


def _which(given: Any) -> dict[str, Any]:
    return {
        "case_id": identifier_of(
            "DisciplinaryCase", given.disciplinary_case_id, field="disciplinary_case_id"
        ),
        "expected_version": given.expected_version,
    }


def _benefits(given: Any) -> dict[str, Any]:
    return {"benefits_from": said(given.benefits_from), "benefits_until": said(given.benefits_until)}


# The enums have the domain's words.


async def _open(work: Work, given: OpenDisciplinaryCaseInput) -> models.DisciplinaryCase:
    return await commands.open_case(
        work,
        secondment_id=identifier_of("Secondment", given.secondment_id, field="secondment_id"),
        ground=cast("Ground", given.ground.value),
        occurred_on=given.occurred_on,
        subject=given.subject,
        facts=given.facts,
    )


async def _revise(work: Work, given: ReviseDisciplinaryCaseInput) -> models.DisciplinaryCase:
    return await commands.revise(work, **_which(given), subject=said(given.subject), facts=said(given.facts))


async def _drop(work: Work, given: DropDisciplinaryCaseInput) -> models.DisciplinaryCase:
    return await commands.drop(work, **_which(given), reason=given.reason)


async def _conclude(work: Work, given: ConcludeDisciplinaryCaseInput) -> models.DisciplinaryCase:
    return await commands.conclude(
        work,
        **_which(given),
        **_benefits(given),
        finding=given.finding,
        measure=cast("Measure", given.measure.value),
    )


async def _ask_review(work: Work, given: AskDisciplinaryReviewInput) -> models.DisciplinaryCase:
    return await commands.ask_review(work, **_which(given), reasons=given.reasons)


async def _review(work: Work, given: ReviewDisciplinaryCaseInput) -> models.DisciplinaryCase:
    measure = said(given.measure)
    return await commands.review(
        work,
        **_which(given),
        **_benefits(given),
        outcome=cast("Outcome", given.outcome.value),
        answer=given.answer,
        measure=None if measure is None else cast("Measure", measure.value),
    )


@strawberry.type
class DisciplineMutations:
    """In the order in which a case meets them."""

    open_disciplinary_case: DisciplinaryCasePayload | None = act(
        _open,
        given=OpenDisciplinaryCaseInput,
        answers=DisciplinaryCasePayload,
        description="Begin to look into what an officer did or left undone. 问责立项",
    )
    revise_disciplinary_case: DisciplinaryCasePayload | None = act(
        _revise,
        given=ReviseDisciplinaryCaseInput,
        answers=DisciplinaryCasePayload,
        description="Say otherwise what is looked into. 修改问责事项",
    )
    drop_disciplinary_case: DisciplinaryCasePayload | None = act(
        _drop,
        given=DropDisciplinaryCaseInput,
        answers=DisciplinaryCasePayload,
        description="Give an inquiry up; nobody else is told. 撤销问责事项",
    )
    conclude_disciplinary_case: DisciplinaryCasePayload | None = act(
        _conclude,
        given=ConcludeDisciplinaryCaseInput,
        answers=DisciplinaryCasePayload,
        description="Decide as head; the other side has its copy, and the officer may ask for a review. 作出问责处理",
    )
    ask_disciplinary_review: DisciplinaryCasePayload | None = act(
        _ask_review,
        given=AskDisciplinaryReviewInput,
        answers=DisciplinaryCasePayload,
        description="Ask, as the officer, for a review of what was decided. 申请复核",
    )
    review_disciplinary_case: DisciplinaryCasePayload | None = act(
        _review,
        given=ReviewDisciplinaryCaseInput,
        answers=DisciplinaryCasePayload,
        description="Decide the review as head. 作出复核决定",
    )
