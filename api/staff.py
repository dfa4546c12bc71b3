"""Officers by name, as they stand on letters."""

from typing import Any, ClassVar

import strawberry

from api.node import Node, identified
from domain.staff import models, queries


@strawberry.type(description="A public servant of the county. 工作人员")
class Person(Node):
    """Nothing but the name is known here."""

    row_type: ClassVar[type[Any]] = models.Person
    id: strawberry.ID = identified("Person", by=queries.of_ids)
    name: str = strawberry.field(description="The name. 姓名")
