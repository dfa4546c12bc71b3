"""Every field and every mutation of the schema, as the schema says them today, asked by everybody about everything.

The other tests of this folder look where chance leads; this one leaves nothing out. Which fields were answered is
counted, so a field that nobody could be brought to answer fails the test: then `life.py` needs a step that makes it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.identifiers import global_id
from tests.isolation.asking import (
    Document,
    Supply,
    act,
    fields_of,
    first,
    whole_questions,
    whole_subscriptions,
)
from tests.isolation.canaries import behind_the_walls, canaries_in, in_their_right
from tests.isolation.ground import Acting, Ground
from tests.isolation.strangers import those_apart
from tests.isolation.watching import Watch
from tests.worlds import PASSWORD

NOT_ANSWERED = """
If you're here because this assertion failed, the schema has fields (listed above) that nobody could be brought to answer.
Let something happen in tests/isolation/life.py that they tell of. If they are answered by other means than a POST or an
event stream, teach tests/isolation/watching.py to ask there: what it does not see, it cannot watch.
"""

ASKING = (
    "gao@kunyang",
    "zhou@kunyang",
    "lin@transport",
    "wu@coordination",
    "lei@kunyang",
    "elsewhere gao@kunyang",
)
"""Both parties, a seconded officer, an overseer, somebody whose role grants nothing, another county."""

ACTING = ("pan@aojiang", "wu@coordination", "lei@kunyang", "elsewhere lin@transport")
"""People whom the matters do not concern, or not as anybody who acts."""


def from_the_beginning(watch: Watch, who: Acting, ground: Ground) -> list[Document]:
    """Somebody's subscriptions, from where there is something for them already, if there is anything."""
    supply = watch.supply(ground, readable_by=who)
    return list(whole_subscriptions(watch.schema, supply, partial(_a_place, watch, who)))


def _a_place(watch: Watch, who: Acting, root: str, named: str | None) -> str | None:
    """A cursor after which there is more: that of the earliest of several."""
    edges = "(first: 100) { __typename edges { __typename cursor } }"
    asked = {
        "notifications": Document("notifications", f"{{ notifications{edges} }}"),
        "changes": Document(
            "node",
            f"query($id: ID!) {{ node(id: $id) {{ __typename ... on Referral {{ events{edges} }} }} }}",
            {"id": named},
        ),
    }[root]
    found = watch.ask(who, asked).body["data"][asked.root] or {}
    cursors = [edge["cursor"] for edge in found.get("events", found).get("edges", ())]
    if len(cursors) < 2:
        return None
    return str(cursors[-1] if root == "notifications" else cursors[0])


@dataclass
class Questions:
    """Every question there is about the ground as it was lived in. Each person asks them once."""

    watch: Watch
    documents: list[Document]
    asked_by: set[str] = field(default_factory=set)

    def are_asked_by(self, who: Acting) -> None:
        """Look through every answer, unless they asked before."""
        for document in self.documents if who.name not in self.asked_by else ():
            answer = self.watch.ask(who, document)
            assert not answer.codes - {"BAD_ID"}, (who, document, answer.text)
        self.asked_by.add(who.name)


@pytest.fixture(scope="session")
def questions(watch: Watch, lived_in: Ground) -> Questions:
    return Questions(watch, list(whole_questions(watch.schema, watch.supply(lived_in))))


class TestEveryField:
    def test_gives_nobody_what_is_not_theirs(
        self, watch: Watch, lived_in: Ground, questions: Questions
    ) -> None:
        for who in those_apart(watch, lived_in, ASKING):
            questions.are_asked_by(who)

    def test_of_the_schema_was_answered_to_somebody(
        self, watch: Watch, lived_in: Ground, questions: Questions
    ) -> None:
        who = lived_in.of("gao@kunyang")
        questions.are_asked_by(who)
        for document in from_the_beginning(watch, who, lived_in):
            watch.listen(who, document)
        signed_in = {"login": lived_in.here["li"].login, "password": PASSWORD}
        watch.ask(who, act(watch.schema, Supply({}), first, "signIn", signed_in))
        watch.ask(who, act(watch.schema, Supply({}), first, "signIn", signed_in | {"password": "wrong"}))
        watch.ask(lived_in.of("li@shuitou"), act(watch.schema, Supply({}), first, "signOut", {}))
        assert fields_of(watch.schema) - watch.answered == set(), NOT_ANSWERED


class TestEverySubscription:
    def test_tells_nobody_what_is_not_theirs(self, watch: Watch, lived_in: Ground) -> None:
        documents = list(whole_subscriptions(watch.schema, watch.supply(lived_in)))
        for who in those_apart(watch, lived_in, ASKING):
            for document in (*documents, *from_the_beginning(watch, who, lived_in)):
                answer = watch.listen(who, document)
                assert not answer.codes - {"BAD_ID", "NOT_FOUND"}, (who, document, answer.text)

    def test_of_a_strangers_matter_is_as_of_none(self, watch: Watch, lived_in: Ground) -> None:
        for who in those_apart(watch, lived_in, ASKING):
            strange = watch.supply(lived_in, not_readable_by=who)
            never_was = Supply({"Referral": [global_id("Referral", uuid4())]})
            told = {
                watch.listen(who, document).text
                for supply in (never_was, Supply({"Referral": strange.ids["Referral"]}))
                for document in whole_subscriptions(watch.schema, supply)
                if document.root == "changes"
            }
            (answer,) = told
            assert "NOT_FOUND" in answer


class TestEveryMutation:
    """With everybody's ids, by people whom they do not concern."""

    def test_changes_and_tells_nothing_of_others(self, watch: Watch, lived_in: Ground) -> None:
        assert watch.schema.mutation_type is not None
        for who in those_apart(watch, lived_in, ACTING):
            strange = watch.supply(lived_in, not_readable_by=who)
            before = watch.what_is_of_others(who, lived_in)
            for mutation in watch.schema.mutation_type.fields:
                if mutation in ("signIn", "signOut"):
                    continue
                for turn in range(3):
                    watch.ask(who, act(watch.schema, strange, partial(_the_next, turn), mutation))
                assert watch.what_is_of_others(who, lived_in) == before, (who, mutation)


class TestEveryNotice:
    def test_was_told_to_somebody_who_may_read_what_it_is_about(self, watch: Watch, lived_in: Ground) -> None:
        seeded = {str(rows["notifications"]["id"]) for rows in lived_in.seeds if "notifications" in rows}
        by_id = {each.row["id"]: each for each in watch.everything(lived_in)}
        readers = {str(who.reader.capacity_id): who for who in lived_in.people}
        told = [each for each in by_id.values() if each.table == "notifications"]
        told = [each for each in told if each.row["id"] not in seeded]
        assert {"referral.sent", "deadline.escalated"} <= {each.row["kind"] for each in told}
        for each in told:
            assert not canaries_in(json.dumps(each.row)), (
                "notices hold ids; their sentences are made when they are read"
            )
            # Of a clock that nobody met an overseer hears, whatever the matter: a draft's stays shut.
            about = by_id[each.row["facts"].get("deadline", each.row["subject_id"])]
            who = readers.get(each.row["capacity_id"])
            if who is None:
                continue  # one of the posts that were invented with everything else that lies there
            assert behind_the_walls(who.reader, about), (who, each)
            # That somebody will be away, colleagues are told; the request with its reason stays shut.
            of_an_absence = each.row["kind"] in ("leave.announced", "leave.cancelled")
            assert of_an_absence or in_their_right(who.reader, about), (who, each)

    def test_that_a_case_will_come_later_tells_nothing_of_it(self, watch: Watch, lived_in: Ground) -> None:
        everything = watch.everything(lived_in)
        matters = {each.row["id"] for each in everything if each.table == "referrals"}
        told = [
            each
            for each in everything
            if each.table == "notifications" and each.row["kind"] == "referral.prior_notice"
        ]
        assert {each.row["owner_id"] for each in told} == {str(lived_in.here.bodies["kunyang"])}
        for each in told:
            assert each.row["facts"].keys() == {"sender", "receiver", "due_at"}
            assert not any(matter in json.dumps(each.row) for matter in matters)


class TestWhatABodyNotesForItself:
    ASKED = "query($id: ID!) { referral(id: $id) { __typename notes { __typename text } } }"

    def test_is_read_by_nobody_else_not_even_the_other_side(self, watch: Watch, lived_in: Ground) -> None:
        noted = [each.row for each in watch.everything(lived_in) if each.table == "referral_notes"]
        for who in (lived_in.of("lin@transport"), lived_in.of("gao@kunyang"), lived_in.of("wu@coordination")):
            me = str(who.reader.tenant_id)
            for matter in {row["referral_id"] for row in noted}:
                asked = {"id": global_id("Referral", UUID(matter))}
                answer = watch.ask(who, Document("referral", self.ASKED, asked)).body["data"]["referral"]
                told = {note["text"] for note in answer["notes"]} if answer else set()
                own = {row["text"] for row in noted if row["referral_id"] == matter and row["owner_id"] == me}
                assert told <= own, (who, matter)
                assert told == own or answer is None, (who, matter)
        both = [
            matter
            for matter in {row["referral_id"] for row in noted}
            if len({row["owner_id"] for row in noted if row["referral_id"] == matter}) > 1
        ]
        assert both, "on no matter did both sides note something"


def _the_next(turn: int, options: Sequence[Any]) -> Any:
    return options[turn % len(options)]
