"""Signing in and out, and who one is: the only part of the schema that answers before a capacity is chosen."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from api.asked import Asked, Info
from api.batching import derived, refuse_unwritable
from api.errors import user_error
from api.identifiers import global_id
from api.mutations import CLIENT_MUTATION_ID, Payload, PayloadRow, names_of, optional, said, taking_an_input
from api.organisations import Organisation
from api.substitutions import Substitution
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.substitutions import queries as substitutions
from domain.work import Work
from tenancy.refusals import Refusal
from tenancy.sign_in import HeldCapacity
from tenancy.transactions import CapacityNeeded, CapacityRefused, Unauthenticated


@dataclass(frozen=True, slots=True)
class ViewerRow:
    """What stands behind a `Viewer`."""

    person_id: UUID
    name: str
    capacities: list[HeldCapacity]


@dataclass(frozen=True)
class SignInRow(PayloadRow):
    """What stands behind a `SignInPayload`."""

    token: str | None = None
    expires_at: datetime | None = None


def _capacity_id(row: HeldCapacity, _asked: Asked) -> str:
    return global_id("Capacity", _uuid(row.capacity_id))


def _organisation_id(row: HeldCapacity, _asked: Asked) -> str:
    return global_id("Organisation", _uuid(row.tenant_id))


def _person_id(row: ViewerRow, _asked: Asked) -> str:
    return global_id("Person", row.person_id)


def _uuid(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


@strawberry.type(description="A post of yours in a body, with what it entitles to. 任职身份")
class Capacity:
    """Send its id, or the body's code, as X-Acting-As."""

    id: strawberry.ID = derived(
        _capacity_id, description="Send it as X-Acting-As to act in this post. 用于 X-Acting-As 请求头"
    )
    organisation_id: strawberry.ID = derived(_organisation_id, description="The body. 单位编号")
    tenant_code: str = strawberry.field(name="organisationCode", description="The body's code. 单位代码")
    tenant_name: str = strawberry.field(name="organisationName", description="The body's name. 单位名称")
    post: str = strawberry.field(description="The post. 职务")
    roles: list[str] = strawberry.field(description="What it entitles to. 岗位角色")


async def _in_the_post(root: ViewerRow, info: Info, ask: Callable[[Work], Awaitable[Any]]) -> Any:
    """What is asked in the post of this request; None while the person has several and named none."""
    try:
        return await info.context.reading.read(ask)
    except CapacityNeeded:
        return None
    except CapacityRefused:
        if root.capacities or info.context.credentials.acting_as:
            raise
        return None


async def _acting_as(root: ViewerRow, info: Info) -> Any:
    async def acting(work: Work) -> UUID:
        return work.actor.capacity_id

    post = await _in_the_post(root, info, acting)
    return next((held for held in root.capacities if held.capacity_id == post), None)


async def _acting_for(root: ViewerRow, info: Info) -> Any:
    async def body(work: Work) -> Any:
        return await organisations.the(work, work.actor.tenant_id)

    return await _in_the_post(root, info, body)


async def _carries_on_for(root: ViewerRow, info: Info) -> Any:
    async def bodies(work: Work) -> Any:
        (post,) = [each for each in root.capacities if each.capacity_id == work.actor.capacity_id]
        return await lineage.left_to(work, _uuid(post.tenant_id))

    return await _in_the_post(root, info, bodies) or []


async def _standing_in(root: ViewerRow, info: Info) -> Any:
    return await _in_the_post(root, info, substitutions.standing_in)


@strawberry.type(description="You: the person who is signed in. 当前登录人")
class Viewer:
    """Answers to a bare token."""

    id: strawberry.ID = derived(_person_id, description="The person. 人员编号")
    name: str = strawberry.field(description="Your name. 姓名")
    capacities: list[Capacity] = strawberry.field(
        description="The posts in which you may act now. 可用任职身份"
    )
    acting_as: Capacity | None = strawberry.field(
        resolver=_acting_as,
        graphql_type=Capacity | None,
        description="The post in which this request acts; null until one is chosen. 本次请求的任职身份",
    )
    acting_for: Organisation | None = strawberry.field(
        resolver=_acting_for,
        graphql_type=Organisation | None,
        description="The body in whose name this request acts: that of the post, or one that is no more and whose heir that is. "
        "本次请求以哪个单位的名义办理（任职单位，或者其承接的已撤销单位）",
    )
    carries_on_for: list[Organisation] = strawberry.field(
        resolver=_carries_on_for,
        graphql_type=list[Organisation],
        description="The bodies that are no more and whose matters you carry on from that post: send the code of one as X-Acting-As, "
        "or `id@code` with the id of the post where you have several. 可以其名义继续办理的已撤销单位（将其代码填入 X-Acting-As）",
    )
    standing_in: Substitution | None = strawberry.field(
        resolver=_standing_in,
        graphql_type=Substitution | None,
        description="By which you stand in for a colleague in that post now; null: for nobody. 本次请求的代行（空为未代行）",
    )


async def _viewer(info: Info) -> Any:
    asked = info.context
    async with asked.time.kept():
        await asked.edge.admit(asked.credentials.token)
        now = await asked.edge.clock.now()
        held = await asked.doorkeeper.capacities(token=asked.credentials.token, now=now)
    return ViewerRow(
        person_id=_uuid(held[0].person_id),
        name=held[0].person_name,
        capacities=[each for each in held if each.capacity_id is not None],
    )


@strawberry.type
class SignInQueries:
    """Who one is."""

    viewer: Viewer = strawberry.field(
        resolver=_viewer, graphql_type=Viewer, description="Who is signed in. 当前登录人"
    )


@strawberry.input(description="Login and password. 登录信息")
class SignInInput:
    """What the door asks for."""

    login: str = strawberry.field(description="The login. 账号")
    password: str = strawberry.field(description="The password. 密码")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Nothing but your own name for the act. 退出登录")
class SignOutInput:
    """The token is in the header."""

    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.type(description="A fresh token, or why there is none. 登录结果")
class SignInPayload(Payload):
    """The token is shown this once."""

    token: str | None = strawberry.field(
        description="Send it as `Authorization: Bearer …`. It is shown this once. 令牌，仅显示一次"
    )
    expires_at: datetime | None = strawberry.field(description="When it ends. 失效时间")


@strawberry.type(description="That the token ended. 退出结果")
class SignOutPayload(Payload):
    """Nothing else to say."""


async def _sign_in(info: Info, **arguments: Any) -> SignInRow:
    asked, given = info.context, arguments["input"]
    try:
        refuse_unwritable([said(given.client_mutation_id)])
        async with asked.time.kept():
            signed_in = await asked.doorkeeper.sign_in(
                login=given.login, password=given.password, now=await asked.edge.clock.now()
            )
    except Refusal as refusal:
        shown = user_error(refusal, asked.language, fields=names_of(SignInInput))
        return SignInRow(SignInPayload, None, [shown], said(given.client_mutation_id))
    return SignInRow(
        SignInPayload,
        None,
        [],
        said(given.client_mutation_id),
        token=signed_in.token,
        expires_at=signed_in.expires_at,
    )


async def _sign_out(info: Info, **arguments: Any) -> PayloadRow:
    asked = info.context
    if asked.credentials.token is None:
        raise Unauthenticated
    async with asked.time.kept():
        # A provider's token that was never used ends as well: it gets the session that is ended here.
        await asked.edge.admit(asked.credentials.token)
        await asked.doorkeeper.sign_out(token=asked.credentials.token, now=await asked.edge.clock.now())
    return PayloadRow(SignOutPayload, None, [], said(arguments["input"].client_mutation_id))


@strawberry.type
class SignInMutations:
    """The door."""

    sign_in: SignInPayload | None = taking_an_input(
        _sign_in, given=SignInInput, description="Sign in with a local account. 登录"
    )
    sign_out: SignOutPayload | None = taking_an_input(
        _sign_out,
        given=SignOutInput,
        description="End the token that this request carries, at once. 退出登录",
    )
