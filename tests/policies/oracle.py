"""Random worlds, and an oracle that says who may do what in them.

The oracle is the meaning of the policies written a second time, from their description and without their code: it
imports nothing of `policies`, knows people and bodies as small numbers, and reads rows of policy as tuples, one after
the other. If you change what a relation or a ban means, change it here by thinking again, never by copying.
"""

from dataclasses import dataclass
from random import Random

ROLES = ("officer", "head", "registrar", "coordinator", "supervisor")
ACTIONS = ("read", "send", "accept")
COLUMNS = ("a", "b", "c", "county", "shown", "person", "capacity")
NEVER_EMPTY = ("a", "county")

# Who a relation is about, per table: the column, and which of the actor's numbers it is compared with.
DECLARED = {
    "Letter": {
        "sender": ("a", "tenant"),
        "receiver": ("b", "tenant"),
        "admitted": ("c", "tenant"),
        "overseer": ("shown", "overseen"),
    },
    "Post": {
        "home": ("a", "tenant"),
        "host": ("b", "tenant"),
        "holder": ("person", "person"),
        "overseer": ("county", "overseen"),
    },
    "Matter": {
        "owner": ("b", "tenant"),
        "obligor": ("a", "tenant"),
        "waiting": ("c", "tenant"),
        "addressee": ("capacity", "capacity"),
        "undertaker": ("person", "person"),
        "member": ("county", "county"),
        "overseer": ("county", "overseen"),
    },
}


@dataclass(frozen=True)
class World:
    """One county with somebody acting in it, some policy, and some rows of data. All ids are small numbers."""

    number: int
    table: str
    action: str
    actor: dict[str, int | None]
    roles: frozenset[str]
    policy: tuple[tuple[str, str, str, str, str], ...]  # whose ("*" or "own"), role, relation, action, effect
    rows: tuple[dict[str, int | None], ...]


def random_world(number: int) -> World:
    """The world of this number: always the same one."""
    random = Random(number)
    table = random.choice(tuple(DECLARED))
    county = random.randrange(2)
    actor = {
        "tenant": random.randrange(3),
        "person": random.randrange(2),
        "capacity": random.randrange(2),
        "county": county,
        "overseen": random.choice((None, county)),
    }
    roles = frozenset(random.sample(ROLES, random.choice((0, 1, 1, 2, 3))))
    policy = {
        (
            random.choice(("*", "own")),
            random.choice(ROLES),
            random.choice(tuple(DECLARED[table])),
            random.choice(ACTIONS),
            random.choice(("permit", "permit", "forbid")),
        )
        for _ in range(random.choice((0, 3, 12, 30)))
    }
    rows = tuple({column: _value(random, column) for column in COLUMNS} for _ in range(12))
    return World(number, table, random.choice(ACTIONS), actor, roles, tuple(sorted(policy)), rows)


def _value(random: Random, column: str) -> int | None:
    if column not in NEVER_EMPTY and random.random() < 0.3:
        return None
    return random.randrange(3 if column in ("a", "b", "c") else 2)


def stands(world: World, relation: str, row: dict[str, int | None]) -> bool:
    """Whether the actor stands in the relation to the row."""
    column, number = DECLARED[world.table][relation]
    mine = world.actor[number]
    if mine is None or row[column] is None or row[column] != mine:
        return False
    if relation != "overseer":
        return True
    for column, number in DECLARED[world.table].values():
        if number == "tenant" and row[column] == world.actor["tenant"]:
            return False  # party to it, so no overseer of it
    return True


def allowed(world: World, row: dict[str, int | None]) -> bool:
    """Whether the actor may do the world's action to the row."""
    granted = False
    for _, role, relation, action, effect in world.policy:
        if action == world.action and role in world.roles and stands(world, relation, row):
            if effect == "forbid":
                return False
            granted = True
    return granted
