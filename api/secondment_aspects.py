"""Who decides what about a seconded officer: the county's split of powers, as it holds for one secondment.

It is shown to whoever sees the secondment. The aspects are those of the rulebooks' registry; no side and no right stands
here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry

from api.batching import Arguments, Wanted
from api.deadline_explanations import RuleLayer
from domain.rulebooks.registry import SIDES, SPLIT_ASPECTS
from domain.rulebooks.rules import Power
from domain.secondments import models
from domain.work import Work
from policies.vocabulary import ACTIONS

OF_THE_ENTRY = "secondment"
"""What the rights are called that are asked of a secondment itself."""


def _words(name: str, words: dict[str, str], *, description: str) -> Any:
    """An enum of the registry's words, each with what it means."""
    made: Any = Enum
    values = {word.upper(): strawberry.enum_value(word, description=means) for word, means in words.items()}
    return strawberry.enum(made(name, values), description=description)


ManagedAspect: Any = _words(
    "ManagedAspect",
    {aspect: f"{split.means.en.capitalize()}. {split.means.zh}" for aspect, split in SPLIT_ASPECTS.items()},
    description="On what home and host decide about a seconded officer. 权责事项",
)

ManagedAction: Any = _words(
    "ManagedAction",
    {
        action: f"{ACTIONS[action].en.capitalize()}. {ACTIONS[action].zh}"
        for action in sorted({action for split in SPLIT_ASPECTS.values() for action in split.actions})
    },
    description="What is split in an aspect. 权责行为",
)


@strawberry.enum(description="Which side of a secondment. 哪一方")
class SecondmentParty(Enum):
    """As `domain/rulebooks/registry.py` has them."""

    HOME = strawberry.enum_value(
        "home", description="The body that the officer is established with. 派出单位"
    )
    HOST = strawberry.enum_value("host", description="The body that the officer works in. 用人单位")


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectRow:
    """What stands behind `SecondmentAspect`; where no layer says anything, nobody decides."""

    aspect: str
    action: str
    decides: Sequence[str] = ()
    heard: str | None = None
    consents: str | None = None
    copied: str | None = None
    layer: str | None = None
    document: str | None = None
    number: str | None = None
    article: str | None = None
    note: str | None = None
    may: bool = False


@strawberry.type(
    description="Who decides in one aspect of managing a seconded officer, and by which article. 权责划分"
)
class SecondmentAspect:
    """By today's rules and for the officer's mode."""

    aspect: ManagedAspect = strawberry.field(description="The aspect. 事项")
    action: ManagedAction = strawberry.field(description="What is split in it. 行为")
    decides: list[SecondmentParty] = strawberry.field(
        description="Which side may do it; both: one proposes and the other agrees; nobody where no rule says it. 由谁决定（双方的，一方提出、另一方同意）"
    )
    heard: SecondmentParty | None = strawberry.field(
        description="Whose opinion is asked for first. 事先征求意见"
    )
    consents: SecondmentParty | None = strawberry.field(description="Whose consent is needed first. 须经同意")
    copied: SecondmentParty | None = strawberry.field(description="Who gets a copy. 抄告")
    layer: RuleLayer | None = strawberry.field(description="Which layer answers. 规程层级")
    document: str | None = strawberry.field(description="The document that says it. 依据文件")
    number: str | None = strawberry.field(description="The document's number. 文号")
    article: str | None = strawberry.field(description="The article. 条款")
    note: str | None = strawberry.field(
        description="A remark, such as that it is inferred. 说明（如由条文推出）"
    )
    may: bool = strawberry.field(
        description="Whether you may do it in the post you act in, as far as your rights go. 您当前身份可否办理"
    )


async def aspects_of(
    work: Work, entries: Sequence[models.Secondment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Sequence[AspectRow]]:
    """The aspects of each of these, in the registry's order."""
    rulebook = work.rulebook_on(work.today)
    acts = [(aspect, action) for aspect, split in SPLIT_ASPECTS.items() for action in split.actions]
    powers = {
        (mode, *act): rulebook.power(*act, mode) for mode in {each.mode for each in entries} for act in acts
    }
    return [[_row(work, each, *act, powers[each.mode, *act]) for act in acts] for each in entries]


def _row(work: Work, entry: models.Secondment, aspect: str, action: str, power: Power | None) -> AspectRow:
    if power is None:
        return AspectRow(aspect=aspect, action=action)
    mine = {entry.home_id: "home", entry.host_id: "host"}.get(work.actor.tenant_id)
    return AspectRow(
        aspect=aspect,
        action=action,
        decides=SIDES[power.side],
        heard=power.procedure.heard,
        consents=power.procedure.consents,
        copied=power.procedure.copied,
        layer=power.layer,
        document=power.document.title,
        number=power.document.number,
        article=power.article,
        note=power.note,
        may=_may(work, entry, power, mine),
    )


def _may(work: Work, entry: models.Secondment, power: Power, mine: str | None) -> bool:
    """Whether the actor may do it about this officer. Who is neither side, may by oversight or not.

    Policies know no modes: in this one the rules may say otherwise. And they ask a right to days (leave, duty) of a row of
    days; before there is one, side and role say it.
    """
    if mine is not None and not power.is_of(mine):
        return False
    resource = SPLIT_ASPECTS[power.aspect].resource
    if resource.partition(".")[0] == OF_THE_ENTRY:
        return work.may(power.action, resource, entry)
    return mine is not None and not work.actor.roles.isdisjoint(power.roles)
