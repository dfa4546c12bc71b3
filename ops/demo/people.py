"""The demo counties as read from their files: bodies, people, teams, accounts, and from them who holds which post where.

A team is a roster as a clerk would keep it, and is taken in as one (`domain/personnel/intake.py`); here it is read to know
whom to expect. Pure apart from reading the files that come with the platform. `load.py` writes this down; the welcome of
a demo installation prints it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType

from domain.personnel.roster import Body, Listed, rows_in
from domain.personnel.rules import What
from domain.sheets import Row
from ops.demo.accounts import DemoAccounts, read_accounts
from ops.demo.county import CountyPlan, read_county
from ops.demo.staff import USUAL_ROLES, Entry, Staff, read_staff
from tenancy.ids import county_id, named_id

FIRST = "pingyang"

TEAMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        FIRST: ("kunyang-team.csv", "aojiang-team.csv", "shuitou-team.csv"),
        "fuling": (),
        "xx": (),
        "yangxin": (),
        "huancui": (),
    }
)
"""The demo counties, the one to look around in first, with the rosters of their townships' teams."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a person in a body: at home, or with the host that they are seconded to."""

    person: str
    body: str
    title: str
    roles: tuple[str, ...]
    since: date
    is_granted: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody as a team's roster has them; `host` is None for those of the host's own people."""

    listed: Listed
    home: str
    host: str | None


@dataclass(frozen=True, slots=True)
class DemoCounty:
    """Everything the demo loads, before it is loaded."""

    county: CountyPlan
    staff: Staff
    teams: Mapping[str, tuple[Member, ...]]
    accounts: DemoAccounts

    def members(self) -> Iterator[Member]:
        """Everybody in a team, once for each."""
        for team in self.teams.values():
            yield from team

    def people(self) -> tuple[str, ...]:
        """Everybody by name."""
        return tuple(dict.fromkeys([*(each.name for each in self.staff.entries), *self._in_teams()]))

    def of_the_list_alone(self) -> list[Entry]:
        """Those of whom no team's roster says what they are."""
        teams = self._in_teams()
        return [each for each in self.staff.entries if each.name not in teams]

    def rows(self) -> list[Row[Listed]]:
        """These as rows of a roster. Whoever handles cases enforces; the others are of the offices."""
        ids = _ids(self.county)
        rows = enumerate(self.of_the_list_alone(), start=1)
        return [
            Row(
                number,
                Listed(
                    name=each.name,
                    home_id=ids[each.body].id,
                    what=What(
                        unit_id=ids[each.body].units[each.unit],
                        register="enforcement" if each.roles == USUAL_ROLES else "other",
                        establishment="administrative",
                        post=each.post,
                        rank=None,
                    ),
                    since=self.staff.since,
                ),
            )
            for number, each in rows
        ]

    def posts(self) -> list[Post]:
        """Every post, each once: whoever is seconded to two towns has one post at home and one in each."""
        roles = {each.name: each.roles for each in self.staff.entries}
        posts = [
            Post(each.name, each.body, each.post, each.roles, self.staff.since)
            for each in self.of_the_list_alone()
        ]
        for each in self.members():
            listed = each.listed
            at_home = roles.get(listed.name, USUAL_ROLES)
            posts.append(Post(listed.name, each.home, listed.what.post, at_home, listed.since))
            if listed.sent is not None and each.host is not None:
                sent = listed.sent
                posts.append(
                    Post(listed.name, each.host, sent.post, USUAL_ROLES, sent.since, is_granted=True)
                )
        each_once: dict[tuple[str, str], Post] = {}
        for post in posts:
            each_once.setdefault((post.person, post.body), post)
        return list(each_once.values())

    def _in_teams(self) -> tuple[str, ...]:
        return tuple(each.listed.name for each in self.members())


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
    text = demo_text("staff.toml", county=code)
    staff = read_staff(text, name=f"{code}/staff.toml", county=county)
    teams = {name: tuple(_members(demo_file(name, county=code), county)) for name in TEAMS[code]}
    members = [each.listed.name for team in teams.values() for each in team]
    text = demo_text("accounts.toml", county=code)
    people = {*members, *(each.name for each in staff.entries)}
    accounts = read_accounts(text, name=f"{code}/accounts.toml", people=people)
    return DemoCounty(county=county, staff=staff, teams=teams, accounts=accounts)


def demo_text(name: str, *, county: str = FIRST) -> str:
    """The text of one of a demo county's files."""
    return demo_file(name, county=county).decode()


def demo_file(name: str, *, county: str = FIRST) -> bytes:
    """One of a demo county's files."""
    return resources.files("ops.demo").joinpath(county, name).read_bytes()


def sign_ins() -> list[SignIn]:
    """Whom one may sign in as, county by county in the order of the files, all with the password of the first."""
    return [sign_in for code in TEAMS for sign_in in _sign_ins_of(demo_county(code))]


def _sign_ins_of(demo: DemoCounty) -> list[SignIn]:
    posts = demo.posts()
    return [
        SignIn(
            login=account.login,
            name=account.person,
            posts=tuple(
                (demo.county.bodies[post.body].name, post.title)
                for post in posts
                if post.person == account.person
            ),
        )
        for account in demo.accounts.accounts
    ]


def _members(file: bytes, county: CountyPlan) -> Iterator[Member]:
    bodies = _ids(county)
    codes = {body.id: code for code, body in bodies.items()}
    called = {name: bodies[body.code] for body in county.bodies.values() for name in (body.name, body.code)}
    # No numbers stand in a demo's rosters, so it is no matter which day it is.
    for row in rows_in(file, bodies=called, today=date.max):
        if row.refusal is not None:
            raise row.refusal
        if row.meant is not None:
            sent = row.meant.sent
            yield Member(row.meant, codes[row.meant.home_id], None if sent is None else codes[sent.host_id])


def _ids(county: CountyPlan) -> dict[str, Body]:
    """The county's bodies and their units under the ids that they are loaded with, by code."""
    of = county_id(county.code)
    return {
        body.code: Body(
            named_id(of, "organisation", body.code),
            body.name,
            body.kind,
            {
                name: named_id(of, "unit", body.code, unit.code)
                for unit in body.units.values()
                for name in (unit.code, unit.name)
            },
        )
        for body in county.bodies.values()
    }
