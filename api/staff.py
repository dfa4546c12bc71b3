"""People by name, as they stand on letters, the body that each is established with, and what they are there; and for whom
they stood in. The register of a body and what its personnel does are in `personnel.py`."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import strawberry

from api.batching import Arguments, Wanted, reference, relation
from api.node import Node, identified
from api.organisations import Organisation, Unit
from api.personal_data import PersonalData, personal_data_of
from domain.certificates import queries as certificates
from domain.certificates.models import Certificate as CertificateRow
from domain.organisations import queries as organisations
from domain.secondments import queries as secondments
from domain.secondments.models import Secondment as SecondmentRow
from domain.staff import models, queries, register
from domain.work import Work

if TYPE_CHECKING:
    from api.certificates import Certificate
    from api.secondments import Secondment


@strawberry.enum(description="On which register somebody stands. 人员类别")
class StaffRegister(Enum):
    """As `domain/staff/rules.py` has them."""

    ENFORCEMENT = strawberry.enum_value("enforcement", description="Enforcement staff. 执法人员")
    AUXILIARY = strawberry.enum_value(
        "auxiliary", description="Auxiliaries, who only assist. 执法辅助人员（只从事辅助性工作）"
    )
    OTHER = strawberry.enum_value("other", description="Others. 其他人员")


@strawberry.enum(description="On which establishment somebody is. 编制类型")
class StaffEstablishment(Enum):
    """As `domain/staff/rules.py` has them."""

    ADMINISTRATIVE = strawberry.enum_value("administrative", description="Administrative. 行政编制")
    ENFORCEMENT = strawberry.enum_value("enforcement", description="For enforcement alone. 行政执法专项编制")
    INSTITUTION = strawberry.enum_value("institution", description="Of a public institution. 事业编制")
    NONE = strawberry.enum_value("none", description="On none. 无编制")


async def _on_register(
    work: Work, people: Sequence[models.Person], _arguments: Arguments, wanted: Wanted
) -> Sequence[models.StaffEntry | None]:
    found = await register.on(work, [each.id for each in people], work.today, wanted.columns)
    return [found.get(each.id) for each in people]


@strawberry.type(description="A public servant of the county. 工作人员")
class Person(Node):
    """Name and home are known in the county; the rest is their body's, and all but what is personal also oversight's."""

    row_type: ClassVar[type[Any]] = models.Person
    id: strawberry.ID = identified("Person", by=queries.of_ids)
    name: str = strawberry.field(description="The name. 姓名")
    home: Organisation = reference(
        organisations.of_ids,
        through="home_id",
        description="The body they are established with. 编制所在单位",
    )
    staff_entry: "StaffEntry | None" = relation(
        _on_register,
        needs={"id"},
        description="What they are there today; null where they left, or where you may not see it. 当前在册登记",
    )
    personal_data: list[PersonalData] = personal_data_of(
        "What is on record of them, masked, if you may read it: that is the home body's own. 个人信息（脱敏）"
    )


async def _certificates(
    work: Work, entries: Sequence[models.StaffEntry], _arguments: Arguments, wanted: Wanted
) -> Sequence[CertificateRow | None]:
    found = await certificates.living_of(work, {each.person_id for each in entries}, wanted.columns)
    return [found.get(each.person_id) for each in entries]


async def _secondments(
    work: Work, entries: Sequence[models.StaffEntry], _arguments: Arguments, wanted: Wanted
) -> Sequence[list[SecondmentRow]]:
    people = {each.person_id for each in entries}
    found = await secondments.holding_of(work, people, on=work.today, columns=wanted.columns)
    return [found[each.person_id] for each in entries]


@strawberry.type(description="What somebody is in the body that is their home, for a time. 人员在册登记")
class StaffEntry(Node):
    """Seen by that body's personnel and head, and by oversight."""

    row_type: ClassVar[type[Any]] = models.StaffEntry
    id: strawberry.ID = identified("StaffEntry", by=register.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    person: Person = reference(queries.of_ids, through="person_id", description="Who. 人员")
    home: Organisation = reference(
        organisations.of_ids, through="home_id", description="The body. 编制所在单位"
    )
    unit: Unit = reference(
        organisations.units_of_ids, through="unit_id", description="The unit there. 内设机构"
    )
    register: StaffRegister = strawberry.field(description="On which register. 人员类别")
    establishment: StaffEstablishment = strawberry.field(description="On which establishment. 编制类型")
    post: str = strawberry.field(description="The post. 职务")
    rank: str | None = strawberry.field(description="The rank. 职级")
    since: date = strawberry.field(description="The first day. 起")
    until: date | None = strawberry.field(description="The last day, once there is one. 止")
    ended_reason: str | None = strawberry.field(description="Why they left, if they did. 离岗理由")
    entered_at: datetime = strawberry.field(description="When this was entered. 登记时间")
    certificate: Annotated["Certificate", strawberry.lazy("api.certificates")] | None = relation(
        _certificates,
        needs={"person_id"},
        description="The certificate that they have today, held or withheld; null: there is none, or none that you may see. 当前行政执法证",
    )
    secondments: list[Annotated["Secondment", strawberry.lazy("api.secondments")]] = relation(
        _secondments,
        needs={"person_id"},
        description="Where they are seconded today, as far as you may see that. 当前派驻情况",
    )


def stood_in_for(through: str) -> Any:
    """The field that says in whose place an act was done; null where whoever did it had the right themselves."""
    return reference(
        queries.of_ids,
        through=through,
        description="The absent colleague of whom this was expected and for whom a substitute did it. 被代行人",
    )
