"""Whom an audience names, and sentences that a person can read: names and times, no ids."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.deadlines.firing import FACTS
from domain.notifications.rules import (
    NOTICES,
    OWED,
    NoSentence,
    Post,
    bodies_named,
    concerned,
    functions_named,
    require_sentence,
    sentence,
    tenants_named,
)
from domain.outbox.rules import Audience, ToFunction, ToPerson, ToTenant
from domain.rulebooks.entry_types import LimitType
from domain.rulebooks.registry import REGISTRY
from tenancy.refusals import Language

TRANSPORT, KUNYANG, COORDINATION = UUID(int=1), UUID(int=2), UUID(int=3)

NAMES = {TRANSPORT: "县交通运输局", KUNYANG: "昆阳镇人民政府"}

SHANGHAI = ZoneInfo("Asia/Shanghai")


ABOUT = {
    "sender": str(TRANSPORT),
    "receiver": str(KUNYANG),
    "obligor": str(KUNYANG),
    "waiting": str(TRANSPORT),
    "deadline": str(UUID(int=7)),
    "limit": "referral.verify",
    "due_at": datetime(2026, 7, 20, 15, 59, 59, 999999, tzinfo=UTC).isoformat(),
}


def post(number: int, tenant: UUID, *roles: str, person: int | None = None) -> Post:
    return Post(UUID(int=100 + number), UUID(int=200 + (person or number)), tenant, frozenset(roles))


LIN = post(1, TRANSPORT, "head")
ZHOU = post(2, TRANSPORT, "officer")
ZHOU_IN_KUNYANG = post(3, KUNYANG, "officer", person=2)
GAO = post(4, KUNYANG, "head", "officer")
WU = post(5, COORDINATION, "coordinator")

SHEN = post(6, COORDINATION, "registrar")

POSTS = {TRANSPORT: [LIN, ZHOU], KUNYANG: [ZHOU_IN_KUNYANG, GAO], COORDINATION: [WU, SHEN]}

OVERSEERS = {"coordinator", "head"}

HOLDERS = {"coordination": [COORDINATION]}


class TestConcerned:
    def test_names_those_with_one_of_the_roles(self) -> None:
        audience = [ToTenant(TRANSPORT, ["head", "registrar"])]
        assert concerned(audience, posts=POSTS, holders=HOLDERS, overseers=OVERSEERS) == [LIN]

    def test_names_a_person_only_in_the_body_that_is_meant(self) -> None:
        audience = [ToPerson(KUNYANG, ZHOU.person_id)]
        assert concerned(audience, posts=POSTS, holders=HOLDERS, overseers=OVERSEERS) == [ZHOU_IN_KUNYANG]

    def test_names_whoever_may_read_the_matter_in_the_bodies_that_hold_a_function(self) -> None:
        assert concerned([ToFunction("coordination")], posts=POSTS, holders=HOLDERS, overseers=OVERSEERS) == [
            WU
        ]

    def test_names_whoever_stands_in_for_a_party_and_lets_nobody_oversee_by_that(self) -> None:
        substitute = replace(ZHOU, lent=frozenset({"head"}))
        overseeing = replace(SHEN, lent=frozenset({"head"}))
        posts = POSTS | {TRANSPORT: [LIN, substitute], COORDINATION: [overseeing]}
        for audience, told in (
            (ToTenant(TRANSPORT, ["head"]), [LIN, substitute]),
            (ToTenant(COORDINATION, ["head"]), [overseeing]),
            (ToFunction("coordination"), []),
        ):
            assert concerned([audience], posts=posts, holders=HOLDERS, overseers=OVERSEERS) == told

    def test_names_a_post_once_however_often_it_is_meant(self) -> None:
        audience = [ToTenant(KUNYANG, ["head"]), ToTenant(KUNYANG, ["officer"])]
        assert concerned(audience, posts=POSTS, holders=HOLDERS, overseers=OVERSEERS) == [
            GAO,
            ZHOU_IN_KUNYANG,
        ]

    def test_leaves_out_the_function_of_a_body_that_is_party(self) -> None:
        audience: list[Audience] = [ToTenant(COORDINATION, ["head"]), ToFunction("coordination")]
        assert concerned(audience, posts=POSTS, holders=HOLDERS, overseers=OVERSEERS) == []

    def test_names_nobody_where_nobody_is(self) -> None:
        audience: list[Audience] = [ToTenant(UUID(int=9), ["head"]), ToFunction("congress")]
        assert concerned(audience, posts=POSTS, holders=HOLDERS, overseers=OVERSEERS) == []

    def test_needs_to_know_the_posts_of_the_bodies_and_functions_that_are_named(self) -> None:
        audience: list[Audience] = [
            ToTenant(TRANSPORT, []),
            ToPerson(KUNYANG, LIN.person_id),
            ToFunction("coordination"),
        ]
        assert tenants_named(audience) == {TRANSPORT, KUNYANG}
        assert functions_named(audience) == {"coordination"}


class TestSentence:
    @pytest.mark.parametrize("language", ["en", "zh"])
    @pytest.mark.parametrize("kind", NOTICES)
    def test_of_every_notice_is_whole_and_free_of_ids(self, kind: str, language: Language) -> None:
        said = sentence(kind, ABOUT, names=NAMES, zone=SHANGHAI, language=language)
        assert "{" not in said
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", said)
        assert bool(re.search(r"[a-z]", said)) == (language == "en")

    @pytest.mark.parametrize(("language", "promise"), [("en", "verif"), ("zh", "核查")])
    def test_of_taking_in_promises_no_verifying_which_not_every_place_knows(
        self, language: Language, promise: str
    ) -> None:
        assert promise not in sentence(
            "referral.taken_in", ABOUT, names=NAMES, zone=SHANGHAI, language=language
        )

    def test_names_bodies_and_tells_the_countys_own_time(self) -> None:
        said = sentence("deadline.overdue", ABOUT, names=NAMES, zone=SHANGHAI, language="zh")
        assert said == "移送案件的核查已逾期：昆阳镇人民政府应于2026-07-20 23:59前完成，至今未完成。"

    def test_says_another_body_where_the_name_is_not_known(self) -> None:
        said = sentence("referral.accepted", ABOUT, names={}, zone=SHANGHAI, language="en")
        assert said == "Another body accepted the case that another body referred."

    def test_needs_the_names_of_the_bodies_in_its_facts(self) -> None:
        assert bodies_named(ABOUT) == {TRANSPORT, KUNYANG}
        assert bodies_named({"obligor": str(KUNYANG), "waiting": None}) == {KUNYANG}


class TestTheWords:
    def test_know_every_limit_that_a_rulebook_may_hold(self) -> None:
        limits = {
            key
            for key, known in REGISTRY.items()
            if isinstance(known.type, LimitType) and not key.startswith("deadlines.")
        }
        assert limits == set(OWED)

    def test_know_every_rung(self) -> None:
        assert set(FACTS.values()) <= set(NOTICES)

    def test_know_every_act_on_a_referral_that_somebody_is_told_of(self) -> None:
        told = {"submitted", "approved", "rejected", "sent", "taken_in", "accepted", "returned", "withdrawn"}
        assert {f"referral.{act}" for act in told} <= set(NOTICES)

    def test_know_every_act_on_an_agreement_and_an_alert_that_somebody_is_told_of(self) -> None:
        agreements = {"proposed", "confirmed", "declined", "withdrawn", "ended"}
        alerts = {"drafted", "sent", "acknowledged", "answered"}
        told = {f"agreement.{act}" for act in agreements} | {f"alert.{act}" for act in alerts}
        told |= {f"liaison.{act}" for act in ("named", "replaced", "ended")}
        assert told <= set(NOTICES)

    def test_are_asked_for_when_they_are_missing(self) -> None:
        with pytest.raises(NoSentence, match=r"matter\.closed"):
            require_sentence("matter.closed")
