"""What the words of a scenario mean in a place: its bodies and people, the acts and what they are given, who is told.

It asks no server: `rehearse` finds every word that means nothing before anything is played. Facts about what happened
are no words of anybody's choosing, so they are left to the player's comparison.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from graphql import GraphQLEnumType

from api.identifiers import global_id
from ops.demo.people import demo_county
from tenancy.ids import county_id, named_id
from tests.scenarios.script import CLOCK, OFFICE, Entry, Fact, Said, Script, WrongScript
from tests.scenarios.words import Act, acts, notices, of_enum

LOOKING = "查看"
ATTACHING = "附材料"
DRAFTING = "起草移送函"
LOADING = "载入放假安排"
NEW_MATTER = "新案件"

GROUPS = {
    "负责人": "head",
    "经办人员": "officer",
    "收发人员": "registrar",
    "协调人员": "coordinator",
    "监督人员": "supervisor",
}
"""Words for everybody with a role in a body."""

LETTER = {
    "当事人": "某某",
    "违法行为发生地": "演示地点",
    "初步事实": "演示事实",
    "权力事项代码": "330217125000",
    "法律法规依据": "演示依据",
}
"""What a letter says where the scenario does not care."""

Who = tuple[str, str]
"""A post: the full name of a body and that of a person."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post of somebody: its body by code and by id, whose it is, whether they can sign in, and the roles it has."""

    who: Who
    body: str
    person: str
    signs_in: bool
    roles: frozenset[str]
    body_id: UUID
    person_id: UUID

    @property
    def handles_matters(self) -> bool:
        """Whether the post has to do with matters: personnel keeps the register of people, and no notice of a matter comes there."""
        return self.roles != {"personnel"}


class Place:
    """A demo county as its files have it: its bodies and posts by name."""

    def __init__(self, code: str) -> None:
        demo = demo_county(code)
        bodies = demo.county.bodies
        accounts = {account.person for account in demo.accounts.accounts}
        self.code, self.county_id = code, county_id(code)
        self.zone = ZoneInfo(demo.county.time_zone)
        self.bodies = {
            body.name: named_id(self.county_id, "organisation", body.code) for body in bodies.values()
        }
        self.posts = {
            (bodies[post.body].name, post.person): Post(
                who=(bodies[post.body].name, post.person),
                body=post.body,
                person=post.person,
                signs_in=post.person in accounts,
                roles=frozenset(post.roles),
                body_id=named_id(self.county_id, "organisation", post.body),
                person_id=named_id(self.county_id, "person", post.person),
            )
            for post in demo.posts()
        }


@dataclass(frozen=True, slots=True)
class Casting:
    """A script in a place. Whatever cannot be understood raises `WrongScript` with the line."""

    script: Script
    place: Place

    def rehearse(self) -> None:
        """Understand everything once."""
        known: set[str | None] = set()
        for entry in self.script.entries:
            if entry.person == OFFICE:
                self.notice(entry)
            elif entry.verb != CLOCK:
                self._rehearse(entry, known)
            for fact in entry.follows:
                self.as_told(fact)

    def _rehearse(self, entry: Entry, known: set[str | None]) -> None:
        self.who(entry)
        if entry.verb != LOOKING:
            self.given(entry, self.act(entry))
        if entry.verb == DRAFTING:
            known.add(entry.matter)
        if entry.matter not in known:
            raise self._wrong(entry.line, f"还没有〔{entry.matter}〕这件案件")
        known.update(said.value for said in entry.said if said.word == NEW_MATTER)

    def who(self, entry: Entry) -> Who:
        """Who acts, and for which body."""
        who = (self.script.short_names.get(entry.body, entry.body), entry.person)
        if who not in self.place.posts:
            raise self._wrong(entry.line, f"{entry.body}没有{entry.person}这个人")
        return who

    def act(self, entry: Entry) -> Act:
        """What is done."""
        act = acts().get(entry.verb)
        if act is None:
            raise self._wrong(entry.line, f"没有“{entry.verb}”这个办理事项")
        return act

    def given(self, entry: Entry, act: Act) -> dict[str, Any]:
        """What is entered, as the act's input has it."""
        given: dict[str, Any] = {}
        if entry.verb == DRAFTING:
            given = {act.fields[word][0]: value for word, value in LETTER.items()}
        for said in entry.said:
            if said.word == NEW_MATTER:
                continue
            if said.word not in act.fields:
                known = "、".join(act.fields)
                raise self._wrong(said.line, f"“{entry.verb}”没有“{said.word}”这一项，有：{known}")
            name, of_type = act.fields[said.word]
            given[name] = self._value(said, of_type)
        return given

    def _value(self, said: Said, of_type: Any) -> Any:
        if isinstance(of_type, GraphQLEnumType):
            words = {word: value for value, word in of_enum(of_type.name).items()}
            if said.value not in words:
                raise self._wrong(said.line, f"没有“{said.value}”，有：{'、'.join(words)}")
            return words[said.value]
        convert: dict[str, Callable[[str], Any]] = {
            "ID": self._body_id,
            "Boolean": {"是": True, "否": False}.__getitem__,
            "Int": int,
            "DateTime": self._instant,
        }
        try:
            return convert.get(of_type.name, str)(said.value)
        except (ValueError, KeyError):
            raise self._wrong(said.line, f"“{said.word}”不能是“{said.value}”") from None

    def _body_id(self, name: str) -> str:
        return global_id("Organisation", self.place.bodies[self.script.short_names.get(name, name)])

    def _instant(self, written: str) -> str:
        return datetime.fromisoformat(written).replace(tzinfo=self.place.zone).isoformat()

    def notice(self, entry: Entry) -> Path:
        """The file of the yearly notice that is to be loaded, which lies beside the scenarios."""
        verb, _, name = entry.verb.partition("：")
        file = Path(__file__).parent / name.strip()
        if verb != LOADING or not file.is_file():
            raise self._wrong(entry.line, f"应写作“{OFFICE} {LOADING}：文件名”，文件与场景同在一处")
        return file

    def called(self, body: str) -> str:
        """What the file calls a body."""
        return next((short for short, full in self.script.short_names.items() if full == body), body)

    def told(self, kind: str, who: Iterable[Who]) -> str:
        """Who was told what: bodies as a whole where everybody there was told, otherwise people."""
        everybody, there = defaultdict(set), defaultdict(set)
        for (body, person), post in self.place.posts.items():
            if post.handles_matters:
                everybody[body].add(person)
        for body, person in who:
            there[body].add(person)
        parts: list[str] = []
        for body, people in there.items():
            whole = people == everybody[body]
            parts += [f"{self.called(body)}{name}" for name in (("全体",) if whole else people)]
        return f"{kind} → {'、'.join(sorted(parts))}"

    def as_told(self, fact: Fact) -> Fact:
        """The same fact; a notice in the form of `told`, however it names those who are told."""
        if fact.keyword != "通知":
            return fact
        kind, arrow, audience = fact.text.partition(" → ")
        if not arrow or kind not in notices().values():
            raise self._wrong(fact.line, "应写作“→ 通知：事项 → 谁、谁”，事项用通知的名称")
        who = [each for name in audience.split("、") for each in self._everybody_called(name, fact.line)]
        return Fact(fact.keyword, self.told(kind, who), fact.matter, fact.line)

    def _everybody_called(self, name: str, line: int) -> list[Who]:
        """Those whom a name means: a person of a body, those with a role in it, or all of it who handle matters."""
        found = [
            post.who
            for post in self.place.posts.values()
            for body in {self.called(post.who[0]), post.who[0]}
            if name.startswith(body) and _means(name.removeprefix(body).strip(), post)
        ]
        if not found:
            raise self._wrong(line, f"不知道“{name}”指谁，应写单位加姓名、{'、'.join(GROUPS)}或者全体")
        return found

    def _wrong(self, line: int, message: str) -> WrongScript:
        return WrongScript(self.script.file, line, message)


def _means(word: str, post: Post) -> bool:
    if word == "全体":
        return post.handles_matters
    return word == post.who[1] or GROUPS.get(word) in post.roles
