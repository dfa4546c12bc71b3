"""The state machine: people ask and act at random while the county's life goes on around them.

Besides looking through every answer (`watching.py`), it asks two questions that no canary answers. Does anything about
an answer change because others wrote something of their own? Totals, cursors, order, errors: all of it must be the same
to the letter. And is an id that is not one's own told apart from one that never was?

Hypothesis chooses the steps and their seeds; what a seed makes of a document follows from the schema.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from api.identifiers import global_id
from tests.isolation.asking import Document, act, drawn_question, taking
from tests.isolation.canaries import canary
from tests.isolation.ground import Acting, Ground
from tests.isolation.life import CONTENTS, Life
from tests.isolation.strangers import no_telling_apart, others_write
from tests.isolation.watching import Watch
from tests.worlds import NOW

WHO = st.integers(0, 10_000)
SEED = st.integers(0, 2**32 - 1)

NOT_AT_RANDOM = ("signIn", "signOut", "appointSubstitute")
"""Everybody is signed in already, and has to stay so; and who may read what is known by the roles of their own posts.
What is lent to whom, and that it ends, is shown in `tests/tenancy/test_lending.py`."""

OVERSEERS = ("wu@coordination", "shen@justice")

NEXT: dict[str, list[tuple[str, str, dict[str, Callable[[], Any]]]]] = {
    "awaiting_approval": [
        ("lin@transport", "approveReferral", {}),
        ("lin@transport", "rejectReferral", {"reason": canary}),
    ],
    "approved": [("tang@transport", "sendReferral", {"lateReason": canary})],
    "sent": [
        ("xu@kunyang", "takeInReferral", {}),
        ("lin@transport", "withdrawReferral", {"reason": canary}),
    ],
    "taken_in": [
        ("chen@kunyang", "verifyReferral", {"finding": lambda: "FIT", "note": canary}),
        ("chen@kunyang", "askForMaterial", {"asked": canary}),
        ("gao@kunyang", "acceptReferral", {}),
        ("gao@kunyang", "returnReferral", {"reasons": canary}),
        ("gao@kunyang", "doubtCompetence", {"reason": canary}),
    ],
    "verified": [
        ("gao@kunyang", "acceptReferral", {}),
        ("chen@kunyang", "askForMaterial", {"asked": canary}),
    ],
    "awaiting_material": [
        ("zhou@transport", "supplyMaterial", {"note": canary}),
        ("gao@kunyang", "acceptReferral", {}),
    ],
    "doubted": [("gao@kunyang", "settleCompetence", {"competent": lambda: True, "basis": canary})],
    "accepted": [("chen@kunyang", "reportProgress", {"progress": canary})],
}
"""How a matter between transport and kunyang goes on: state → who does what, with which words."""


def machine_over(watch: Watch) -> type[RuleBasedStateMachine]:
    """The machine for one composition."""

    class Tenants(RuleBasedStateMachine):
        """Two counties, and everybody in them."""

        ground: Ground
        life: Life

        @initialize()
        def a_county_with_a_matter_in_it(self) -> None:
            watch.composition.clock.instant = NOW
            self.ground = watch.backstage.ground()
            self.life = Life(watch, self.ground)
            self.life.taken_in()
            watch.backstage.relay(self.ground)

        def who(self, number: int) -> Acting:
            """Any of the people, mostly one of those whom the matters here concern."""
            near = [each for each in self.ground.people if not each.name.startswith("elsewhere")]
            return (near * 3 + self.ground.people)[number % (len(near) * 3 + len(self.ground.people))]

        @rule(who=WHO, seed=SEED)
        def somebody_asks(self, who: int, seed: int) -> None:
            watch.ask(self.who(who), self._question(seed))

        @rule(who=WHO, seed=SEED)
        def somebody_acts(self, who: int, seed: int) -> None:
            acting, random = self.who(who), Random(seed)
            supply = random.choice([watch.supply(self.ground), watch.supply(self.ground, readable_by=acting)])
            watch.ask(acting, act(watch.schema, supply, random.choice, self._mutation(random), depth=2))

        @rule(who=WHO, seed=SEED)
        def somebody_fetches_contents(self, who: int, seed: int) -> None:
            supply = watch.supply(self.ground)
            files = [*supply.ids.get("ReferralMaterial", []), *supply.ids.get("File", [])]
            if files:
                watch.download(self.who(who), Random(seed).choice(files))

        @rule(seed=SEED)
        def a_matter_goes_on(self, seed: int) -> None:
            random = Random(seed)
            theirs = [
                each
                for each in watch.backstage.rows("referrals", self.ground.here.county_id)
                if each.row["state"] in NEXT
                and each.row["from_id"] == str(self.ground.here.bodies["transport"])
                and each.row["addressee_id"] == str(self.ground.here.bodies["kunyang"])
            ]
            if not theirs:
                self.life.on("zhou@transport", "submitReferral", self.life.draft())
                return
            row = random.choice(theirs).row
            who, mutation, texts = random.choice(NEXT[row["state"]])
            given: dict[str, Any] = {name: text() for name, text in texts.items()}
            referral = {"id": global_id("Referral", UUID(row["id"])), "version": row["version"]}
            self.life.on(who, mutation, referral, **given)

        @rule(hours=st.sampled_from([1, 20, 24 * 4, 24 * 20]))
        def time_passes(self, hours: int) -> None:
            watch.composition.clock.advance(timedelta(hours=hours))
            watch.backstage.fire(self.ground)

        @rule()
        def what_was_announced_is_told(self) -> None:
            watch.backstage.relay(self.ground)

        @rule(who=WHO, seed=SEED)
        def others_write_and_nothing_changes_for_somebody(self, who: int, seed: int) -> None:
            acting, document, random = self.who(who), self._question(seed), Random(seed)
            before = watch.ask(acting, document)
            others_write(watch, self.ground, acting, random.choice)
            after = watch.ask(acting, document)
            assert (after.status, after.text) == (before.status, before.text), (
                f"{acting} notices that others wrote: {document}\nbefore {before.text}\nafter  {after.text}"
            )

        @rule(who=WHO, seed=SEED)
        def a_strangers_id_is_like_one_that_never_was(self, who: int, seed: int) -> None:
            acting, random = self.who(who), Random(seed)
            strange = watch.supply(self.ground, not_readable_by=acting)
            kind = random.choice(sorted(strange.ids))
            acts, questions = taking(watch.schema, kind)
            root = random.choice([*acts, *questions] or [self._mutation(random)])
            no_telling_apart(watch, acting, kind, random.choice(strange.ids[kind]), root, random.choice)

        @precondition(lambda self: watch.composition.locks != "filter off")
        @rule(who=st.sampled_from(OVERSEERS))
        def what_an_overseer_opened_is_on_record(self, who: str) -> None:
            acting = self.ground.of(who)
            open_to_oversight = [
                each
                for each in watch.backstage.rows("referral_materials", self.ground.here.county_id)
                if each.row["overseen_id"] and global_id("File", UUID(each.row["file_id"])) in CONTENTS
            ]
            if open_to_oversight:
                row = open_to_oversight[-1].row
                before = self._openings(acting)
                answer = watch.download(acting, global_id("ReferralMaterial", UUID(row["id"])))
                assert answer.status == 200
                assert self._openings(acting) == before + 1

        def _openings(self, who: Acting) -> int:
            lines = watch.backstage.rows("audit_lines", self.ground.here.county_id)
            return sum(
                each.row["action"].endswith("opened_through_oversight")
                and each.row["capacity_id"] == str(who.reader.capacity_id)
                for each in lines
            )

        def _question(self, seed: int) -> Document:
            return drawn_question(watch.schema, watch.supply(self.ground), Random(seed).choice)

        def _mutation(self, random: Random) -> str:
            assert watch.schema.mutation_type is not None
            acts = [name for name in watch.schema.mutation_type.fields if name not in NOT_AT_RANDOM]
            return str(random.choice(acts))

    return Tenants
