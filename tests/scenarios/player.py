"""Playing a scenario: the clock goes from entry to entry, everybody acts through the API, what follows is compared.

Compared both ways: what the file says and did not happen, and what happened and the file does not say. Time is stopped
at every instant at which something rings, so that nothing rings between two entries unseen. What goes wrong is
told in Chinese, with file and line: whoever wrote the scenario mends it.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from graphql import GraphQLEnumType

from api.identifiers import global_id
from tests.scenarios.facts import LOOK, Look, Telling
from tests.scenarios.script import CLOCK, OFFICE, Entry, Fact, Said, Script, WrongScript
from tests.scenarios.stage import Stage, Who
from tests.scenarios.words import Act, acts, notices, of_enum

LOOKING = "查看"
ATTACHING = "附材料"
LOADING = "载入放假安排"
NEW_MATTER = "新案件"
MINUTE = timedelta(minutes=1)

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


class Deviation(AssertionError):
    """What happened is not what the file says."""


@dataclass
class Matter:
    """A referral by the name it has in the file, as its sender last saw it."""

    name: str
    id: str
    seen_by: Who
    seen: Look | None = None


@dataclass
class Player:
    """One scenario being played on a stage."""

    script: Script
    stage: Stage
    _matters: dict[str, Matter] = field(default_factory=dict)

    async def play(self) -> None:
        """From the first entry to the last. Raises `Deviation`, or `WrongScript` for what cannot be played at all."""
        if self.script.published_until is not None:
            await self.stage.forget_years_after(self.script.published_until)
        for entry in self.script.entries:
            at = entry.at.replace(tzinfo=self.stage.zone)
            await self._ring_until(entry, at)
            if entry.verb == CLOCK:
                await self._ring(entry, at)
            else:
                self.stage.be(at)
                self._compare(entry, await self._done(entry))
        last = self.script.entries[-1]
        if unsaid := await self._news(None):
            raise self._deviation(last.line, f"到此为止,文件没有写:{';'.join(map(str, unsaid))}")

    async def _ring_until(self, entry: Entry, until: datetime) -> None:
        """Nothing may ring before an entry that the file does not say."""
        ringing = await self.stage.next_ring()
        clock = entry.verb == CLOCK
        if ringing is not None and (ringing < until or (ringing == until and not clock)):
            self.stage.be(ringing)
            rang = ";".join(str(fact) for fact in await self._news(None))
            when = f"{ringing.astimezone(self.stage.zone):%Y-%m-%d %H:%M}"
            raise self._deviation(entry.line, f"此前{when}时钟响过,文件没有写:{rang}")

    async def _ring(self, entry: Entry, minute: datetime) -> None:
        """Everything that rings within the entry's minute."""
        found: list[Fact] = []
        ringing = await self.stage.next_ring()
        if ringing is None or ringing >= minute + MINUTE:
            raise self._deviation(entry.line, "文件写此时时钟应响,实际没有响")
        while ringing is not None and ringing < minute + MINUTE:
            self.stage.be(ringing)
            found += await self._news(None)
            ringing = await self.stage.next_ring()
        self._compare(entry, found)

    async def _done(self, entry: Entry) -> list[Fact]:
        """Do what the entry says; everything that followed."""
        if entry.person == OFFICE:
            notice = self._notice(entry)
            await self.stage.load_notice(notice.read_bytes(), name=notice.name)
            return await self._news(None)
        who = self._who(entry)
        if entry.verb == LOOKING:
            matter = self._matter(entry)
            return self._telling.standing(matter.name, await self._look(who, matter.id))
        act = acts().get(entry.verb)
        if act is None:
            raise self._wrong(entry.line, f"没有“{entry.verb}”这个办理事项")
        refused = await self._act(entry, who, act)
        return [*([Fact("拒绝", refused, entry.matter)] if refused else []), *await self._news(entry.matter)]

    async def _act(self, entry: Entry, who: Who, act: Act) -> str | None:
        """Carry out the mutation; the code by which it was refused."""
        given = self._given(entry, act)
        if act.mutation != "draftReferral":
            matter = self._matter(entry)
            asked = {"referralId": matter.id, "expectedVersion": (matter.seen or {}).get("version")}
            given |= {name: asked[name] for name, _ in act.fields.values() if name in asked}
        if entry.verb == ATTACHING:
            given["fileId"] = await self.stage.upload(who, given["title"])
        answer = await self.stage.ask(
            who,
            f"mutation($input: {act.input_type}!) {{ done: {act.mutation}(input: $input)"
            f" {{ userErrors {{ code }} {'' if entry.verb == '删除草稿' else 'referral { id onward { id } }'} }} }}",
            input=given,
        )
        if "errors" in answer:
            return str(answer["errors"][0]["extensions"]["code"])
        payload = answer["data"]["done"]
        if payload["userErrors"]:
            return str(payload["userErrors"][0]["code"])
        self._meet(entry, who, payload.get("referral"))
        return None

    def _meet(self, entry: Entry, who: Who, referral: dict[str, Any] | None) -> None:
        """Give what was begun the name that the file has for it."""
        if entry.verb == "起草移送函" and referral is not None:
            self._matters[entry.matter or ""] = Matter(entry.matter or "", referral["id"], who)
        for said in entry.said:
            if said.word == NEW_MATTER and referral is not None:
                (onward,) = referral["onward"]
                self._matters[said.value] = Matter(said.value, onward["id"], who)

    def _given(self, entry: Entry, act: Act) -> dict[str, Any]:
        """The input, from what the entry says."""
        given: dict[str, Any] = {}
        if act.mutation == "draftReferral":
            given = {act.fields[word][0]: value for word, value in LETTER.items()}
        for said in entry.said:
            if said.word == NEW_MATTER:
                continue
            if said.word not in act.fields:
                known = "、".join(word for word in act.fields if word)
                raise self._wrong(said.line, f"“{entry.verb}”没有“{said.word}”这一项,有:{known}")
            name, of_type = act.fields[said.word]
            given[name] = self._value(said, of_type)
        return given

    def _value(self, said: Said, of_type: Any) -> Any:
        if isinstance(of_type, GraphQLEnumType):
            words = {word: value for value, word in of_enum(of_type.name).items()}
            if said.value not in words:
                raise self._wrong(said.line, f"没有“{said.value}”,有:{'、'.join(words)}")
            return words[said.value]
        convert: dict[str, Callable[[str], Any]] = {
            "ID": self._body_id,
            "Boolean": {"是": True, "否": False}.__getitem__,
            "Int": int,
            "BigInt": str,
            "DateTime": lambda text: datetime.fromisoformat(text).replace(tzinfo=self.stage.zone).isoformat(),
        }
        try:
            return convert.get(of_type.name, str)(said.value)
        except (ValueError, KeyError):
            raise self._wrong(said.line, f"“{said.word}”不能是“{said.value}”") from None

    def _body_id(self, name: str) -> str:
        return global_id("Organisation", self.stage.bodies[self._full(name)])

    def _notice(self, entry: Entry) -> Path:
        """The file of the notice that is to be loaded, which lies beside the scenarios."""
        verb, _, name = entry.verb.partition(":")
        file = Path(__file__).parent / name.strip()
        if verb != LOADING or not file.is_file():
            raise self._wrong(entry.line, f"应写作“{OFFICE} {LOADING}:文件名”,文件与场景同在一处")
        return file

    async def _news(self, of: str | None) -> list[Fact]:
        """Once the worker has nothing left to do: what became of this matter, or of all, and who was told what.

        An act is looked at in its own matter and in what it began. Should it change another, that is found unsaid when
        all are looked at: as soon as a clock rings, and at the end.
        """
        await self.stage.settle()
        found: list[Fact] = []
        matters = [each for each in self._matters.values() if of in (None, each.name) or each.seen is None]
        looks = await asyncio.gather(*(self._look(matter.seen_by, matter.id) for matter in matters))
        for matter, now in zip(matters, looks, strict=True):
            found += self._telling.changes(matter.name, matter.seen, now)
            matter.seen = now
            if now is None:
                del self._matters[matter.name]
        return found + await self._notices(of)

    async def _notices(self, of: str | None) -> list[Fact]:
        """One fact for each announcement: its word, and everybody who was told."""
        names = {matter.id: matter.name for matter in self._matters.values()}
        told: dict[UUID, list[Who]] = defaultdict(list)
        about: dict[UUID, tuple[str, str | None]] = {}
        for each in await self.stage.news():
            told[each.announcement].append(each.who)
            subject = names.get(each.subject["id"], of) if each.subject else None
            known = about.get(each.announcement, (each.kind, None))[1]
            about[each.announcement] = (each.kind, known or subject or of)
        return [
            Fact("通知", self._told(notices()[kind], told[announcement]), matter)
            for announcement, (kind, matter) in about.items()
        ]

    def _told(self, word: str, who: Sequence[Who]) -> str:
        """A notice as the file has it: bodies as a whole where all of them were told, otherwise people."""
        everybody: dict[str, set[str]] = defaultdict(set)
        for body, person in self.stage.posts:
            everybody[body].add(person)
        there: dict[str, set[str]] = defaultdict(set)
        for body, person in who:
            there[body].add(person)
        parts = []
        for body, people in there.items():
            if people == everybody[body]:
                parts.append(f"{self._called(body)}全体")
            else:
                parts += [f"{self._called(body)}{person}" for person in people]
        return f"{word} → {'、'.join(sorted(parts))}"

    def _as_told(self, fact: Fact) -> Fact:
        """A notice of the file in the same form, however it named those who are told."""
        word, arrow, audience = fact.text.partition(" → ")
        if not arrow or word not in notices().values():
            raise self._wrong(fact.line, "应写作“→ 通知:事项 → 谁、谁”,事项用通知的名称")
        who = {
            each for name in audience.split("、") for each in self._everybody_called(name.strip(), fact.line)
        }
        return Fact(fact.keyword, self._told(word, sorted(who)), fact.matter, fact.line)

    def _everybody_called(self, name: str, line: int) -> list[Who]:
        """Those whom a name means: a person of a body, those with a role in it, or all of it."""
        for body in self.stage.bodies:
            called = next((each for each in (self._called(body), body) if name.startswith(each)), None)
            if called is None:
                continue
            rest = name.removeprefix(called)
            posts = [post for who, post in self.stage.posts.items() if who[0] == body]
            found = [
                post.who for post in posts if rest in ("全体", post.who[1]) or GROUPS.get(rest) in post.roles
            ]
            if found:
                return found
        raise self._wrong(line, f"不知道“{name}”指谁,应写单位加姓名、负责人、经办人员、收发人员或者全体")

    def _compare(self, entry: Entry, found: Sequence[Fact]) -> None:
        """Hold what followed against what the file says, fact by fact. Raises `Deviation` with every difference."""
        expected = [self._as_told(fact) if fact.keyword == "通知" else fact for fact in entry.follows]
        missing = _without(expected, found)
        unsaid = _without(found, expected)
        said = []
        for fact in missing:
            instead = next(
                (each for each in unsaid if (each.keyword, each.matter) == (fact.keyword, fact.matter)), None
            )
            if instead is not None:
                unsaid.remove(instead)
            said.append(f"第{fact.line}行:文件写“{fact}”,实际是“{instead or '没有'}”")
        said += [f"第{entry.line}行:发生了而文件没有写:“{fact}”" for fact in unsaid]
        if said:
            raise Deviation("\n".join(f"{self.script.file} {each}" for each in said))

    async def _look(self, who: Who, referral_id: str) -> Look | None:
        answer = await self.stage.ask(who, LOOK, id=referral_id)
        look: Look | None = answer["data"]["node"]
        return look

    @property
    def _telling(self) -> Telling:
        return Telling(self.stage.zone, self._called)

    def _who(self, entry: Entry) -> Who:
        who = (self._full(entry.body), entry.person)
        if who not in self.stage.posts:
            raise self._wrong(entry.line, f"{entry.body}没有{entry.person}这个人")
        return who

    def _matter(self, entry: Entry) -> Matter:
        if entry.matter not in self._matters:
            raise self._wrong(entry.line, f"还没有〔{entry.matter}〕这件案件")
        return self._matters[entry.matter]

    def _full(self, name: str) -> str:
        return self.script.short_names.get(name, name)

    def _called(self, name: str) -> str:
        return next((short for short, full in self.script.short_names.items() if full == name), name)

    def _wrong(self, line: int, message: str) -> WrongScript:
        return WrongScript(self.script.file, line, message)

    def _deviation(self, line: int, message: str) -> Deviation:
        return Deviation(f"{self.script.file} 第{line}行:{message}")


def _without(some: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    """Those of `some` that `others` have not, or not as often; in their order."""
    left, kept = Counter(others), []
    for fact in some:
        if left[fact]:
            left[fact] -= 1
        else:
            kept.append(fact)
    return kept
