"""Random counties as plain data: bodies by their codes, days and instants as numbers of days from today.

Nothing of the product is imported, so that nothing of it can be mistaken for what should be.
"""

from dataclasses import dataclass, field
from random import Random

ROLES = ("officer", "registrar", "head", "coordinator", "supervisor", "personnel")
DEPARTMENTS, TOWNSHIPS = ("transport", "agriculture"), ("kunyang", "aojiang", "shuitou")
OVERSEEING = ("coordination", "justice")
BODIES = (*DEPARTMENTS, *TOWNSHIPS, *OVERSEEING)
HOMES = (*DEPARTMENTS, *TOWNSHIPS)

BOTH_READ = ("pingyang", "fuling", "xx", "huancui")
"""Places whose documents have home and host manage whoever is seconded; Yangxin's says nothing of it."""
PLACES = (*BOTH_READ, "yangxin")


@dataclass(frozen=True)
class Entry:
    """What somebody is at home, from a day until one (inclusive), or until further notice."""

    name: str
    county: int
    person: str
    home: str
    since: int
    until: int | None


@dataclass(frozen=True)
class Seconding:
    """One officer with one host under an order, from a day until one (inclusive)."""

    name: str
    county: int
    person: str
    home: str
    host: str
    order: str
    since: int
    until: int | None
    ended: bool


@dataclass(frozen=True)
class Certificate:
    """An enforcement certificate, with one change on record."""

    name: str
    county: int
    person: str
    home: str
    issuer: str


@dataclass(frozen=True)
class Qualification:
    """What was entered on somebody's legal qualification."""

    name: str
    county: int
    person: str
    home: str


@dataclass(frozen=True)
class Post:
    """A post of a person in a body, from an instant until one (exclusive), maybe granted under a secondment."""

    name: str
    county: int
    person: str
    body: str
    roles: frozenset[str]
    since: float
    until: float | None
    under: str | None = None
    granted_by: str | None = None


@dataclass(frozen=True)
class World:
    """Two counties, and everybody and everything in them. `places` are whose rules they have."""

    number: int
    places: tuple[str, str]
    people: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By name: which county, and the home."""
    entries: list[Entry] = field(default_factory=list)
    secondings: list[Seconding] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    qualifications: list[Qualification] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)


def random_world(number: int) -> World:
    """The world of this number: always the same one."""
    random = Random(number)
    world = World(number, places=(random.choice(PLACES), random.choice(PLACES)))
    for county in (0, 1):
        for n in range(6):
            _somebody(random, world, county, f"{county}{n}")
    return world


def _somebody(random: Random, world: World, county: int, name: str) -> None:
    home = random.choice(HOMES)
    world.people[name] = (county, home)
    for n, (since, until) in enumerate(_on_the_register(random)):
        world.entries.append(Entry(f"entry {name}.{n}", county, name, home, since, until))
    for n in range(random.choice((0, 1, 2, 3))):
        _seconded(random, world, county, name, f"{name}.{n}")
    if random.random() < 0.7:
        # Whoever issues may be the home itself: then one body is both.
        issuer = random.choice(("justice", "justice", home))
        world.certificates.append(Certificate(f"certificate {name}", county, name, home, issuer))
    if random.random() < 0.6:
        world.qualifications.append(Qualification(f"qualification {name}", county, name, home))
    for n in range(random.choice((1, 1, 2))):
        body = home if n == 0 else random.choice(BODIES)
        since, until = _held(random)
        roles = frozenset(random.sample(ROLES, random.choice((1, 1, 2))))
        world.posts.append(Post(f"post {name}.{n}", county, name, body, roles, since, until))
    if random.random() < 0.5:
        # Where oversight is exercised, and may meet one's own body's matters.
        roles = frozenset({random.choice(("coordinator", "supervisor", "head", "personnel"))})
        world.posts.append(
            Post(f"post {name}.over", county, name, random.choice(OVERSEEING), roles, -900.0, None)
        )


def _on_the_register(random: Random) -> list[tuple[int, int | None]]:
    first = -random.randrange(100, 900)
    return random.choice(
        (
            [(first, None)],
            [(first, -1)],
            [(first, 0)],
            [(first, -50), (-49, None)],
            [(1, None)],
            [],
        )
    )


def _seconded(random: Random, world: World, county: int, person: str, name: str) -> None:
    """To one host or two under one order: over, in force, overlapping others, to come, or called off."""
    home = world.people[person][1]
    since, until = random.choice(
        ((-400, -1), (-400, 0), (-400, None), (-30, 30), (0, None), (1, None), (20, 60), (20, 19))
    )
    hosts = random.sample([body for body in TOWNSHIPS if body != home], random.choice((1, 1, 2)))
    for host in hosts:
        called = f"seconding {name} {host}"
        ended = until is not None and random.random() < 0.5
        world.secondings.append(
            Seconding(called, county, person, home, host, f"order {name}", since, until, ended)
        )
        # The post lasts as long as the order; one that was called off ends when it begins.
        end = None if until is None else max(until + 1.0, float(since))
        world.posts.append(
            Post(
                f"post {called}",
                county,
                person,
                host,
                frozenset({"officer"}),
                float(since),
                end,
                under=called,
                granted_by=home,
            )
        )


def _held(random: Random) -> tuple[float, float | None]:
    return random.choice(((-900.0, None), (-900.0, None), (-900.0, None), (-900.0, -2.0), (3.0, None)))
