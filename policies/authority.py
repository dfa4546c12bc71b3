"""Authority: what one actor may do, asked of one row or of a whole list.

Both questions go through the same plan, and both are `any permitting relation and not any forbidding one`, so a
page can never show what a click refuses, nor hide what it allows.

Authority speaks of roles and relations only. Whether a referral can be accepted in its present state, who must be
heard first, whether materials are missing: that is procedure, and the domain's rules have it. And it does not replace
the tenants' walls, which stand in the database as well.
"""

from copy import copy
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, false, not_, or_

from policies.anybody import Anybody
from policies.relations import RELATIONS, Standing, found_any
from policies.snapshot import Plan, Snapshot
from policies.vocabulary import ACTIONS, ASPECTS, CARRIED_ON
from tenancy.actor import Actor
from tenancy.refusals import NotPermitted, Refusal

FUNCTIONS = frozenset(name for name, relation in RELATIONS.items() if relation.is_function)

_Standings = tuple[tuple[Standing, ...], tuple[Standing, ...]]


class NothingNew(Refusal):
    """Somebody acts for a body that is no more, and would begin something in its name."""

    code = "NOTHING_NEW"
    en = (
        "This body is no more: what it left is carried on as it stands, and nothing is begun, given to a unit or claimed in its "
        "name. Begin what is new in the name of your own body."
    )
    zh = "该单位已撤销：只能以其名义继续办理遗留事项，不能新办事项，也不能交办、认领。新事项请以您任职单位的名义办理。"


def not_permitted(action: str, aspect: str) -> NotPermitted:
    """The refusal of this action on this aspect, in the words of whoever reads it."""
    what, of = ACTIONS[action], ASPECTS[aspect]
    return NotPermitted(act_en=f"{what.en}: {of.en}", act_zh=f"{of.zh}：{what.zh}")


@dataclass(frozen=True, slots=True)
class Authority:
    """The actor and the snapshot that the actor's transaction began with; thrown away with the transaction."""

    actor: Actor
    snapshot: Snapshot
    _worked_out: dict[tuple[type[Any], str, str], _Standings] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        asked = (self.actor.county_id, self.actor.policy_version)
        found = (self.snapshot.county_id, self.snapshot.version)
        if asked != found:
            raise ValueError(f"the actor goes by policies {asked}, and was given those of {found}")

    def of_anybody(self) -> Self:
        """The same of anybody with the same roles: its filters have names where this actor's ids would be."""
        twin = copy(self)
        object.__setattr__(twin, "actor", Anybody.like(self.actor))
        # Decisions about rows are the actor's own.
        object.__setattr__(twin, "_worked_out", {})
        return twin

    def of(self, actor: Actor) -> Self:
        """The same policies, asked for another actor of the same transaction."""
        twin = copy(self)
        object.__setattr__(twin, "actor", actor)
        object.__setattr__(twin, "_worked_out", {})
        return twin

    def by_own_right(self) -> Self:
        """The same without what an absent colleague's post lends to the actor."""
        return self.of(self.actor.by_own_right())

    def plan(self, aspect: str, action: str) -> Plan:
        """The relations that permit and that forbid this action to the actor's roles.

        What an absent colleague's post lends is what it may do in its body's own matters, never oversight of others'.
        """
        plan = self.snapshot.plan(self.actor.roles, aspect, action)
        if self.actor.own_roles == self.actor.roles:
            return plan
        own = self.snapshot.plan(self.actor.own_roles, aspect, action)
        return Plan(permitting=own.permitting | (plan.permitting - FUNCTIONS), forbidding=plan.forbidding)

    def may(self, action: str, aspect: str, row: object) -> bool:
        """Whether the actor may do this to this row, which may be one that is not stored yet.

        In the name of a body that is no more, its heir goes on with what there is, and begins nothing.
        """
        if self.actor.as_heir and action not in CARRIED_ON:
            return False
        question = (type(row), aspect, action)
        standings = self._worked_out.get(question)
        if standings is None:
            standings = self._worked_out[question] = self._work_out(type(row), self.plan(aspect, action))
        permitting, forbidding = standings
        return found_any(permitting, row) and not found_any(forbidding, row)

    def require(self, action: str, aspect: str, row: object) -> None:
        """Raises `NotPermitted` or `NothingNew` unless the actor may. The row must have come through `visible`, or be the actor's new
        one: what an actor may not see is not refused but not found."""
        if self.actor.as_heir and action not in CARRIED_ON:
            raise NothingNew
        if not self.may(action, aspect, row):
            raise not_permitted(action, aspect)

    def visible(self, model: type[Any], aspect: str, action: str = "read") -> ColumnElement[bool]:
        """The rows of the model's table that the actor may do this to, as a condition that is never NULL."""
        plan = self.plan(aspect, action)
        permitted = self._any_sql(plan.permitting, model)
        if not plan.forbidding:
            return permitted
        return and_(permitted, not_(self._any_sql(plan.forbidding, model)))

    def visible_as(
        self, model: type[Any], aspect: str, relation: str, action: str = "read"
    ) -> ColumnElement[bool]:
        """The visible rows to which the actor stands in this relation: one side's list.

        Where the standing itself permits, nothing else is asked. The rows are the same; but PostgreSQL takes conditions
        for independent of each other, so of two that say the same it would expect hardly a row, and sort a whole list
        instead of reading its first page off an index.
        """
        plan = self.plan(aspect, action)
        standing = RELATIONS[relation].sql(self.actor, model)
        if relation in plan.permitting and not plan.forbidding:
            return standing
        return and_(standing, self.visible(model, aspect, action))

    def may_at_all(self, action: str, aspect: str) -> bool:
        """Whether a row could exist that the actor may do this to: for buttons and menus, never instead of a check."""
        return bool(self.plan(aspect, action).permitting)

    def _work_out(self, model: type[Any], plan: Plan) -> _Standings:
        return (
            tuple(RELATIONS[name].standing(self.actor, model) for name in plan.permitting),
            tuple(RELATIONS[name].standing(self.actor, model) for name in plan.forbidding),
        )

    def _any_sql(self, relations: frozenset[str], model: type[Any]) -> ColumnElement[bool]:
        # Sorted, so that the same plan is always the same statement and PostgreSQL's and SQLAlchemy's caches know it.
        return or_(false(), *(RELATIONS[name].sql(self.actor, model) for name in sorted(relations)))
