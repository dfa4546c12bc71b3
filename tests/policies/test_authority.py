"""What an actor may do, told with the people of the essay in `policies/__init__.py`."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql import dialect

from policies.authority import Authority
from policies.book import Book
from policies.relations import UndeclaredRelation
from policies.rows import Row, platform_rows
from policies.snapshot import Plan, Snapshot
from tenancy.actor import Actor, Lent
from tenancy.refusals import NotPermitted
from tests.policies.tables import (
    AOJIANG,
    COORDINATION,
    JUSTICE,
    KUNYANG,
    PINGYANG,
    TRANSPORT,
    Isolated,
    Letter,
    acting,
    named,
)

PLATFORM = Book(platform_rows())
LETTER = "referral.letter"
POSTGRESQL = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped

ZHOU = acting("officer", tenant=TRANSPORT)
LIN = acting("head", tenant=TRANSPORT)
TANG = acting("registrar", tenant=TRANSPORT)
XU = acting("registrar", tenant=KUNYANG)
GAO = acting("head", tenant=KUNYANG)
WU = acting("coordinator", tenant=COORDINATION, overseen=PINGYANG)
STRANGER = acting("head", "officer", "registrar", tenant=AOJIANG)

DRAFT = Letter(a=TRANSPORT, b=None, c=None, shown=None)
SENT = Letter(a=TRANSPORT, b=KUNYANG, c=None, shown=PINGYANG)
ACCEPTED = Letter(a=TRANSPORT, b=KUNYANG, c=KUNYANG, shown=PINGYANG)


def authority(actor: Actor, *county_rows: tuple[str, ...], platform: Book = PLATFORM) -> Authority:
    rows = [(str(PINGYANG), *row) for row in county_rows]
    snapshot = Snapshot.of_county(
        county_id=PINGYANG, version=1, platform=platform, rows=rows, origin="a rulebook"
    )
    return Authority(actor, snapshot)


def standing_in(actor: Actor, *roles: str) -> Actor:
    """The same, while a colleague's post lends these roles to them."""
    lent = Lent(
        substitution_id=named("substitution"),
        capacity_id=named("absent"),
        person_id=named("absent", "person"),
        roles=frozenset(roles) - actor.roles,
        until=datetime(2026, 3, 14, tzinfo=UTC),
    )
    return replace(actor, roles=actor.roles | lent.roles, lent=lent)


class TestWhatIsLent:
    def test_permits_what_the_absent_one_may_in_the_body_s_own_matters(self) -> None:
        substitute = authority(standing_in(ZHOU, "head"))
        assert substitute.may("approve", LETTER, DRAFT)
        assert substitute.may("submit", LETTER, DRAFT)
        assert not substitute.by_own_right().may("approve", LETTER, DRAFT)
        assert substitute.by_own_right().may("submit", LETTER, DRAFT)
        # Asked in the other order the answers are the same: neither remembers for the other.
        assert substitute.may("approve", LETTER, DRAFT)

    def test_oversees_nothing(self) -> None:
        """A head of the supervising body may open files; whoever stands in for that head may not."""
        clerk = acting("registrar", tenant=JUSTICE, overseen=PINGYANG)
        head = acting("head", tenant=JUSTICE, overseen=PINGYANG)
        assert authority(head).may("open", "referral.file", SENT)
        for who in (authority(clerk), authority(standing_in(clerk, "head"))):
            assert not who.may("open", "referral.file", SENT)
            assert str(who.visible(Letter, "referral.file", "open").compile(dialect=POSTGRESQL)) == "false"
        assert (
            "overseer" not in authority(standing_in(clerk, "head")).plan("referral.file", "open").permitting
        )
        # What they oversee in their own right, they oversee still.
        overseer = acting("coordinator", tenant=COORDINATION, overseen=PINGYANG)
        assert authority(standing_in(overseer, "head")).may("open", "referral.file", SENT)

    def test_brings_its_bans_along(self) -> None:
        ban = ("head", "sender", LETTER, "submit", "forbid")
        assert authority(ZHOU, ban).may("submit", LETTER, DRAFT)
        assert not authority(standing_in(ZHOU, "head"), ban).may("submit", LETTER, DRAFT)

    def test_is_the_same_for_anybody_with_the_same_roles(self) -> None:
        clerk = standing_in(acting("registrar", tenant=JUSTICE, overseen=PINGYANG), "head")
        whoever = authority(clerk).of_anybody()
        assert whoever.plan("referral.file", "open") == authority(clerk).plan("referral.file", "open")


class TestAMorningInTheCounty:
    @pytest.mark.parametrize(
        ("actor", "row", "may", "may_not"),
        [
            (ZHOU, DRAFT, {"read", "draft", "revise", "attach", "submit", "discard"}, {"approve", "send"}),
            (
                LIN,
                DRAFT,
                {"revise", "approve", "reject", "send", "withdraw"},
                {"take_in", "accept", "return"},
            ),
            (TANG, DRAFT, {"read", "send"}, {"revise", "approve", "withdraw"}),
            (XU, DRAFT, set(), {"read", "take_in"}),
            (XU, SENT, {"read", "take_in"}, {"accept", "send", "revise"}),
            (GAO, SENT, {"read", "take_in", "accept", "return"}, {"withdraw", "approve", "send"}),
            (WU, DRAFT, set(), {"read"}),
            (WU, SENT, {"read"}, {"revise", "approve", "send", "take_in", "accept", "return"}),
            (STRANGER, SENT, set(), {"read", "draft", "send", "take_in", "accept"}),
        ],
    )
    def test_the_letter_answers_to_each_of_them(
        self, actor: Actor, row: Letter, may: set[str], may_not: set[str]
    ) -> None:
        answers = {action: authority(actor).may(action, LETTER, row) for action in may | may_not}
        assert answers == dict.fromkeys(may, True) | dict.fromkeys(may_not, False)

    def test_the_file_is_closed_to_the_receiver_until_it_is_admitted(self) -> None:
        assert authority(ZHOU).may("read", "referral.file", SENT)
        assert not authority(GAO).may("read", "referral.file", SENT)
        assert authority(GAO).may("read", "referral.file", ACCEPTED)

    def test_oversight_opens_the_file_and_never_just_reads_it(self) -> None:
        assert not authority(WU).may("read", "referral.file", ACCEPTED)
        assert authority(WU).may("open", "referral.file", ACCEPTED)
        assert not authority(LIN).may("open", "referral.file", ACCEPTED)

    def test_a_body_that_is_party_exercises_no_function(self) -> None:
        from_the_office = Letter(a=COORDINATION, b=KUNYANG, c=None, shown=PINGYANG)
        assert not authority(WU).may("open", "referral.file", from_the_office)
        assert not authority(WU).may("read", LETTER, from_the_office)

    def test_zhou_acting_as_the_town_has_the_town_s_role_and_not_hers(self) -> None:
        zhou_in_town = acting("officer", tenant=KUNYANG)
        assert authority(zhou_in_town).may("take_in", LETTER, SENT)
        assert not authority(zhou_in_town).may("revise", LETTER, SENT)


class TestABan:
    BAN = ("registrar", "sender", LETTER, "send", "forbid")

    def test_takes_what_the_platform_permits(self) -> None:
        assert not authority(TANG, self.BAN).may("send", LETTER, DRAFT)
        assert authority(LIN, self.BAN).may("send", LETTER, DRAFT)

    def test_on_one_role_is_a_ban_on_the_person_who_has_another_as_well(self) -> None:
        assert not authority(acting("registrar", "head"), self.BAN).may("send", LETTER, DRAFT)

    def test_in_one_relation_outweighs_a_permit_in_another(self) -> None:
        permit = ("officer", "undertaker", LETTER, "read", "permit")
        ban = ("officer", "sender", LETTER, "read", "forbid")
        both = Isolated(undertaker_id=ZHOU.person_id, sender_id=TRANSPORT)
        assert authority(ZHOU, permit).may("read", LETTER, both)
        assert not authority(ZHOU, permit, ban).may("read", LETTER, both)

    def test_of_a_county_outweighs_its_own_permit(self) -> None:
        permit = ("registrar", "sender", LETTER, "approve", "permit")
        ban = ("registrar", "sender", LETTER, "approve", "forbid")
        assert authority(TANG, permit).may("approve", LETTER, DRAFT)
        assert not authority(TANG, permit, ban).may("approve", LETTER, DRAFT)


class TestSilence:
    def test_of_an_empty_policy_denies_everything_in_rows_and_lists(self) -> None:
        silent = authority(STRANGER, platform=Book(()))
        assert not silent.may("read", LETTER, Letter(a=AOJIANG))
        assert not silent.may_at_all("read", LETTER)
        assert str(silent.visible(Letter, LETTER).compile(dialect=POSTGRESQL)) == "false"

    @pytest.mark.parametrize("roles", [(), ("",), ("*",), ("mayor",), ("Officer",)])
    def test_is_what_an_actor_without_a_known_role_hears(self, roles: tuple[str, ...]) -> None:
        nobody = authority(acting(*roles, tenant=TRANSPORT))
        assert not nobody.may("read", LETTER, SENT)
        assert nobody.plan(LETTER, "read") == Plan(frozenset(), frozenset())

    def test_of_rows_that_another_county_wrote(self) -> None:
        foreign = Row(str(AOJIANG), "officer", "sender", LETTER, "approve", "permit", "elsewhere:1")
        assert not authority(ZHOU, platform=Book([foreign])).may("approve", LETTER, DRAFT)


class TestAQuestion:
    def test_is_refused_with_the_act_named_when_nobody_of_that_role_may(self) -> None:
        authority(LIN).require("approve", LETTER, DRAFT)
        with pytest.raises(NotPermitted) as refused:
            authority(ZHOU).require("approve", LETTER, DRAFT)
        assert refused.value.facts == {
            "act_en": "approve: the letter that refers a matter, with its first facts and its state",
            "act_zh": "移送函：批准",
        }

    @pytest.mark.parametrize(
        ("action", "aspect"),
        [("aprove", LETTER), ("read", "referral.leter"), (LETTER, "read"), ("send", "deadline.clock")],
    )
    def test_with_a_word_that_does_not_exist_is_a_mistake_and_no_answer(
        self, action: str, aspect: str
    ) -> None:
        with pytest.raises(LookupError, match=r"vocabulary\.py"):
            authority(LIN).may(action, aspect, DRAFT)

    def test_about_a_table_that_lacks_the_relation_is_a_mistake_and_no_answer(self) -> None:
        with pytest.raises(UndeclaredRelation):
            authority(ZHOU).visible(Letter, "deadline.clock")

    def test_is_answered_the_same_whatever_was_asked_before(self) -> None:
        isolated = Isolated(sender_id=KUNYANG, receiver_id=TRANSPORT)
        asked = [
            (action, LETTER, row)
            for action in ("read", "take_in", "accept", "send")
            for row in (SENT, isolated)
        ]
        asked += [("read", "referral.file", SENT), ("read", "referral.events", isolated)]
        one = authority(GAO)
        alone = [authority(GAO).may(*question) for question in asked]
        assert [one.may(*question) for question in asked] == alone
        assert [one.may(*question) for question in reversed(asked)] == alone[::-1]
        assert {True, False} == set(alone)

    def test_without_a_row_tells_whether_there_could_be_one(self) -> None:
        assert authority(LIN).may_at_all("approve", LETTER)
        assert not authority(ZHOU).may_at_all("approve", LETTER)

    @pytest.mark.parametrize("other", [{"county_id": AOJIANG}, {"policy_version": 2}])
    def test_is_not_put_to_another_county_s_or_another_version_s_policies(
        self, other: dict[str, Any]
    ) -> None:
        with pytest.raises(ValueError, match="the actor goes by policies"):
            authority(acting("officer", **other))


class TestAList:
    def test_is_the_same_statement_for_the_same_plan_in_every_process(self) -> None:
        everybody = acting("registrar", "coordinator", overseen=PINGYANG)
        sql = str(authority(everybody).visible(Isolated, LETTER))
        # By name, and not in the order of a set, which differs from process to process.
        assert sql.rindex("overseer_id =") < sql.rindex("receiver_id =") < sql.rindex("sender_id =")

    def test_compares_columns_in_a_form_that_an_index_serves(self) -> None:
        sql = str(authority(ZHOU).visible(Letter, LETTER).compile(dialect=POSTGRESQL))
        assert "coalesce" not in sql.lower()
        assert "distinct from" not in sql.lower()
