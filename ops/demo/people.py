"""The demo counties as read from their files: bodies, rosters, accounts, and from them who holds which post where.

Pure apart from reading the files that come with the platform. `load.py` writes this down; the welcome of a demo
installation prints it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from ops.demo.accounts import DemoAccounts, read_accounts
from ops.demo.county import CountyPlan, read_county
from ops.demo.roster import Entry, Order, Roster, read_roster

FIRST = "pingyang"

ROSTERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        FIRST: ("staff.toml", "kunyang-team.toml", "aojiang-team.toml", "shuitou-team.toml"),
        "fuling": ("staff.toml",),
        "xx": ("staff.toml",),
        "yangxin": ("staff.toml",),
        "huancui": ("staff.toml",),
    }
)
"""The demo counties, the one to look around in first, with the rosters of each."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a person in a body: at home, or in the team of a host under an order."""

    person: str
    body: str
    title: str
    roles: tuple[str, ...]
    roster: Roster
    order: Order | None
    entry: Entry


@dataclass(frozen=True, slots=True)
class DemoCounty:
    """Everything the demo loads, before it is loaded."""

    county: CountyPlan
    rosters: tuple[Roster, ...]
    accounts: DemoAccounts

    def people(self) -> dict[str, str]:
        """The name of every person, by identity."""
        return {entry.identity: entry.name for roster in self.rosters for entry in roster.entries}

    def homes(self) -> dict[str, str]:
        """The body that every person is established with, by identity."""
        return {entry.identity: entry.body for roster in self.rosters for entry in roster.entries}

    def secondments(self) -> Iterator[tuple[Order, Entry]]:
        """Who is seconded under which order."""
        for roster in self.rosters:
            if roster.order is not None:
                yield from ((roster.order, entry) for entry in roster.entries if entry.mode is not None)

    def posts(self) -> list[Post]:
        """Every post, each once: whoever is seconded to two towns has one post at home and one in each."""
        posts: dict[tuple[str, str], Post] = {}
        for roster in self.rosters:
            for entry in roster.entries:
                for post in _posts_of(entry, roster):
                    posts.setdefault((post.person, post.body), post)
        return list(posts.values())


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of the welcome: a login, the made-up person, and the posts to choose from (body, title)."""

    login: str
    name: str
    posts: tuple[tuple[str, str], ...]


@cache
def demo_county(code: str = FIRST) -> DemoCounty:
    """One of the demo counties. Raises the readers' refusals if a file was edited and is faulty."""
    county = read_county(demo_text("county.toml", county=code), name=f"{code}/county.toml")
    rosters: list[Roster] = []
    for name in ROSTERS[code]:
        text = demo_text(name, county=code)
        rosters.append(read_roster(text, name=f"{code}/{name}", county=county, earlier=rosters))
    identities = {entry.identity for roster in rosters for entry in roster.entries}
    text = demo_text("accounts.toml", county=code)
    accounts = read_accounts(text, name=f"{code}/accounts.toml", people=identities)
    return DemoCounty(county=county, rosters=tuple(rosters), accounts=accounts)


def demo_text(name: str, *, county: str = FIRST) -> str:
    """The text of one of a demo county's files."""
    return resources.files("ops.demo").joinpath(county, name).read_text(encoding="utf-8")


def sign_ins() -> list[SignIn]:
    """Whom one may sign in as, county by county in the order of the files, all with the password of the first."""
    return [sign_in for code in ROSTERS for sign_in in _sign_ins_of(demo_county(code))]


def _sign_ins_of(demo: DemoCounty) -> list[SignIn]:
    names = demo.people()
    posts = demo.posts()
    return [
        SignIn(
            login=account.login,
            name=names[account.person],
            posts=tuple(
                (demo.county.bodies[post.body].name, post.title)
                for post in posts
                if post.person == account.person
            ),
        )
        for account in demo.accounts.accounts
    ]


def _posts_of(entry: Entry, roster: Roster) -> list[Post]:
    """A post at home, and for the seconded one in the host's team; the host's own people hold theirs in one."""
    order = roster.order
    if order is None:
        return [Post(entry.identity, entry.body, entry.post, entry.roles, roster, None, entry)]
    in_the_team = f"{order.team}{entry.duty}"
    if entry.mode is None:
        title = f"{entry.post}（{in_the_team}）"
        return [Post(entry.identity, entry.body, title, entry.roles, roster, None, entry)]
    return [
        Post(entry.identity, entry.body, entry.post, entry.roles, roster, None, entry),
        Post(entry.identity, order.host, in_the_team, entry.roles, roster, order, entry),
    ]
