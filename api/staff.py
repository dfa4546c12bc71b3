"""Officers by name, as they stand on letters, and the body that each is established with; and for whom they stood in."""

from typing import Any, ClassVar

import strawberry

from api.batching import reference
from api.node import Node, identified
from api.organisations import Organisation
from api.personal_data import PersonalData, personal_data_of
from domain.organisations import queries as organisations
from domain.staff import models, queries


@strawberry.type(description="A public servant of the county. 工作人员")
class Person(Node):
    """Name and home are known in the county; what is personal, to the body that they are established with."""

    row_type: ClassVar[type[Any]] = models.Person
    id: strawberry.ID = identified("Person", by=queries.of_ids)
    name: str = strawberry.field(description="The name. 姓名")
    home: Organisation = reference(
        organisations.of_ids,
        through="home_id",
        description="The body they are established with. 编制所在单位",
    )
    personal_data: list[PersonalData] = personal_data_of(
        "What is on record of them, masked, if you may read it: that is the home body's own. 个人信息（脱敏）"
    )


def stood_in_for(through: str) -> Any:
    """The field that says in whose place an act was done; null where whoever did it had the right themselves."""
    return reference(
        queries.of_ids,
        through=through,
        description="The absent colleague of whom this was expected and for whom a substitute did it. 被代行人",
    )
