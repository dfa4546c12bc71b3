"""What follows from an entry, in a scenario's own words: the difference between two looks at a matter, and notices.

A look is what somebody reads of a referral through the API. It decides nothing: `player.py` holds what is found here
against what the file says.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tests.scenarios.script import WEEKDAYS, Fact
from tests.scenarios.words import of_enum, owed

LOOK = """query($id: ID!) { node(id: $id) { ... on Referral {
  id version state sentLate lateReason letterNumber receiptNumber stop stoppedAt doubtStep fileOpen
  owner { name } notes { text }
  articles { id name quantity unit disposedOn proceeds }
  deadlines { id kind state dueAt provisional obligor { name } waiting { name }
    rungs { rung dueAt } changes { kind wasDueAt dueAt wasProvisional provisional } } } } }"""

Look = Mapping[str, Any]

ENDED = {"MET": "办结", "MET_LATE": "逾期办结", "CANCELLED": "取消"}
CHANGED = {"RECOUNTED": "重算", "EXTENDED": "延长", "SUSPENDED": "中止", "RESUMED": "恢复"}
OPEN = ("RUNNING", "SUSPENDED", "OVERDUE")


@dataclass(frozen=True, slots=True)
class Telling:
    """How one place's facts are told: its zone, and what its bodies are called in the file."""

    zone: ZoneInfo
    called: Callable[[str], str]

    def day(self, instant: str) -> str:
        """An instant as a clerk writes it; the end of a day as its 24:00."""
        local = datetime.fromisoformat(instant).astimezone(self.zone)
        weekday = WEEKDAYS[local.weekday()]
        clock = "24:00" if local.timetz().replace(tzinfo=None) == time.max else f"{local:%H:%M}"
        return f"{local:%Y-%m-%d} 周{weekday} {clock}"

    def due(self, instant: str, provisional: bool) -> str:
        """When something is due, and whether that is certain."""
        return self.day(instant) + ("，暂定" if provisional else "")

    def whose(self, deadline: Mapping[str, Any]) -> str:
        """What is owed, by whom, and who waits for it."""
        waiting = f"（{self.called(deadline['waiting']['name'])}等候）" if deadline["waiting"] else ""
        return f"{owed(deadline['kind'])}——{self.called(deadline['obligor']['name'])}{waiting}"

    def standing(self, matter: str, look: Look | None) -> list[Fact]:
        """All that somebody reads of a matter: where it is, whose, what is owed; or that there is nothing to see."""
        if look is None:
            return [Fact("拒绝", "看不到", matter)]
        states = of_enum("DeadlineState")
        return [
            Fact("状态", self._state(look), matter),
            Fact("案卷", "可以查阅" if look["fileOpen"] else "尚不可查阅", matter),
            *(
                Fact(
                    states[each["state"]],
                    f"{self.whose(each)}，{self.due(each['dueAt'], each['provisional'])}",
                    matter,
                )
                for each in look["deadlines"]
                if each["state"] in OPEN
            ),
            *(Fact("备注", note["text"].strip(), matter) for note in look["notes"]),
        ]

    def changes(self, matter: str, before: Look | None, after: Look | None) -> Iterator[Fact]:
        """What became of a matter between two looks."""
        if after is None:
            yield Fact("状态", "已删除", matter)
            return
        was: Look = before or {}
        for keyword, text in self._of_the_letter(was, after):
            yield Fact(keyword, text, matter)
        known = {deadline["id"]: deadline for deadline in was.get("deadlines", ())}
        for deadline in after["deadlines"]:
            for keyword, text in self._of_a_deadline(known.get(deadline["id"]), deadline):
                yield Fact(keyword, text, matter)

    def _state(self, look: Look) -> str:
        late = "，逾期移送" if look["sentLate"] else ""
        return f"{of_enum('ReferralState')[look['state']]}，{self.called(look['owner']['name'])}负责{late}"

    def _of_the_letter(self, was: Look, now: Look) -> Iterator[tuple[str, str]]:
        if not was or self._state(was) != self._state(now):
            yield "状态", self._state(now)
        for keyword, name in (("文号", "letterNumber"), ("回执", "receiptNumber")):
            if now[name] != was.get(name):
                yield keyword, now[name]
        if now["stoppedAt"] != was.get("stoppedAt"):
            yield "制止", f"{of_enum('ReferralStop')[now['stop']]}，{self.day(now['stoppedAt'])}"
        if now["doubtStep"] != was.get("doubtStep"):
            yield "管辖异议", of_enum("DoubtStep")[now["doubtStep"]]
        listed = {article["id"] for article in was.get("articles", ())}
        for article in now["articles"]:
            if article["id"] not in listed:
                yield "物品", _article(article)

    def _of_a_deadline(
        self, was: Mapping[str, Any] | None, now: Mapping[str, Any]
    ) -> Iterator[tuple[str, str]]:
        whose, due_at = self.whose(now), now["dueAt"]
        if was is None:
            first = now["changes"][0]["wasDueAt"] if now["changes"] else due_at
            yield "期限", f"{whose}，{self.due(first, now['provisional'])}"
            due_known = first
        else:
            due_known = was["dueAt"]
        old = was or {"changes": (), "rungs": (), "state": "RUNNING"}
        for change in now["changes"][len(old["changes"]) :]:
            due_known = change["dueAt"]
            yield CHANGED[change["kind"]], f"{whose}，{self._moved(change)}"
        if due_at != due_known:
            yield "期限", f"{whose}，{self.due(due_at, now['provisional'])}"
        for rung in now["rungs"][len(old["rungs"]) :]:
            yield of_enum("Rung")[rung["rung"]], f"{whose}，{self.day(rung['dueAt'])}"
        if now["state"] in ENDED and old["state"] not in ENDED:
            yield ENDED[now["state"]], whose

    def _moved(self, change: Mapping[str, Any]) -> str:
        if change["kind"] == "SUSPENDED":
            return f"原{self.due(change['wasDueAt'], change['wasProvisional'])}"
        is_now = self.due(change["dueAt"], change["provisional"])
        was = self.due(change["wasDueAt"], change["wasProvisional"])
        return is_now if is_now == was else f"{is_now}，原{was}"


def _article(article: Mapping[str, Any]) -> str:
    """An article as the list has it, proceeds in yuan."""
    disposed = f"，{article['disposedOn']}先行处置" if article["disposedOn"] else ""
    proceeds = f"，所得{int(article['proceeds']) / 100:.2f}元" if article["proceeds"] is not None else ""
    return f"{article['name']} {article['quantity']}{article['unit']}{disposed}{proceeds}"
