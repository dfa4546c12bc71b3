"""The matrix: every role × relation × action of a capability, printed as the policies answer it.

For people who review a change of rights. It asks snapshots and changes nothing; `tests/policies/expected/` keeps the
last reviewed print, and the difference between the two is what a change means.
"""

from collections.abc import Iterator

from policies.relations import RELATIONS
from policies.snapshot import Snapshot
from policies.vocabulary import ASPECTS, ROLES, Aspect

PERMITTED, BANNED, SILENT = "yes", "ban", "-"


def capabilities() -> tuple[str, ...]:
    """The capabilities whose aspects the vocabulary knows."""
    return tuple(sorted({aspect.capability for aspect in ASPECTS.values()}))


def printed(snapshot: Snapshot, capability: str) -> str:
    """The matrix of one capability, aspect by aspect, as text."""
    blocks = [
        "\n".join(_block(snapshot, name, aspect))
        for name, aspect in ASPECTS.items()
        if aspect.capability == capability
    ]
    return "\n\n".join(blocks) + "\n"


def _block(snapshot: Snapshot, name: str, aspect: Aspect) -> Iterator[str]:
    yield f"{name}  {aspect.zh}  ({aspect.en})"
    yield ""
    yield f"  {'ROLE':12}{'RELATION':12}" + "  ".join(aspect.actions)
    pairs = [(role, relation) for role in ROLES for relation in RELATIONS]
    heard = 0
    for role, relation in pairs:
        cells = {action: _cell(snapshot, role, relation, name, action) for action in aspect.actions}
        if set(cells.values()) == {SILENT}:
            continue
        heard += 1
        columns = "  ".join(cell.ljust(len(action)) for action, cell in cells.items())
        yield f"  {role:12}{relation:12}{columns}".rstrip()
    yield ""
    yield f"  nothing for the other {len(pairs) - heard} of {len(pairs)} pairs of role and relation"


def _cell(snapshot: Snapshot, role: str, relation: str, aspect: str, action: str) -> str:
    plan = snapshot.plan(frozenset({role}), aspect, action)
    if relation in plan.forbidding:
        return BANNED
    return PERMITTED if relation in plan.permitting else SILENT
