"""Front ends at random: they look at what their desks show, do something that it offers, and ask again until answered."""

import asyncio
import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from api.identifiers import global_id
from tests.walk.house import House
from tests.walk.ledger import Asked, Ledger
from tests.worlds import NOW, World

SHANGHAI = ZoneInfo("Asia/Shanghai")

BODIES = ("transport", "agriculture", "kunyang", "aojiang")
"""Who refers to whom: two departments, two townships."""

DRAFTERS = {"transport": "zhou", "agriculture": "guan", "kunyang": "chen", "aojiang": "ye"}

AT_DESKS = (
    *("zhou", "lin", "tang", "guan", "huang", "zheng"),
    *("chen", "gao", "xu", "ye", "pan", "su"),
)

SELDOM = (
    *("DISCARD", "WITHDRAW", "REJECT", "RETURN", "REVISE", "ATTACH"),
    *("LIST_ARTICLE", "RECORD_STOP", "EXTEND_SENDING", "REPORT_PROGRESS", "NOTE"),
)
"""What ends a matter early or leads nowhere: done less often, so that matters come to their end."""

AT_FIRST, ACTS_A_MATTER, SHOWN = 4, 12, 5
"""So few matters, and so few of them on a desk, that people meet on them."""


class Unanswered(Exception):
    """Nobody came back from a request: it was done, or it was not."""


@dataclass
class Person:
    """Somebody in one post."""

    name: str
    body: str
    capacity: UUID
    headers: dict[str, str]


@dataclass
class Walk:
    """Everybody of one county, and the choices they make."""

    world: World
    house: House
    random: Random
    http: httpx.AsyncClient
    ledger: Ledger = field(default_factory=Ledger)
    _keys: int = 0

    def somebody(self, name: str | None = None) -> Person:
        """A person at home, or where they are seconded to."""
        known = self.world[name or self.random.choice(AT_DESKS)]
        body = known.body if name else self.random.choice(list(known.capacities))
        capacity = known.capacities[body]
        return Person(
            known.key,
            body,
            capacity,
            {"Authorization": f"Bearer {known.token}", "X-Acting-As": str(capacity), "Accept-Language": "en"},
        )

    async def burst(self, *, front_ends: int, seconds: float) -> None:
        """So many front ends at once, for so long; whatever was asked by then is answered."""
        end = monotonic() + seconds
        await asyncio.gather(*(self._front_end(end) for _ in range(front_ends)))

    async def _front_end(self, end: float) -> None:
        while monotonic() < end:
            if self._matters_are_few():
                await self._drafts()
            who = self.somebody()
            offered = [each for each in await self._desk(who) if each["acts"]]
            if offered:
                await self._does_something(who, self.random.choice(offered))

    def _matters_are_few(self) -> bool:
        """A new one comes for so many acts on the others, so that most come to their end."""
        begun = sum(each.mutation == "draftReferral" for each in self.ledger.asked)
        return begun < AT_FIRST + len(self.ledger.asked) / ACTS_A_MATTER

    async def _desk(self, who: Person) -> Sequence[dict[str, Any]]:
        box = self.random.choice(("SENT", "RECEIVED"))
        answer = await self._sent_until_answered(
            who,
            f"{{ referrals(box: {box}, first: {SHOWN}, sort: NEWEST, filter: {{open: true}})"
            " { edges { node { id version state acts } } } }",
            {},
        )
        return [edge["node"] for edge in answer["referrals"]["edges"]]

    async def _drafts(self) -> None:
        body = self.random.choice(BODIES)
        other = self.random.choice([each for each in BODIES if each != body])
        await self._carries_out(
            self.somebody(DRAFTERS[body]),
            "draftReferral",
            "DraftReferralInput",
            {
                "addresseeId": global_id("Organisation", self.world.bodies[other]),
                "foundOn": self._today(),
                "party": "某某有限公司",
                "place": "104国道旁",
                "facts": "运输渣土未密闭。",
                "itemCode": "330218085000",
                "legalBasis": "《浙江省道路运输条例》",
                "ongoing": self.random.random() < 0.05,
            },
            referral=None,
            version=0,
        )

    async def _does_something(self, who: Person, seen: dict[str, Any]) -> None:
        acts = [act for act in seen["acts"] if act not in SELDOM or self.random.random() < 0.12]
        if not acts:
            return
        mutation, kind, words = OFFERED[self.random.choice(acts)]
        version = {} if mutation == "noteReferral" else {"expectedVersion": seen["version"]}
        given = {"referralId": seen["id"], **version, **await words(self, who)}
        await self._carries_out(
            who, mutation, kind, given, referral=named(seen["id"]), version=seen["version"]
        )

    async def _carries_out(
        self,
        who: Person,
        mutation: str,
        kind: str,
        given: dict[str, Any],
        *,
        referral: UUID | None,
        version: int,
    ) -> None:
        """One act under one key, sent until it is answered; now and then once more although it was."""
        self._keys += 1
        given["clientMutationId"] = f"walk-{self._keys}"
        asked = Asked(mutation, who.capacity, referral, version)
        self.ledger.asked.append(asked)
        selection = (
            "discardedReferralId" if mutation == "discardReferral" else "referral { id version state }"
        )
        document = (
            f"mutation($input: {kind}!) {{ {mutation}(input: $input)"
            f" {{ userErrors {{ code message }} {selection} }} }}"
        )
        for _ in range(self.random.choice([1, 1, 1, 2])):
            payload = (await self._sent_until_answered(who, document, {"input": given}, asked))[mutation]
            errors = [error["code"] for error in payload["userErrors"]]
            if asked.done:
                assert not errors, f"{mutation} was done, and then refused: {errors}"
            elif errors:
                asked.refused = errors[0]
                return
            asked.done = True
            if payload.get("referral") and asked.referral is None:
                asked.referral = named(payload["referral"]["id"])

    async def upload(self, who: Person) -> str:
        """A file of theirs; one of which nobody heard is left to the sweeper."""
        for api in self._apis():
            try:
                answer = await self.http.post(
                    f"{api}/files",
                    content=b"%PDF-1.7\n",
                    headers={**who.headers, "Content-Type": "application/pdf", "X-File-Name": "a.pdf"},
                )
            except httpx.TransportError:
                continue
            assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])
        raise Unanswered("no API took the file")

    async def _sent_until_answered(
        self, who: Person, document: str, variables: dict[str, Any], asked: Asked | None = None
    ) -> dict[str, Any]:
        for api in self._apis():
            if asked is not None:
                asked.sendings += 1
            try:
                response = await self.http.post(
                    f"{api}/graphql", json={"query": document, "variables": variables}, headers=who.headers
                )
            except httpx.TransportError as error:
                # What could not even be connected to was never asked.
                if asked is not None and not isinstance(error, httpx.ConnectError):
                    asked.unanswered += 1
                await asyncio.sleep(0.05)  # the other one may be starting
                continue
            body = response.json()
            if [each["extensions"]["code"] for each in body.get("errors", ())] == ["UNAVAILABLE"]:
                # Whether an act was done before the database was gone, nobody can say.
                if asked is not None:
                    asked.unanswered += 1
                await asyncio.sleep(0.05)
                continue
            assert "errors" not in body, (document, variables, body["errors"])
            data: dict[str, Any] = body["data"]
            return data
        raise Unanswered(document)

    def _apis(self) -> Sequence[str]:
        """Where to ask, again and again, beginning with either."""
        urls = [api.url for api in self.house.apis]
        self.random.shuffle(urls)
        return urls * 600

    def _today(self) -> str:
        return self.house.now.astimezone(SHANGHAI).date().isoformat()

    async def revise(self, _who: Person) -> dict[str, Any]:
        return {"facts": "更正后的事实"}

    async def attach(self, who: Person) -> dict[str, Any]:
        return {"fileId": await self.upload(who), "kind": "TESTS", "title": "检测报告"}

    async def list_article(self, _who: Person) -> dict[str, Any]:
        return {"name": "渣土", "quantity": 3, "unit": "车"}

    async def record_stop(self, _who: Person) -> dict[str, Any]:
        return {"stop": "ORDERED", "at": NOW.isoformat(), "note": "责令停止"}

    async def extend_sending(self, _who: Person) -> dict[str, Any]:
        return {"by": 1, "reason": "需补充调查"}

    async def submit(self, _who: Person) -> dict[str, Any]:
        return {"missingReason": "当事人拒不提供"}

    async def reasoned(self, _who: Person) -> dict[str, Any]:
        return {"reason": "事实不清"}

    async def send(self, _who: Person) -> dict[str, Any]:
        return {"lateReason": "等候检测"}

    async def verify(self, _who: Person) -> dict[str, Any]:
        return {"finding": self.random.choice(["FIT", "UNFIT", "INCOMPLETE"]), "note": "已核查"}

    async def ask(self, _who: Person) -> dict[str, Any]:
        return {"asked": "检测报告"}

    async def suspend(self, _who: Person) -> dict[str, Any]:
        return {"ground": self.random.choice(["TESTING", "APPRAISAL"]), "note": "委托检测"}

    async def supply(self, _who: Person) -> dict[str, Any]:
        return {"note": "无其他材料"}

    async def return_(self, _who: Person) -> dict[str, Any]:
        return {"reasons": "不属本单位管辖"}

    async def settle(self, _who: Person) -> dict[str, Any]:
        return {"competent": self.random.random() < 0.7, "basis": "会议纪要"}

    async def pass_on(self, who: Person) -> dict[str, Any]:
        others = [each for each in BODIES if each != who.body]
        return {"addresseeId": global_id("Organisation", self.world.bodies[self.random.choice(others)])}

    async def note(self, _who: Person) -> dict[str, Any]:
        return {"text": "备忘"}

    async def progress(self, _who: Person) -> dict[str, Any]:
        return {"progress": "正在办理"}

    async def decide(self, _who: Person) -> dict[str, Any]:
        return {
            "decision": self.random.choice(["PENALTY", "NO_PENALTY", "TERMINATED"]),
            "effectiveOn": self._today(),
            "note": "决定书",
        }

    async def outcome(self, _who: Person) -> dict[str, Any]:
        return {"outcome": "已处罚"}

    async def nothing(self, _who: Person) -> dict[str, Any]:
        return {}


OFFERED: Mapping[str, tuple[str, str, Callable[[Walk, Person], Any]]] = {
    "REVISE": ("reviseReferral", "ReviseReferralInput", Walk.revise),
    "ATTACH": ("attachMaterial", "AttachMaterialInput", Walk.attach),
    "LIST_ARTICLE": ("listArticle", "ListArticleInput", Walk.list_article),
    "RECORD_STOP": ("recordStop", "RecordStopInput", Walk.record_stop),
    "EXTEND_SENDING": ("extendSending", "ExtendSendingInput", Walk.extend_sending),
    "SUBMIT": ("submitReferral", "SubmitReferralInput", Walk.submit),
    "APPROVE": ("approveReferral", "ReferralInput", Walk.nothing),
    "REJECT": ("rejectReferral", "ReasonedReferralInput", Walk.reasoned),
    "SEND": ("sendReferral", "SendReferralInput", Walk.send),
    "TAKE_IN": ("takeInReferral", "ReferralInput", Walk.nothing),
    "VERIFY": ("verifyReferral", "VerifyReferralInput", Walk.verify),
    "ASK_FOR_MATERIAL": ("askForMaterial", "AskForMaterialInput", Walk.ask),
    "SUSPEND": ("suspendReferral", "SuspendReferralInput", Walk.suspend),
    "RESUME": ("resumeReferral", "ResumeReferralInput", Walk.nothing),
    "SUPPLY": ("supplyMaterial", "SupplyMaterialInput", Walk.supply),
    "ACCEPT": ("acceptReferral", "ReferralInput", Walk.nothing),
    "RETURN": ("returnReferral", "ReturnReferralInput", Walk.return_),
    "DOUBT": ("doubtCompetence", "ReasonedReferralInput", Walk.reasoned),
    "SETTLE": ("settleCompetence", "SettleCompetenceInput", Walk.settle),
    "PASS_ON": ("passOnReferral", "PassOnReferralInput", Walk.pass_on),
    "REPORT_PROGRESS": ("reportProgress", "ReportProgressInput", Walk.progress),
    "RECORD_DECISION": ("recordDecision", "RecordDecisionInput", Walk.decide),
    "TELL_OUTCOME": ("tellOutcome", "TellOutcomeInput", Walk.outcome),
    "WITHDRAW": ("withdrawReferral", "ReasonedReferralInput", Walk.reasoned),
    "NOTE": ("noteReferral", "NoteReferralInput", Walk.note),
    "DISCARD": ("discardReferral", "ReferralInput", Walk.nothing),
}
"""What a desk offers → the mutation, its input, and the words for it."""


def named(identifier: str) -> UUID:
    """The id behind a global one."""
    padded = identifier + "=" * (-len(identifier) % 4)
    return UUID(base64.urlsafe_b64decode(padded).decode().partition(":")[2])
