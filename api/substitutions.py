"""Who in the acting body stands in for whom: the types, the questions and the acts, as that body alone sees them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.asked import Asked
from api.batching import Arguments, Wanted, derived, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import orders_by_age, sorted_by
from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, act, changed, optional
from api.node import Node, identified, one
from api.staff import Person
from domain.staff import queries as staff
from domain.substitutions import commands, models, queries
from domain.work import Work
from tenancy import models as tenancy


@strawberry.enum(description="Where a substitution is in its life. 代行状态")
class SubstitutionState(Enum):
    """As `domain/substitutions/rules.py` has them."""

    APPOINTED = strawberry.enum_value("appointed", description="Its first day is still to come. 尚未开始")
    LIVE = strawberry.enum_value("live", description="The substitute acts now. 代行中")
    LAPSED = strawberry.enum_value("lapsed", description="One of the posts has ended. 已失效")
    OVER = strawberry.enum_value("over", description="Its last day is over. 已期满")
    ENDED = strawberry.enum_value("ended", description="Ended early, or called off. 已终止")


@strawberry.enum(description="What can be done with a substitution. 可办理的操作")
class SubstitutionAct(Enum):
    """As `domain/substitutions/rules.py` has them, but for the one that begins it."""

    END = strawberry.enum_value("end", description="End it at once, or call it off. 终止")


def _title(row: tenancy.Capacity, _asked: Asked) -> str:
    return row.post


@strawberry.type(description="A post that somebody holds in your body. 本单位任职身份")
class Post(Node):
    """Somebody else's `Capacity`, as a colleague sees it."""

    row_type: ClassVar[type[Any]] = tenancy.Capacity
    id: strawberry.ID = identified("Post", by=queries.posts_of_ids)
    person: Person = reference(staff.of_ids, through="person_id", description="Who holds it. 任职人员")
    title: str = derived(_title, needs={"post"}, description="What it is called. 职务")
    roles: list[str] = strawberry.field(description="What it entitles to. 岗位角色")


async def _states(
    work: Work, substitutions: Sequence[models.Substitution], _arguments: Arguments, _wanted: Wanted
) -> Sequence[str]:
    return await queries.states(work, substitutions)


async def _acts(
    work: Work, substitutions: Sequence[models.Substitution], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    return [list(queries.open_acts(work, each)) for each in substitutions]


async def _first_days(
    work: Work, substitutions: Sequence[models.Substitution], _arguments: Arguments, _wanted: Wanted
) -> Sequence[date]:
    return [queries.standing(each, work.actor.zone).first for each in substitutions]


async def _last_days(
    work: Work, substitutions: Sequence[models.Substitution], _arguments: Arguments, _wanted: Wanted
) -> Sequence[date]:
    return [queries.standing(each, work.actor.zone).last for each in substitutions]


@strawberry.type(
    description="That a colleague stands in for another of the same body while that one is absent. 代行"
)
class Substitution(Node):
    """No other body reads it; what was done in somebody's place shows both names."""

    row_type: ClassVar[type[Any]] = models.Substitution
    id: strawberry.ID = identified("Substitution", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    state: SubstitutionState = relation(
        _states, description="Where it is in its life, its posts considered. 状态"
    )
    acts: list[SubstitutionAct] = relation(
        _acts,
        description="What you could do with it now, as far as its life and your rights go. 当前可办理的操作",
    )
    absent: Post = reference(
        queries.posts_of_ids, through="absent_id", description="The post that is stood in for. 被代行人"
    )
    substitute: Post = reference(
        queries.posts_of_ids, through="substitute_id", description="The post that stands in. 代行人"
    )
    roles: list[str] = strawberry.field(
        description="What is lent, as long as the absent post has it itself. 代行的岗位角色"
    )
    first_day: date = relation(_first_days, description="The first day. 起始日期")
    last_day: date = relation(_last_days, description="The last day, which counts. 截止日期")
    reason: str = strawberry.field(description="Why. 事由")
    appointed_by: Person = reference(
        staff.of_ids, through="appointed_by", description="Who appointed the substitute. 指定人"
    )
    appointed_at: datetime = strawberry.field(description="When that was. 指定时间")
    ended_by: Person | None = reference(
        staff.of_ids, through="ended_by", description="Who ended it early. 终止人"
    )
    ended_at: datetime | None = strawberry.field(description="When it was ended early. 终止时间")


SubstitutionSort = orders_by_age("SubstitutionSort", "The order of the list of substitutions. 代行列表排序")
PostSort = orders_by_age("PostSort", "The order of the list of posts. 任职身份列表排序")


async def _substitutions(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    age = arguments["sort"].value
    listing = Listing(
        name="substitutions",
        filters={"sort": age},
        read=partial(queries.page, age=age),
        count=queries.count,
        position=lambda substitution: substitution.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


async def _posts(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    age = arguments["sort"].value
    listing = Listing(
        name="posts",
        filters={"sort": age},
        read=partial(queries.posts, age=age),
        count=queries.posts_count,
        position=lambda post: post.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


@strawberry.type
class SubstitutionQueries:
    """Reading who stands in for whom."""

    substitutions: Connection[Substitution] = question(
        _substitutions,
        description="Your body's substitutions, past ones among them. 本单位代行列表",
        takes={**sorted_by(SubstitutionSort), **PAGING},
    )
    substitution: Substitution | None = one("Substitution", description="One substitution. 代行")
    posts: Connection[Post] = question(
        _posts,
        description="The posts that are held in your body now. 本单位现任职身份列表",
        takes={**sorted_by(PostSort), **PAGING},
    )


@strawberry.type(description="The substitution after the act, or why nothing was done. 办理结果")
class SubstitutionPayload(Payload):
    """Of every act on a substitution."""

    substitution: Substitution | None = changed(queries.of_ids, description="As it is now. 办理后的代行情况")


@strawberry.input(description="A colleague who shall stand in for another. 指定代行人")
class AppointSubstituteInput:
    """Both are posts of the acting body."""

    absent_id: strawberry.ID = strawberry.field(description="The post of whoever is absent. 被代行人任职身份")
    substitute_id: strawberry.ID = strawberry.field(description="The post that stands in. 代行人任职身份")
    first_day: date = strawberry.field(description="The first day; today or later. 起始日期")
    last_day: date = strawberry.field(description="The last day, which counts. 截止日期")
    reason: str = strawberry.field(description="Why, such as leave. 事由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A substitution that shall end now. 终止代行")
class EndSubstitutionInput:
    """Also one that has not begun."""

    substitution_id: strawberry.ID = strawberry.field(description="The substitution. 代行编号")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _appoint(work: Work, given: AppointSubstituteInput) -> models.Substitution:
    return await commands.appoint(
        work,
        absent_id=identifier_of("Post", given.absent_id, field="absent_id"),
        substitute_id=identifier_of("Post", given.substitute_id, field="substitute_id"),
        first_day=given.first_day,
        last_day=given.last_day,
        reason=given.reason,
    )


async def _end(work: Work, given: EndSubstitutionInput) -> models.Substitution:
    return await commands.end(
        work,
        substitution_id=identifier_of("Substitution", given.substitution_id, field="substitution_id"),
        expected_version=given.expected_version,
    )


@strawberry.type
class SubstitutionMutations:
    """In the order in which a substitution meets them."""

    appoint_substitute: SubstitutionPayload | None = act(
        _appoint,
        given=AppointSubstituteInput,
        answers=SubstitutionPayload,
        description="Appoint a substitute for an absent colleague. 指定代行人",
    )
    end_substitution: SubstitutionPayload | None = act(
        _end,
        given=EndSubstitutionInput,
        answers=SubstitutionPayload,
        description="End a substitution at once, or call it off. 终止代行",
    )
