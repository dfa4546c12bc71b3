"""Two questions that no canary answers: is a stranger's id told apart from none, and does anybody notice others write?

Both are asked by the state machine at random, and by `test_strangers.py` of everything once.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.identifiers import global_id
from tenancy.ids import new_id
from tenancy.kinds import Private, Shared, System, kinds
from tests.isolation.asking import Choose, Document, Supply, act, drawn_question
from tests.isolation.ground import Acting, Ground
from tests.isolation.watching import Watch

BODIES = (("aojiang", "ye"), ("transport", "tang"), ("kunyang", "xu"))
"""Who might write something of their own."""


def those_apart(watch: Watch, ground: Ground, names: Sequence[str]) -> list[Acting]:
    """Those of them whom the locks that are left tell apart: without the filter, colleagues are as one."""
    asking = [ground.of(name) for name in names]
    if watch.composition.locks != "filter off":
        return asking
    first: dict[UUID, Acting] = {}
    for who in asking:
        first.setdefault(who.reader.tenant_id, who)
    return list(first.values())


def no_telling_apart(watch: Watch, who: Acting, kind: str, strange: str, root: str, choose: Choose) -> None:
    """Ask or do something about an id that is not somebody's to read, and the same about one that never was."""
    assert watch.schema.mutation_type is not None
    supply = Supply({kind: [strange]}, versions={strange: 1})
    if root in watch.schema.mutation_type.fields:
        made = act(watch.schema, supply, choose, root, depth=2)
    else:
        made = drawn_question(watch.schema, supply, choose, root)
    answers = []
    for named in (strange, global_id(kind, new_id())):
        answer = watch.ask(who, Document(made.root, made.text, _replaced(made.variables, strange, named)))
        contents = watch.download(who, named)
        answers.append((answer.status, answer.text.replace(named, "…"), contents.status, contents.text))
    assert answers[0] == answers[1], f"{who} can tell {kind} {strange} from nothing: {made}"


def others_write(watch: Watch, ground: Ground, who: Acting, choose: Choose) -> None:
    """In each county a body that is not somebody's comes to have something of its own in every table."""

    def unseen(table: str) -> bool:
        kind = kinds()[table]
        if isinstance(kind, Private | Shared) and kind.oversight == "county_id":
            return (
                not who.reader.oversees
            )  # a clock is open to oversight from its start, as is who serves where
        # Of a person there is one of each kind on record, so these are not simply written once more.
        return isinstance(kind, Private | Shared | System) and table not in ("capacities", "personal_data")

    for world in (ground.here, ground.elsewhere):
        body, key = choose(
            [
                (body, key)
                for body, key in BODIES
                if world.bodies[body] != who.reader.tenant_id and world[key].person_id != who.reader.person_id
            ]
        )
        watch.backstage.seed(world, first=body, second=None, person=key, tables=unseen)


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(part, old, new) for name, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, old, new) for part in value]
    return new if value == old else value
