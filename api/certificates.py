"""Enforcement certificates and legal qualifications, as their two bodies and oversight see them; and what they do."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import Days, among, filtered, narrowed, narrowing, orders_by_age, sorted_by, tied_to
from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, act, changed, optional, said
from api.node import Node, identified, one
from api.organisations import Organisation
from api.staff import Person
from domain.certificates import commands, models, queries, rules
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="What became of an enforcement certificate. 证件状态")
class CertificateState(Enum):
    """As `domain/certificates/rules.py` has them."""

    HELD = strawberry.enum_value("held", description="Its holder has it. 持有")
    WITHHELD = strawberry.enum_value("withheld", description="Withheld for a time. 暂扣")
    CANCELLED = strawberry.enum_value("cancelled", description="Cancelled for good. 注销")
    HANDED_IN = strawberry.enum_value("handed_in", description="Handed in on leaving. 已上缴")


@strawberry.enum(description="How somebody stands with certificates. 持证情况")
class CertificateStanding(Enum):
    """As `domain/certificates/rules.py` has them."""

    HELD = strawberry.enum_value("held", description="They have one. 持有")
    WITHHELD = strawberry.enum_value("withheld", description="Theirs is withheld for a time. 暂扣")
    NONE = strawberry.enum_value("none", description="They have none. 无证")


@strawberry.enum(description="What can be done with a certificate. 可办理的操作")
class CertificateAct(Enum):
    """As `domain/certificates/rules.py` has them."""

    WITHHOLD = strawberry.enum_value("withhold", description="Withhold it. 暂扣")
    RESTORE = strawberry.enum_value("restore", description="Give it back. 发还")
    CANCEL = strawberry.enum_value("cancel", description="Cancel it. 注销")
    HAND_IN = strawberry.enum_value("hand_in", description="Put on record that it was handed in. 登记上缴")


@strawberry.enum(description="Whether somebody may complete a legal review, and why. 能否完成法制审核")
class LegalReview(Enum):
    """As `domain/certificates/rules.py` has them."""

    QUALIFIED = strawberry.enum_value(
        "qualified", description="Has the qualification. 具备法律职业资格，可以"
    )
    EXEMPT = strawberry.enum_value(
        "exempt", description="Has reviewed since before it was asked for. 规定日期前已从事审核，可以"
    )
    FIRST_REVIEW_ONLY = strawberry.enum_value(
        "first_review_only", description="May do the first review, if experienced. 只能初审"
    )
    NOT_AN_OFFICER = strawberry.enum_value(
        "not_an_officer", description="An auxiliary, or not on the register. 不在册或者为辅助人员，不可以"
    )


async def _valid(
    work: Work, certificates: Sequence[models.Certificate], _arguments: Arguments, _wanted: Wanted
) -> Sequence[bool]:
    return [
        rules.is_valid(each.state, issued_on=each.issued_on, valid_until=each.valid_until, on=work.today)
        for each in certificates
    ]


async def _acts(
    work: Work, certificates: Sequence[models.Certificate], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    return [
        [
            act
            for act in rules.ACTS
            if (each.state, act) in rules.TRANSITIONS and work.may(act, queries.ENTRY, each)
        ]
        for each in certificates
    ]


@strawberry.type(description="What became of a certificate, and why. 证件变动")
class CertificateChange:
    """In the order in which it happened."""

    state: CertificateState = strawberry.field(description="What it became. 变动后状态")
    reason: str = strawberry.field(description="Why. 理由")
    by: Person = reference(staff.of_ids, through="by_person_id", description="By whom. 办理人")
    at: datetime = strawberry.field(description="When. 时间")


async def _changes(
    work: Work, certificates: Sequence[models.Certificate], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Sequence[models.CertificateChange]]:
    found = await queries.changes_of(work, [each.id for each in certificates])
    return [found[each.id] for each in certificates]


@strawberry.type(description="An enforcement certificate. 行政执法证")
class Certificate(Node):
    """Seen by whoever issued it, by its holder and by their body, and by oversight."""

    row_type: ClassVar[type[Any]] = models.Certificate
    id: strawberry.ID = identified("Certificate", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    state: CertificateState = strawberry.field(description="What became of it. 状态")
    valid: bool = relation(
        _valid,
        needs={"state", "issued_on", "valid_until"},
        description="Whether it entitles to enforce today. 当日是否有效",
    )
    acts: list[CertificateAct] = relation(
        _acts, description="What you could do with it now, as far as your rights go. 当前可办理的操作"
    )
    number: str = strawberry.field(description="Its number. 证号")
    person: Person = reference(staff.of_ids, through="person_id", description="Whose it is. 持证人")
    home: Organisation = reference(
        organisations.of_ids, through="home_id", description="Their body. 所在单位"
    )
    issuer: Organisation = reference(
        organisations.of_ids, through="issuer_id", description="Who issued it. 发证单位"
    )
    issued_on: date = strawberry.field(description="When it was issued. 核发日期")
    valid_until: date = strawberry.field(description="The last day of its validity. 有效期至")
    changes: list[CertificateChange] = relation(
        _changes, needs={"id"}, description="What became of it, and why. 变动记录"
    )


async def _reviews(
    work: Work, entries: Sequence[models.Qualification], _arguments: Arguments, _wanted: Wanted
) -> Sequence[str]:
    found = await queries.reviews(work, [each.person_id for each in entries], work.today)
    return [found[each.person_id] for each in entries]


@strawberry.type(description="Since when somebody is qualified for legal reviews. 法律职业资格登记")
class Qualification(Node):
    """The home's word on one of its people."""

    row_type: ClassVar[type[Any]] = models.Qualification
    id: strawberry.ID = identified("Qualification", by=queries.qualifications_of_ids)
    person: Person = reference(staff.of_ids, through="person_id", description="Who. 人员")
    qualified_on: date | None = strawberry.field(
        description="When they obtained the legal qualification. 取得法律职业资格日期"
    )
    reviewing_since: date | None = strawberry.field(
        description="Since when they have been in a legal reviewer's post. 从事法制审核岗位起始日期"
    )
    legal_review: LegalReview = relation(
        _reviews,
        needs={"person_id"},
        description="Whether they may complete a legal review today, and why. 当日能否完成法制审核",
    )


@strawberry.input(description="By what the list of certificates is narrowed. 行政执法证筛选条件")
class CertificateFilter:
    """As `domain/certificates/queries.py` has it."""

    homes: list[strawberry.ID] | None = among("Of one of these bodies. 所在单位", ids_of="Organisation")
    states: list[CertificateState] | None = among("In one of these states. 状态")
    valid_until: Days | None = narrowing("Running out within these days. 有效期届满日期")
    person: str | None = narrowing("With this in the holder's name. 姓名（任意位置）")


CertificateSort = orders_by_age("CertificateSort", "The order of the list of certificates. 行政执法证排序")


async def _certificates(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], queries.Filter), arguments["sort"].value
    listing = Listing(
        name="certificates",
        filters={"sort": age, **tied_to(by)},
        read=partial(queries.page, by=by, age=age),
        count=partial(queries.count, by=by),
        position=lambda certificate: certificate.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


async def _qualifications(
    work: Work, arguments: Arguments, _wanted: Wanted
) -> Sequence[models.Qualification]:
    asked = arguments["person"]
    mine = work.actor.person_id
    person_id = mine if asked is None else identifier_of("Person", asked, field="person")
    return await queries.entered_of(work, person_id)


@strawberry.type
class CertificateQueries:
    """Reading who may enforce, and who may review."""

    certificates: Connection[Certificate] = question(
        _certificates,
        description="The certificates that you may see, those of before included. 行政执法证列表",
        takes={**filtered(CertificateFilter), **sorted_by(CertificateSort), **PAGING},
    )
    certificate: Certificate | None = one("Certificate", description="One certificate. 行政执法证")
    qualifications: list[Qualification] = question(
        _qualifications,
        description="What was entered on somebody's legal qualification; the first counts. 法律职业资格登记（以首条为准）",
        takes={"person": Taken(strawberry.ID | None, "Who; left out: yourself. 人员（不填为本人）")},
    )


@strawberry.type(description="The certificate after the act, or why nothing was done. 办理结果")
class CertificatePayload(Payload):
    """Of every act on a certificate."""

    certificate: Certificate | None = changed(queries.of_ids, description="As it is now. 办理后的证件")


@strawberry.type(description="The entry after the act, or why nothing was done. 办理结果")
class QualificationPayload(Payload):
    """Of an entry on legal qualification."""

    qualification: Qualification | None = changed(
        queries.qualifications_of_ids, description="As it is now. 办理后的登记"
    )


@strawberry.input(description="A certificate that was issued. 核发行政执法证")
class IssueCertificateInput:
    """To somebody on a body's register."""

    person_id: strawberry.ID = strawberry.field(description="To whom. 持证人")
    number: str = strawberry.field(description="Its number. 证号")
    issued_on: date = strawberry.field(description="When it was issued; today or before. 核发日期")
    valid_until: date = strawberry.field(description="The last day of its validity. 有效期至")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="What becomes of a certificate, and why. 证件变动")
class ChangeCertificateInput:
    """The holder and the other body are told."""

    certificate_id: strawberry.ID = strawberry.field(description="The certificate. 证件编号")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reason: str = strawberry.field(
        description="Why. Its holder reads it: nothing of an inquiry that is not concluded belongs here. 理由（持证人可见，勿写尚未结论的核查情况）"
    )
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A certificate that is withheld for a time, and why. 暂扣行政执法证")
class WithholdCertificateInput(ChangeCertificateInput):
    """Until it is given back it entitles to nothing."""


@strawberry.input(description="A certificate that is given back, and why. 发还行政执法证")
class RestoreCertificateInput(ChangeCertificateInput):
    """It was withheld."""


@strawberry.input(description="A certificate that is cancelled for good, and why. 注销行政执法证")
class CancelCertificateInput(ChangeCertificateInput):
    """Another one may be issued afterwards."""


@strawberry.input(description="A certificate that was handed in, and why. 登记上缴行政执法证")
class HandInCertificateInput(ChangeCertificateInput):
    """Of somebody of your body."""


@strawberry.input(description="Since when somebody is qualified for legal reviews. 登记法律职业资格")
class EnterQualificationInput:
    """What is entered last counts; at least one of the two days."""

    person_id: strawberry.ID = strawberry.field(description="Who, of your body. 人员")
    qualified_on: date | None = optional("When they obtained the legal qualification. 取得法律职业资格日期")
    reviewing_since: date | None = optional(
        "Since when they have been in a legal reviewer's post. 从事法制审核岗位起始日期"
    )
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _issue(work: Work, given: IssueCertificateInput) -> models.Certificate:
    return await commands.issue(
        work,
        person_id=identifier_of("Person", given.person_id, field="person_id"),
        number=given.number,
        issued_on=given.issued_on,
        valid_until=given.valid_until,
    )


def _becoming(command: Any) -> Any:
    async def carried_out(work: Work, given: ChangeCertificateInput) -> models.Certificate:
        certificate: models.Certificate = await command(
            work,
            certificate_id=identifier_of("Certificate", given.certificate_id, field="certificate_id"),
            expected_version=given.expected_version,
            reason=given.reason,
        )
        return certificate

    return carried_out


async def _qualify(work: Work, given: EnterQualificationInput) -> models.Qualification:
    return await commands.qualify(
        work,
        person_id=identifier_of("Person", given.person_id, field="person_id"),
        qualified_on=said(given.qualified_on),
        reviewing_since=said(given.reviewing_since),
    )


@strawberry.type
class CertificateMutations:
    """In the order in which a certificate meets them."""

    issue_certificate: CertificatePayload | None = act(
        _issue,
        given=IssueCertificateInput,
        answers=CertificatePayload,
        description="Put on record that a certificate was issued. 核发行政执法证",
    )
    withhold_certificate: CertificatePayload | None = act(
        _becoming(commands.withhold),
        given=WithholdCertificateInput,
        answers=CertificatePayload,
        description="Withhold a certificate for a time. 暂扣行政执法证",
    )
    restore_certificate: CertificatePayload | None = act(
        _becoming(commands.restore),
        given=RestoreCertificateInput,
        answers=CertificatePayload,
        description="Give a certificate back. 发还行政执法证",
    )
    cancel_certificate: CertificatePayload | None = act(
        _becoming(commands.cancel),
        given=CancelCertificateInput,
        answers=CertificatePayload,
        description="Cancel a certificate for good. 注销行政执法证",
    )
    hand_in_certificate: CertificatePayload | None = act(
        _becoming(commands.hand_in),
        given=HandInCertificateInput,
        answers=CertificatePayload,
        description="Put on record that somebody of your body handed theirs in. 登记上缴行政执法证",
    )
    enter_qualification: QualificationPayload | None = act(
        _qualify,
        given=EnterQualificationInput,
        answers=QualificationPayload,
        description="Say since when somebody is qualified for legal reviews. 登记法律职业资格",
    )
