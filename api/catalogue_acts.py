"""What is published in the catalogue, signed, recalled and entrusted, over GraphQL."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast
from uuid import UUID

import strawberry

from api.catalogue import DutyEntry, Item, ItemPower, TownshipClass
from api.catalogue_powers import AssessmentFinding, Empowerment, Entrustment
from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, Payload, act, changed, optional, said
from api.organisations import Organisation
from domain.catalogue import commands, empowering, entrusting, grants, models, queries
from domain.catalogue.rules import Finding
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation as Body
from domain.work import Work

SINCE = "From which day on. 起日"
UNTIL = "The first day on which it no longer holds; left out where it goes on. 终止日"


@strawberry.type(description="The item after the act, or why nothing was done. 办理结果")
class ItemPayload(Payload):
    """Of publishing an item."""

    item: Item | None = changed(queries.items_of_ids, description="As it is now. 权力事项")


@strawberry.type(description="The class after the act, or why nothing was done. 办理结果")
class TownshipClassPayload(Payload):
    """Of publishing a class of townships."""

    township_class: TownshipClass | None = changed(
        queries.classes_of_ids, description="As it is now. 镇街类别"
    )


@strawberry.type(description="The township that was put into a class, or why nothing was done. 办理结果")
class ClassifiedPayload(Payload):
    """Of putting a township into a class."""

    township: Organisation | None = changed(organisations.of_ids, description="The township. 乡镇（街道）")


@strawberry.type(description="The empowerment after the act, or why nothing was done. 办理结果")
class EmpowermentPayload(Payload):
    """Of every act on an empowerment."""

    empowerment: Empowerment | None = changed(
        grants.empowerments_of_ids, description="As it is now. 赋权公告"
    )


@strawberry.type(description="The entrustment after the act, or why nothing was done. 办理结果")
class EntrustmentPayload(Payload):
    """Of entrusting, and of ending that."""

    entrustment: Entrustment | None = changed(
        grants.entrustments_of_ids, description="As it is now. 委托执法"
    )


@strawberry.type(description="The entry after the act, or why nothing was done. 办理结果")
class DutyEntryPayload(Payload):
    """Of publishing an entry of a duty list."""

    duty_entry: DutyEntry | None = changed(queries.duties_of_ids, description="As it is now. 履职清单事项")


@strawberry.input(description="A discretion band. 裁量档次")
class DiscretionBandInput:
    """Fines in yuan."""

    name: str = strawberry.field(description="What it is called. 档次")
    least: int = strawberry.field(description="The lowest fine, in yuan. 罚款下限（元）")
    most: int = strawberry.field(description="The highest fine, in yuan. 罚款上限（元）")


@strawberry.input(description="An item as it shall stand from a day on. 公布权力事项")
class PublishItemInput:
    """A code that is known gets its next version, from a later day on."""

    code: str = strawberry.field(description="Its code. 代码")
    name: str = strawberry.field(description="The name. 事项名称")
    field: str = strawberry.field(description="The field. 领域")
    department_id: strawberry.ID = strawberry.field(description="The competent department. 主管部门")
    powers: list[ItemPower] = strawberry.field(description="The powers that it carries. 权限")
    establishing_basis: str = strawberry.field(description="The basis to establish it. 设立依据")
    punishing_basis: str = strawberry.field(description="The basis to punish. 处罚依据")
    bands: list[DiscretionBandInput] = strawberry.field(description="The discretion bands. 裁量档次")
    since: date = strawberry.field(description=SINCE)
    until: date | None = optional(UNTIL)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A class of townships. 公布镇街类别")
class PublishTownshipClassInput:
    """Townships are put into it one by one."""

    code: str = strawberry.field(description="Its code. 代码")
    name: str = strawberry.field(description="Its name. 名称")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A township that is put into a class. 确定镇街类别")
class ClassifyTownshipInput:
    """Without a class it is in none from that day on."""

    township_id: strawberry.ID = strawberry.field(description="The township. 乡镇（街道）")
    class_id: strawberry.ID | None = optional(
        "The class; left out where the township is in none from that day on. 镇街类别（不填则自该日起不属任何类别）"
    )
    since: date = strawberry.field(description=SINCE)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="An item with powers of it. 事项及权限")
class ItemPowersInput:
    """Only what the item carries."""

    item_id: strawberry.ID = strawberry.field(description="The item. 权力事项")
    powers: list[ItemPower] = strawberry.field(description="The powers. 权限")


@strawberry.input(description="A public notice that empowers. 公布赋权")
class EmpowerInput:
    """Either a township or a class."""

    number: str = strawberry.field(description="The number of the notice. 公告文号")
    title: str = strawberry.field(description="Its title. 标题")
    since: date = strawberry.field(description=SINCE)
    township_id: strawberry.ID | None = optional("The township. 乡镇（街道）")
    class_id: strawberry.ID | None = optional("The class. 镇街类别")
    items: list[ItemPowersInput] = strawberry.field(description="What it gives. 赋权事项")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Signing for an empowerment. 签订承接确认书")
class SignEmpowermentInput:
    """From today on."""

    empowerment_id: strawberry.ID = strawberry.field(description="Which. 赋权公告")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="What was found about an item in a township. 评估赋权事项")
class AssessEmpowermentInput:
    """On record from today; a recall is an act of its own."""

    empowerment_id: strawberry.ID = strawberry.field(description="Of which empowerment. 赋权公告")
    township_id: strawberry.ID = strawberry.field(description="In which township. 乡镇（街道）")
    item_id: strawberry.ID = strawberry.field(description="Which item. 事项")
    finding: AssessmentFinding = strawberry.field(description="What was found. 评估结论")
    report: str = strawberry.field(description="In words. 评估情况")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Items that are taken back from a township. 收回赋权事项")
class RecallEmpowermentInput:
    """From tomorrow on at the earliest, with reasons."""

    empowerment_id: strawberry.ID = strawberry.field(description="Of which empowerment. 赋权公告")
    township_id: strawberry.ID = strawberry.field(description="From which township. 乡镇（街道）")
    item_ids: list[strawberry.ID] = strawberry.field(description="Which items. 事项")
    since: date = strawberry.field(description=SINCE)
    reasons: str = strawberry.field(description="Why. 理由")
    leaving_others: bool = strawberry.field(
        default=False,
        description="That the township shall keep what other notices give it of these items; refused otherwise, with their "
        "numbers. 保留其他公告赋予的同一事项（不填则拒绝并列明公告）",
    )
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="What a township shall do in the department's name. 委托执法")
class EntrustInput:
    """By an agreement that was reviewed and approved; never a compulsory measure."""

    item_id: strawberry.ID = strawberry.field(description="The item. 权力事项")
    township_id: strawberry.ID = strawberry.field(description="The township. 受委托乡镇（街道）")
    powers: list[ItemPower] = strawberry.field(description="The powers. 委托权限")
    since: date = strawberry.field(description="From which day on; today or later. 起日")
    until: date = strawberry.field(description="The first day on which it no longer holds. 终止日")
    basis: str = strawberry.field(description="Its basis. 委托依据")
    duties: str = strawberry.field(description="Rights, duties and liability. 权利义务和责任")
    number: str = strawberry.field(description="The number of the approved agreement. 批准的委托协议文号")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="An entrustment that ends before its last day. 终止委托")
class EndEntrustmentInput:
    """From tomorrow on at the earliest, with reasons."""

    entrustment_id: strawberry.ID = strawberry.field(description="Which. 委托执法")
    ends_on: date = strawberry.field(
        description="The day from which it no longer holds; tomorrow or later. 终止日期"
    )
    reasons: str = strawberry.field(description="Why. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Whose a kind of matter is from a day on. 公布履职清单事项")
class PublishDutyInput:
    """For what no item covers."""

    code: str = strawberry.field(description="Its code. 代码")
    matter: str = strawberry.field(description="The kind of matter. 事项内容")
    organisation_id: strawberry.ID = strawberry.field(description="Whose it is. 责任单位")
    basis: str = strawberry.field(description="By what. 依据")
    since: date = strawberry.field(description=SINCE)
    until: date | None = optional(UNTIL)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _publish_item(work: Work, given: PublishItemInput) -> models.Item:
    item = commands.Published(
        code=given.code,
        name=given.name,
        field=given.field,
        department_id=_body(given.department_id, "department_id"),
        powers=_words(given.powers),
        establishing_basis=given.establishing_basis,
        punishing_basis=given.punishing_basis,
        bands=[(band.name, band.least, band.most) for band in given.bands],
        since=given.since,
        until=said(given.until),
    )
    return await commands.publish_item(work, item=item)


async def _publish_class(work: Work, given: PublishTownshipClassInput) -> models.TownshipClass:
    return await commands.publish_class(work, code=given.code, name=given.name)


async def _classify(work: Work, given: ClassifyTownshipInput) -> Body:
    return await commands.classify(
        work,
        township_id=_body(given.township_id, "township_id"),
        class_id=_if_said(given.class_id, _class),
        since=given.since,
    )


async def _empower(work: Work, given: EmpowerInput) -> models.Empowerment:
    return await empowering.empower(
        work,
        number=given.number,
        title=given.title,
        since=given.since,
        township_id=_if_said(given.township_id, lambda each: _body(each, "township_id")),
        class_id=_if_said(given.class_id, _class),
        items=_powers_by_item(given.items),
    )


async def _sign(work: Work, given: SignEmpowermentInput) -> models.Empowerment:
    return await empowering.sign(work, empowerment_id=_empowerment(given.empowerment_id))


async def _assess(work: Work, given: AssessEmpowermentInput) -> models.Empowerment:
    return await empowering.assess(
        work,
        empowerment_id=_empowerment(given.empowerment_id),
        township_id=_body(given.township_id, "township_id"),
        item_id=identifier_of("Item", given.item_id, field="item_id"),
        finding=cast("Finding", given.finding.value),
        report=given.report,
    )


async def _recall(work: Work, given: RecallEmpowermentInput) -> models.Empowerment:
    return await empowering.recall(
        work,
        empowerment_id=_empowerment(given.empowerment_id),
        township_id=_body(given.township_id, "township_id"),
        item_ids={identifier_of("Item", each, field="item_ids") for each in given.item_ids},
        since=given.since,
        reasons=given.reasons,
        leaving_others=given.leaving_others,
    )


async def _entrust(work: Work, given: EntrustInput) -> models.Entrustment:
    return await entrusting.entrust(
        work,
        item_id=identifier_of("Item", given.item_id, field="item_id"),
        township_id=_body(given.township_id, "township_id"),
        powers=_words(given.powers),
        since=given.since,
        until=given.until,
        basis=given.basis,
        duties=given.duties,
        number=given.number,
    )


async def _end_entrustment(work: Work, given: EndEntrustmentInput) -> models.Entrustment:
    return await entrusting.end(
        work,
        entrustment_id=identifier_of("Entrustment", given.entrustment_id, field="entrustment_id"),
        ends_on=given.ends_on,
        reasons=given.reasons,
    )


async def _publish_duty(work: Work, given: PublishDutyInput) -> models.Duty:
    return await commands.publish_duty(
        work,
        code=given.code,
        matter=given.matter,
        organisation_id=_body(given.organisation_id, "organisation_id"),
        basis=given.basis,
        since=given.since,
        until=said(given.until),
    )


def _body(given: str, field: str) -> UUID:
    return identifier_of("Organisation", given, field=field)


def _class(given: str) -> UUID:
    return identifier_of("TownshipClass", given, field="class_id")


def _empowerment(given: str) -> UUID:
    return identifier_of("Empowerment", given, field="empowerment_id")


def _if_said(given: Any, made: Callable[[str], UUID]) -> UUID | None:
    return None if said(given) is None else made(given)


def _powers_by_item(given: list[ItemPowersInput]) -> dict[UUID, list[str]]:
    """What is given of each item; one that stands there twice gets what either says."""
    items: dict[UUID, list[str]] = {}
    for each in given:
        items.setdefault(identifier_of("Item", each.item_id, field="items"), []).extend(_words(each.powers))
    return items


def _words(powers: list[ItemPower]) -> list[str]:
    return [str(power.value) for power in powers]


@strawberry.type
class CatalogueMutations:
    """What the county publishes, and what is signed for it."""

    publish_item: ItemPayload | None = act(
        _publish_item,
        given=PublishItemInput,
        answers=ItemPayload,
        description="Publish an item, or its next version. 公布权力事项",
    )
    publish_duty: DutyEntryPayload | None = act(
        _publish_duty,
        given=PublishDutyInput,
        answers=DutyEntryPayload,
        description="Publish whose a kind of matter is that no item covers. 公布履职清单事项",
    )
    publish_township_class: TownshipClassPayload | None = act(
        _publish_class,
        given=PublishTownshipClassInput,
        answers=TownshipClassPayload,
        description="Publish a class of townships. 公布镇街类别",
    )
    classify_township: ClassifiedPayload | None = act(
        _classify,
        given=ClassifyTownshipInput,
        answers=ClassifiedPayload,
        description="Put a township into a class from a day on, or into none. 确定镇街类别",
    )
    empower: EmpowermentPayload | None = act(
        _empower,
        given=EmpowerInput,
        answers=EmpowermentPayload,
        description="Publish what a township or a class is empowered with. 公布赋权",
    )
    sign_empowerment: EmpowermentPayload | None = act(
        _sign,
        given=SignEmpowermentInput,
        answers=EmpowermentPayload,
        description="Sign for what your township was empowered with. 签订承接确认书",
    )
    assess_empowerment: EmpowermentPayload | None = act(
        _assess,
        given=AssessEmpowermentInput,
        answers=EmpowermentPayload,
        description="Put on record what was found about an empowered item. 评估赋权事项",
    )
    recall_empowerment: EmpowermentPayload | None = act(
        _recall,
        given=RecallEmpowermentInput,
        answers=EmpowermentPayload,
        description="Take items back from a township, with reasons. 收回赋权事项",
    )
    entrust: EntrustmentPayload | None = act(
        _entrust,
        given=EntrustInput,
        answers=EntrustmentPayload,
        description="Let a township act in your department's name. 委托执法",
    )
    end_entrustment: EntrustmentPayload | None = act(
        _end_entrustment,
        given=EndEntrustmentInput,
        answers=EntrustmentPayload,
        description="End what you entrusted a township with before its last day, with reasons. 终止委托",
    )
