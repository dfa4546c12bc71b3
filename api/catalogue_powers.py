"""Who may use which powers, over GraphQL: empowerments with what they give, who signed and what was recalled; entrustments."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Wanted, derived, question, reference, relation
from api.catalogue import Item, ItemPower, TownshipClass, parts_of, powers
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import among, filtered, narrowed, orders_by_age, sorted_by, tied_to
from api.node import Node, identified, one
from api.organisations import Organisation
from api.staff import Person, stood_in_for
from api.supervision import NARROWING, SupervisionNote, listed
from domain.catalogue import competence, grants, models, parts, queries, supervising
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.work import Work


@strawberry.type(
    description="Who goes on supervising what a township was empowered with. 继续履行监管职责的部门"
)
class SupervisingDepartment:
    """Today, as the catalogue and the rules of the place have it."""

    department: Organisation = reference(
        organisations.of_ids, through="department_id", description="The item's department. 主管部门"
    )
    article: str = strawberry.field(description="Where that is said. 监管依据")


async def _supervised_by(
    work: Work, given: Sequence[models.EmpoweredItem], _arguments: Arguments, _wanted: Wanted
) -> Sequence[supervising.SupervisingDepartment | None]:
    found = await supervising.supervised_by(work, {each.item_id for each in given}, on=work.today)
    return [found.get(each.item_id) for each in given]


@strawberry.type(description="An item that an empowerment gives. 赋权事项")
class EmpoweredItem:
    """With those of its powers that are given."""

    item: Item = reference(queries.items_of_ids, through="item_id", description="The item. 权力事项")
    powers: list[ItemPower] = derived(powers, description="The powers that are given. 赋予的权限")
    supervised_by: SupervisingDepartment | None = relation(
        _supervised_by,
        needs={"item_id"},
        description="Who goes on supervising it; null where the item left the catalogue or the place rules otherwise. "
        "继续履行监管职责的部门",
    )


@strawberry.type(description="That a township signed for an empowerment. 承接确认书")
class EmpowermentAcceptance:
    """By its head."""

    township: Organisation = reference(
        organisations.of_ids, through="township_id", description="The township. 承接单位"
    )
    signed_on: date = strawberry.field(description="When. 签订日期")
    signed_by: Person = reference(staff.of_ids, through="signed_by", description="By whom. 签订人")
    signed_for: Person | None = stood_in_for("signed_for")


@strawberry.enum(description="What an assessment found. 评估结论")
class AssessmentFinding(Enum):
    """As `domain/catalogue/rules.py` has them."""

    KEEP = strawberry.enum_value("keep", description="It stays. 保留")
    ADJUST = strawberry.enum_value("adjust", description="To be adjusted. 调整")
    RECALL = strawberry.enum_value("recall", description="To be recalled. 收回")


@strawberry.type(description="What was found about an item in a township. 赋权事项评估")
class EmpowermentAssessment:
    """It changes nothing by itself."""

    item: Item = reference(queries.items_of_ids, through="item_id", description="The item. 权力事项")
    township: Organisation = reference(
        organisations.of_ids, through="township_id", description="In which township. 乡镇（街道）"
    )
    assessed_on: date = strawberry.field(description="When. 评估日期")
    finding: AssessmentFinding = strawberry.field(description="What was found. 评估结论")
    report: str = strawberry.field(description="In words. 评估情况")


async def _still_empowered_by(
    work: Work, recalls: Sequence[models.Recall], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[models.Empowerment]]:
    kept = await competence.kept_beside(work, recalls)
    ids = [sorted({grant.notice_id for grant in each if grant.notice_id}) for each in kept]
    known = await grants.empowerments_of_ids(work, {each for notices in ids for each in notices})
    return [[known[each] for each in notices] for notices in ids]


@strawberry.type(description="An item that was taken back from a township. 收回的赋权事项")
class EmpowermentRecall:
    """What arose before stays the township's."""

    item: Item = reference(queries.items_of_ids, through="item_id", description="The item. 权力事项")
    township: Organisation = reference(
        organisations.of_ids, through="township_id", description="From which township. 被收回的乡镇（街道）"
    )
    since: date = strawberry.field(description="The first day without it. 收回起日")
    reasons: str = strawberry.field(description="Why. 理由")
    published_at: datetime = strawberry.field(
        description="When it was published; who signed later, signed without it. 公布时间"
    )
    still_empowered_by: list["Empowerment"] = relation(
        _still_empowered_by,
        needs={"empowerment_id", "item_id", "township_id", "since"},
        description="The other notices by which the township keeps the item, or some of its powers. 仍赋予该事项的其他公告",
    )


async def _supervised_by_each(
    work: Work, notices: Sequence[models.Empowerment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[supervising.SupervisingDepartment]]:
    given = await grants.items_given(work, [notice.id for notice in notices])
    found = await supervising.supervised_by(
        work, {each for items in given.values() for each in items}, on=work.today
    )
    # Each department once, in the order of its first item.
    return [
        list(dict.fromkeys(found[each] for each in given.get(notice.id, []) if each in found))
        for notice in notices
    ]


async def _supervision_notes(
    work: Work, notices: Sequence[models.Empowerment], arguments: Arguments, _wanted: Wanted
) -> Sequence[PageRow]:
    # A page for each: whoever wants the notes of many empowerments asks for those of a box.
    return [await listed(arguments, empowerment_id=notice.id).page(work, arguments) for notice in notices]


@strawberry.type(description="A public notice that empowers a township, or a class of them. 赋权公告")
class Empowerment(Node):
    """What is given, who signed for it, and what was recalled since."""

    row_type: ClassVar[type[Any]] = models.Empowerment
    id: strawberry.ID = identified("Empowerment", by=grants.empowerments_of_ids)
    number: str = strawberry.field(description="The number of the notice. 公告文号")
    title: str = strawberry.field(description="Its title. 标题")
    since: date = strawberry.field(description="From when. 起日")
    township: Organisation | None = reference(
        organisations.of_ids, through="township_id", description="The township, if it is one's. 乡镇（街道）"
    )
    township_class: TownshipClass | None = reference(
        queries.classes_of_ids, through="class_id", description="The class, if it is a class's. 镇街类别"
    )
    items: Connection[EmpoweredItem] = parts_of(
        parts.GIVEN, name="empowerment.items", description="What it gives. 赋权事项"
    )
    acceptances: Connection[EmpowermentAcceptance] = parts_of(
        parts.ACCEPTANCES, name="empowerment.acceptances", description="Who signed for it. 承接确认"
    )
    assessments: Connection[EmpowermentAssessment] = parts_of(
        parts.ASSESSMENTS, name="empowerment.assessments", description="What was found about it. 评估情况"
    )
    recalls: Connection[EmpowermentRecall] = parts_of(
        parts.RECALLS, name="empowerment.recalls", description="What was recalled. 收回情况"
    )
    supervised_by: list[SupervisingDepartment] = relation(
        _supervised_by_each,
        needs={"id"},
        description="Which departments go on supervising what it gives, each once. 继续履行监管职责的部门",
    )
    supervision_notes: Connection[SupervisionNote] = relation(
        _supervision_notes,
        needs={"id"},
        description="The supervision notes about what it gives, as far as you may see them. 监督指导函",
        takes=NARROWING,
    )


@strawberry.type(description="That an entrustment ends before its last day. 终止委托")
class EntrustmentEnd:
    """By the department that entrusted. What arose before is the township's to finish."""

    ends_on: date = strawberry.field(description="The day from which it no longer holds. 终止日期")
    reasons: str = strawberry.field(description="Why. 理由")
    ended_by: Person = reference(staff.of_ids, through="ended_by", description="By whom. 终止决定人")
    ended_for: Person | None = stood_in_for("ended_for")
    ended_at: datetime = strawberry.field(description="When that was decided. 决定时间")


async def _ends(
    work: Work, agreements: Sequence[models.Entrustment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[models.EntrustmentEnd | None]:
    found = await grants.ends_of(work, [agreement.id for agreement in agreements])
    return [found.get(agreement.id) for agreement in agreements]


@strawberry.type(description="What a department lets a township do in its name. 委托执法")
class Entrustment(Node):
    """By an agreement that was reviewed and approved. Never a compulsory measure."""

    row_type: ClassVar[type[Any]] = models.Entrustment
    id: strawberry.ID = identified("Entrustment", by=grants.entrustments_of_ids)
    department: Organisation = reference(
        organisations.of_ids, through="department_id", description="Who entrusts. 委托部门"
    )
    township: Organisation = reference(
        organisations.of_ids, through="township_id", description="Who acts. 受委托乡镇（街道）"
    )
    item: Item = reference(queries.items_of_ids, through="item_id", description="The item. 权力事项")
    powers: list[ItemPower] = derived(powers, description="The powers. 委托权限")
    since: date = strawberry.field(description="Its first day. 起日")
    until: date = strawberry.field(
        description="The first day on which it no longer holds, as agreed. 约定终止日"
    )
    end: EntrustmentEnd | None = relation(
        _ends, needs={"id"}, description="How it ends before that, if it does. 提前终止"
    )
    basis: str = strawberry.field(description="Its basis. 委托依据")
    duties: str = strawberry.field(description="Rights, duties and liability. 权利义务和责任")
    number: str = strawberry.field(description="The number of the approved agreement. 批准的委托协议文号")
    signed_by: Person = reference(staff.of_ids, through="signed_by", description="By whom. 签订人")
    signed_for: Person | None = stood_in_for("signed_for")
    signed_at: datetime = strawberry.field(description="When. 签订时间")


@strawberry.input(description="By what the list of empowerments is narrowed. 赋权公告筛选条件")
class EmpowermentFilter:
    """As `domain/catalogue/grants.py` has it."""

    townships: list[strawberry.ID] | None = among(
        "For one of these townships, or a class it was ever in. 乡镇（街道）", ids_of="Organisation"
    )
    item_codes: list[str] | None = among("Giving one of these items. 权力事项代码")


@strawberry.input(description="By what the list of entrustments is narrowed. 委托筛选条件")
class EntrustmentFilter:
    """As `domain/catalogue/grants.py` has it."""

    departments: list[strawberry.ID] | None = among(
        "By one of these departments. 委托部门", ids_of="Organisation"
    )
    townships: list[strawberry.ID] | None = among(
        "To one of these townships. 受委托乡镇（街道）", ids_of="Organisation"
    )


EmpowermentSort = orders_by_age("EmpowermentSort", "The order of the list of empowerments. 赋权公告排序")
EntrustmentSort = orders_by_age("EntrustmentSort", "The order of the list of entrustments. 委托排序")


async def _empowerments(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], grants.EmpowermentFilter), arguments["sort"].value
    listing = Listing(
        name="empowerments",
        filters={"sort": age, **tied_to(by)},
        read=partial(grants.page_of_empowerments, by=by, age=age),
        count=partial(grants.count_of_empowerments, by=by),
        position=lambda notice: notice.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


async def _entrustments(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], grants.EntrustmentFilter), arguments["sort"].value
    listing = Listing(
        name="entrustments",
        filters={"sort": age, **tied_to(by)},
        read=partial(grants.page_of_entrustments, by=by, age=age),
        count=partial(grants.count_of_entrustments, by=by),
        position=lambda entrustment: entrustment.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


@strawberry.type
class CataloguePowerQueries:
    """Reading who may use which powers."""

    empowerments: Connection[Empowerment] = question(
        _empowerments,
        description="The public notices that empower townships. 赋权公告列表",
        takes={**filtered(EmpowermentFilter), **sorted_by(EmpowermentSort), **PAGING},
    )
    empowerment: Empowerment | None = one("Empowerment", description="One of them. 赋权公告")
    entrustments: Connection[Entrustment] = question(
        _entrustments,
        description="What departments let townships do in their names. 委托执法列表",
        takes={**filtered(EntrustmentFilter), **sorted_by(EntrustmentSort), **PAGING},
    )
    entrustment: Entrustment | None = one("Entrustment", description="One of them. 委托执法")
