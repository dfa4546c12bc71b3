"""What is on record of a person, masked, as the body that they are established with sees it. No plain value passes here."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

import strawberry

from api.batching import Arguments, Wanted, relation
from api.node import Node, identified
from domain.personal_data import models, queries
from domain.personal_data.queries import ENTRY, VALUE
from domain.work import Work


@strawberry.enum(description="What a value is. 个人信息种类")
class PersonalDataKind(Enum):
    """As `domain/personal_data/rules.py` has them."""

    IDENTITY_NUMBER = strawberry.enum_value(
        "identity_number", description="A citizen's identity number, of 18 characters. 居民身份证号码"
    )
    TELEPHONE = strawberry.enum_value("telephone", description="A telephone number. 联系电话")


@strawberry.enum(description="What can be done with an entry. 可办理的操作")
class PersonalDataAct(Enum):
    """As `domain/personal_data/commands.py` has them."""

    REPLACE = strawberry.enum_value("replace", description="Put another value in its place. 更换")
    REMOVE = strawberry.enum_value("remove", description="Take it off the record. 删除登记")
    REVEAL = strawberry.enum_value("reveal", description="Reveal the plain value. 查看明文")


async def _acts(
    work: Work, entries: Sequence[models.PersonalData], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    return [
        [
            act
            for act, permitted in (
                ("replace", work.may("record", ENTRY, entry)),
                ("remove", work.may("remove", ENTRY, entry)),
                ("reveal", work.may("reveal", VALUE, entry)),
            )
            if permitted
        ]
        for entry in entries
    ]


@strawberry.type(
    description="A number of a person on record, masked; read by the body they are established with. 个人信息登记"
)
class PersonalData(Node):
    """The plain value is no field of it: `revealPersonalData` tells that, and nothing else does."""

    row_type: ClassVar[type[Any]] = models.PersonalData
    id: strawberry.ID = identified("PersonalData", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one when the value is replaced. 版本")
    kind: PersonalDataKind = strawberry.field(description="What it is. 种类")
    masked: str = strawberry.field(
        description="Enough of it to compare with a card in one's hand. 脱敏显示，如 3303**********1234"
    )
    recorded_at: datetime = strawberry.field(description="When this value was recorded. 登记时间")
    acts: list[PersonalDataAct] = relation(
        _acts,
        needs={"home_id"},
        description="What you could do with it now, as far as your rights go. 当前可办理的操作",
    )


def personal_data_of(description: str) -> Any:
    """The field of a person with what is on record of them; empty for whoever may not read it."""

    async def of(
        work: Work, persons: Sequence[Any], _arguments: Arguments, wanted: Wanted
    ) -> Sequence[list[models.PersonalData]]:
        found = await queries.of_persons(work, {person.id for person in persons}, wanted.columns)
        return [found.get(person.id, []) for person in persons]

    return relation(of, needs={"id"}, description=description)
