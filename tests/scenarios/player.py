"""Playing a scenario: the clock goes from entry to entry, everybody acts through the API, what follows is compared.

Compared both ways: what the file says and did not happen, and what happened and the file does not say. Time is stopped
at every instant at which something rings, so that nothing rings between two entries unseen. What goes wrong is
told in Chinese, with file and line: whoever wrote the scenario mends it.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.scenarios.casting import ATTACHING, DRAFTING, LOOKING, NEW_MATTER, Casting, Who
from tests.scenarios.facts import LOOK, Look, Telling
from tests.scenarios.script import CLOCK, OFFICE, Entry, Fact, Script
from tests.scenarios.stage import Stage
from tests.scenarios.words import Act, notices

MINUTE = timedelta(minutes=1)


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

    def __post_init__(self) -> None:
        self._casting = Casting(self.script, self.stage.place)
        self._telling = Telling(self.stage.place.zone, self._casting.called)

    async def play(self) -> None:
        """From the first entry to the last. Raises `Deviation`, or `WrongScript` for what cannot be played at all."""
        self._casting.rehearse()
        if self.script.published_until is not None:
            await self.stage.forget_years_after(self.script.published_until)
        for entry in self.script.entries:
            at = entry.at.replace(tzinfo=self.stage.place.zone)
            await self._ring_until(entry, at)
            if entry.verb == CLOCK:
                await self._ring(entry, at)
            else:
                self.stage.be(at)
                self._compare(entry, await self._done(entry))
        last = self.script.entries[-1]
        if unsaid := await self._news(None):
            raise self._deviation(last.line, f"到此为止，文件没有写：{'；'.join(map(str, unsaid))}")

    async def _ring_until(self, entry: Entry, until: datetime) -> None:
        """Nothing may ring before an entry that the file does not say."""
        ringing = await self.stage.next_ring()
        clock = entry.verb == CLOCK
        if ringing is not None and (ringing < until or (ringing == until and not clock)):
            self.stage.be(ringing)
            rang = "；".join(str(fact) for fact in await self._news(None))
            when = f"{ringing.astimezone(self.stage.place.zone):%Y-%m-%d %H:%M}"
            raise self._deviation(entry.line, f"此前{when}时钟响过，文件没有写：{rang}")

    async def _ring(self, entry: Entry, minute: datetime) -> None:
        """Everything that rings within the entry's minute."""
        found: list[Fact] = []
        ringing = await self.stage.next_ring()
        if ringing is None or ringing >= minute + MINUTE:
            raise self._deviation(entry.line, "文件写此时时钟应响，实际没有响")
        while ringing is not None and ringing < minute + MINUTE:
            self.stage.be(ringing)
            found += await self._news(None)
            ringing = await self.stage.next_ring()
        self._compare(entry, found)

    async def _done(self, entry: Entry) -> list[Fact]:
        """Do what the entry says; everything that followed."""
        if entry.person == OFFICE:
            notice = self._casting.notice(entry)
            await self.stage.load_notice(notice.read_bytes(), name=notice.name)
            return await self._news(None)
        who = self._casting.who(entry)
        if entry.verb == LOOKING:
            matter = self._matter(entry)
            return self._telling.standing(matter.name, await self._look(who, matter.id))
        refused = await self._act(entry, who, self._casting.act(entry))
        return [*([Fact("拒绝", refused, entry.matter)] if refused else []), *await self._news(entry.matter)]

    async def _act(self, entry: Entry, who: Who, act: Act) -> str | None:
        """Carry out the mutation; the code by which it was refused."""
        given = self._casting.given(entry, act)
        if entry.verb != DRAFTING:
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
        if entry.verb == DRAFTING and referral is not None:
            self._matters[entry.matter or ""] = Matter(entry.matter or "", referral["id"], who)
        for said in entry.said:
            if said.word == NEW_MATTER and referral is not None:
                (onward,) = referral["onward"]
                self._matters[said.value] = Matter(said.value, onward["id"], who)

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
            about[each.announcement] = (each.kind, names.get(each.subject, of))
        return [
            Fact("通知", self._casting.told(notices()[kind], told[announcement]), matter)
            for announcement, (kind, matter) in about.items()
        ]

    def _compare(self, entry: Entry, found: Sequence[Fact]) -> None:
        """Hold what followed against what the file says, fact by fact. Raises `Deviation` with every difference."""
        expected = [self._casting.as_told(fact) for fact in entry.follows]
        missing = _without(expected, found)
        unsaid = _without(found, expected)
        said = []
        for fact in missing:
            instead = next(
                (each for each in unsaid if (each.keyword, each.matter) == (fact.keyword, fact.matter)), None
            )
            if instead is not None:
                unsaid.remove(instead)
            said.append(f"第{fact.line}行：文件写“{fact}”，实际是“{instead or '没有'}”")
        said += [f"第{entry.line}行：发生了而文件没有写：“{fact}”" for fact in unsaid]
        if said:
            raise Deviation("\n".join(f"{self.script.file} {each}" for each in said))

    async def _look(self, who: Who, referral_id: str) -> Look | None:
        answer = await self.stage.ask(who, LOOK, id=referral_id)
        look: Look | None = answer["data"]["node"]
        return look

    def _matter(self, entry: Entry) -> Matter:
        """The referral that an entry is about. Raises `Deviation` where it was refused to begin with, or is deleted."""
        if entry.matter not in self._matters:
            raise self._deviation(entry.line, f"〔{entry.matter}〕这件案件没有办成，或者已经删除")
        return self._matters[entry.matter]

    def _deviation(self, line: int, message: str) -> Deviation:
        return Deviation(f"{self.script.file} 第{line}行：{message}")


def _without(some: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    """Those of `some` that `others` have not, or not as often; in their order."""
    left, kept = Counter(others), []
    for fact in some:
        if left[fact]:
            left[fact] -= 1
        else:
            kept.append(fact)
    return kept
