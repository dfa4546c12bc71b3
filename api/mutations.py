"""One shape for every act: an input with a clientMutationId, a payload with the object and `userErrors`.

    async def _accept(work, given) -> Referral: ...

    class ReferralMutations:
        accept_referral: ReferralPayload | None = act(_accept, given=AcceptReferralInput, description="…")

Each root field is one transaction, committed before anything of its payload is read; what is read then is read in a
snapshot of its own, so that a field that fails never makes a committed act look as if it had not been done. A refusal
leaves everything as it was and stands among `userErrors`. Only who is asking (no token, no capacity) is an error of
the whole field.

The clientMutationId is claimed first in the same transaction: sent again with the same input it answers with the
object as it is now, and with another input it is refused.
"""

import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from types import MappingProxyType
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

import strawberry

from api.asked import Asked, Fetch, Info
from api.batching import reference, refuse_unwritable
from api.errors import UserError, in_camel_case, user_error
from domain.columns import Columns
from domain.work import Work
from tenancy.refusals import Refusal
from tenancy.repeats import record_outcome, remember
from tenancy.transactions import PROBLEMS

LONGEST_KEY = 200

CLIENT_MUTATION_ID = (
    "A name of your own for this act: sent twice, it is done once. 客户端操作编号，重复提交只办理一次"
)
EXPECTED_VERSION = (
    "The version that you saw; refused when it is no longer that. 您所见的版本，已变更则拒绝办理"
)


class KeyTooLong(Refusal):
    """The clientMutationId is longer than a name needs to be."""

    code = "KEY_TOO_LONG"
    en = "A clientMutationId has between 1 and {most} characters. Choose another one."
    zh = "clientMutationId 长度应为1至{most}个字符，请更换。"


class HasId(Protocol):
    """What an act concerns."""

    @property
    def id(self) -> UUID:
        """Its identifier."""
        ...


class Input(Protocol):
    """What every input has."""

    client_mutation_id: str | None


Given = TypeVar("Given", bound=Input)

Conceals = Mapping[str, Callable[[Work, Any], str]]
"""Parts of an input that must not be guessed from its digest, and what makes something else stand for each."""

NOTHING: Conceals = MappingProxyType({})
T = TypeVar("T")


def optional(description: str) -> Any:
    """A part of an input that may be left out."""
    return strawberry.field(default=strawberry.UNSET, description=description)


def said(value: T | None) -> T | None:
    """An optional part of an input: None where it was left out."""
    return None if value is strawberry.UNSET else value


@strawberry.type(name="UserError", description="Why something was not done. 未能办理的原因")
class UserErrorType:
    """A refusal, for people and for programs."""

    code: str = strawberry.field(description="The stable code; docs/errors.md lists them. 错误代码")
    message: str = strawberry.field(description="The sentence in your language. 说明")
    field: str | None = strawberry.field(description="The part of the input that it is about. 相关输入项")


@strawberry.interface(name="Payload", description="What every act answers with. 办理结果")
class Payload:
    """The common part of all payloads."""

    user_errors: list[UserErrorType] = strawberry.field(description="Empty when it was done. 为空表示已办理")
    client_mutation_id: str | None = strawberry.field(description="As it was sent. 客户端操作编号")

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """strawberry would look for instances of the type itself."""
        return isinstance(row, PayloadRow) and row.kind is cls


@dataclass(frozen=True)
class PayloadRow:
    """What stands behind a payload; `subject_id` is what the act concerned, None when it was not done."""

    kind: type[Any]
    subject_id: UUID | None
    user_errors: Sequence[UserError]
    client_mutation_id: str | None


def changed(fetch: Fetch, *, description: str) -> Any:
    """The object of a payload as it is after the act; null when nothing was done or it is no more to be seen."""

    async def whole(work: Work, ids: Collection[UUID], _columns: Columns = None) -> Mapping[UUID, Any]:
        return await fetch(work, ids)

    return reference(whole, through="subject_id", description=description)


def act(
    command: Callable[[Work, Given], Awaitable[HasId]],
    *,
    given: type[Given],
    answers: type[Any],
    description: str,
    conceals: Conceals = NOTHING,
) -> Any:
    """A root field that does something: `command` in one transaction, under the field's name as its mutation.

    Of an input that is remembered by its clientMutationId, parts that it `conceals` are replaced by what stands for them.
    """

    async def carry_out(asked: Asked, mutation: str, wish: Given) -> PayloadRow:
        subject_id = await _carried_out(asked, mutation, wish, command, conceals)
        return PayloadRow(answers, subject_id, [], said(wish.client_mutation_id))

    return _answered(carry_out, given=given, answers=answers, row=PayloadRow, description=description)


def disclosure(
    command: Callable[[Work, Given], Awaitable[PayloadRow]],
    *,
    given: type[Given],
    answers: type[Any],
    row: type[PayloadRow],
    description: str,
) -> Any:
    """A root field that tells what no question does, and leaves a line of it: committed before anything is told.

    Nothing is remembered of it. Sent twice it is told twice, and on record twice. `row` stands behind the payload: as it
    comes it tells nothing, for whoever is refused.
    """

    async def carry_out(asked: Asked, _mutation: str, wish: Given) -> PayloadRow:
        refuse_unwritable([wish])
        async with asked.writing() as work:
            return await command(work, wish)

    return _answered(carry_out, given=given, answers=answers, row=row, description=description)


def _answered(
    carry_out: Callable[[Asked, str, Any], Awaitable[PayloadRow]],
    *,
    given: type[Any],
    answers: type[Any],
    row: type[PayloadRow],
    description: str,
) -> Any:
    """A root field that answers with a payload, or with why nothing was done."""

    async def resolve(info: Info, **arguments: Any) -> PayloadRow:
        asked = info.context
        await asked.read_afresh()
        wish = arguments["input"]
        try:
            return await carry_out(asked, info.field_name, wish)
        except Refusal as refusal:
            if refusal.code in PROBLEMS:
                raise
            shown = user_error(refusal, asked.language, fields=names_of(given))
            return row(answers, None, [shown], said(wish.client_mutation_id))

    return taking_an_input(resolve, given=given, description=description)


def taking_an_input(resolve: Callable[..., Any], *, given: type[Any], description: str) -> Any:
    """A root field whose only argument is `input`, which `resolve(info, **arguments)` finds there."""
    said_to_do = strawberry.argument(description="What is to be done. 办理内容")
    annotation = Annotated[given, said_to_do]  # type: ignore[valid-type]  # the type is known when the schema is made
    parameters = [
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info),
        inspect.Parameter("input", inspect.Parameter.KEYWORD_ONLY, annotation=annotation),
    ]
    # strawberry reads the arguments of a field off the signature of its resolver.
    resolve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # functions admit attributes
    resolve.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    made: Any = strawberry.field(description=description)
    return made(resolve)


def names_of(given: type[Any]) -> frozenset[str]:
    """The fields of an input as a front end writes them."""
    return frozenset(in_camel_case(part.name) for part in fields(given))


async def _carried_out(
    asked: Asked,
    mutation: str,
    given: Given,
    command: Callable[[Work, Given], Awaitable[HasId]],
    conceals: Conceals,
) -> UUID:
    key = said(given.client_mutation_id)
    refuse_unwritable([given])
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        raise KeyTooLong(field="client_mutation_id", most=LONGEST_KEY)
    async with asked.writing() as work:
        if key is not None:
            sent = _as_sent(given)
            sent |= {name: conceal(work, sent[name]) for name, conceal in conceals.items() if name in sent}
            before = await remember(
                work.session, work.actor, mutation=mutation, key=key, given=sent, now=work.now
            )
            if before is not None:
                return UUID(before["id"])
        subject = await command(work, given)
        if key is not None:
            await record_outcome(
                work.session, work.actor, mutation=mutation, key=key, outcome={"id": str(subject.id)}
            )
        return subject.id


def _as_sent(given: Any) -> dict[str, Any]:
    """The input without its key and without what was left out, for telling one input from another."""
    assert is_dataclass(given)
    return {
        part.name: getattr(given, part.name)
        for part in fields(given)
        if part.name != "client_mutation_id" and getattr(given, part.name) is not strawberry.UNSET
    }
