"""The glossary has every word of the code's closed sets, each beside a Chinese one.

It cannot tell whether a word is well chosen.
"""

import re
from pathlib import Path
from typing import get_args

import pytest

from domain.agreements import rules as agreements
from domain.alerts import rules as alerts
from domain.assignments import rules as assignments
from domain.attendance import rules as attendance
from domain.catalogue import rules as catalogue
from domain.certificates import rules as certificates
from domain.consultations import rules as consultations
from domain.deadlines.rules import RUNGS, Change
from domain.discipline import rules as discipline
from domain.exports import rules as exports
from domain.inbox import rules as inbox
from domain.leave import rules as leave
from domain.liaisons import rules as liaisons
from domain.lineage import rules as lineage
from domain.night_duty import rules as night_duty
from domain.organisations.rules import KINDS
from domain.personal_data import rules as personal_data
from domain.personal_data.sealing import SUITES
from domain.referrals.rules import STATES_ZH, TRANSITIONS
from domain.rulebooks.entries_of.consultations import SILENCE
from domain.rulebooks.entries_of.staff import BINDING
from domain.rulebooks.reader import PROCEDURE
from domain.rulebooks.registry import FUNCTIONS, LAYERS, MATERIALS, RANKS, REGISTRY, SPLIT_ASPECTS, TOLD
from domain.rulebooks.values import MENTIONS, UNITS, Asks
from domain.secondments import rules as secondments
from domain.secondments.rules import MODES
from domain.staff.rules import ESTABLISHMENTS, REGISTERS
from domain.substitutions import rules as substitutions
from domain.supervision import rules as supervision
from policies.relations import RELATIONS
from policies.vocabulary import ACTIONS, EFFECTS, ROLES

GLOSSARY = Path(__file__).parents[1] / "docs" / "glossary.md"
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("| ---", "| English"))
]
IN_CODE = {word for row in ROWS for word in re.findall(r"`([^`]+)`", row[2])}

CLOSED_SETS = {
    "roles": ROLES,
    "relations": RELATIONS,
    "actions": ACTIONS,
    "effects": EFFECTS,
    "states of a referral": STATES_ZH,
    "acts on a referral": TRANSITIONS,
    "kinds of personal data": personal_data.KINDS,
    "suites of keys": SUITES,
    "states of an agreement": agreements.STATES,
    "acts on an agreement": agreements.TRANSITIONS,
    "acts on an assignment": assignments.ACTS,
    "what waits in the inbox": inbox.KINDS,
    "states of a substitution": substitutions.STATES,
    "acts on a substitution": substitutions.ACTS,
    "acts on a liaison officer": liaisons.ACTS,
    "states of a liaison officer": liaisons.STATES,
    "ranks of liaison officers": RANKS,
    "registers of staff": REGISTERS,
    "establishments": ESTABLISHMENTS,
    "acts on a secondment": secondments.ACTS,
    "aspects of management": SPLIT_ASPECTS,
    "parts in a decision": PROCEDURE,
    "kinds of consultations": consultations.KINDS,
    "what a co-manager is asked": get_args(Asks),
    "states of a consultation": consultations.STATES,
    "acts on a consultation": consultations.ACTS,
    "answers of a co-manager": consultations.ANSWERS,
    "standings of a consultation": consultations.STANDINGS,
    "what silence means": SILENCE,
    "bindings of seconded officers": BINDING,
    "acts on a certificate": certificates.ACTS,
    "states of a certificate": certificates.STATES,
    "answers on a legal review": certificates.REVIEWS,
    "powers of an item": catalogue.POWERS,
    "findings of an assessment": catalogue.FINDINGS,
    "periods of patrols": catalogue.PERIODS,
    "lists of lenient handling": catalogue.LENIENCIES,
    "kinds of alerts": alerts.KINDS,
    "states of an alert": alerts.STATES_ZH,
    "acts on an alert": (*alerts.TRANSITIONS, *alerts.NOTICE_TRANSITIONS),
    "answers to an alert": alerts.ANSWERS,
    "who is told of an alert": TOLD,
    "kinds of supervision notes": supervision.KINDS,
    "states of a supervision note": supervision.STATES,
    "acts on a supervision note": supervision.TRANSITIONS,
    "grounds of discipline": discipline.GROUNDS,
    "states of a disciplinary case": discipline.STATES,
    "acts on a disciplinary case": discipline.TRANSITIONS,
    "measures of discipline": discipline.MEASURES,
    "outcomes of a review": discipline.OUTCOMES,
    "states of an export": exports.STATES_ZH,
    "acts on an export": exports.TRANSITIONS,
    "kinds of leave": leave.KINDS,
    "states of a request for leave": leave.STATES,
    "acts on a request for leave": leave.TRANSITIONS,
    "marks of attendance": attendance.MARKS,
    "conditions of a night": night_duty.CONDITIONS,
    "states of a swap": night_duty.SWAP_STATES,
    "acts on a swap": night_duty.SWAP_ACTS,
    "kinds of material": MATERIALS.kinds,
    "needs of material": MATERIALS.needs,
    "functions": FUNCTIONS,
    "kinds of bodies": KINDS,
    "changes of bodies and units": lineage.KINDS,
    "modes of secondment": MODES,
    "rungs": RUNGS,
    "changes of a deadline": get_args(Change),
    "units": UNITS,
    "layers": LAYERS,
    "mentions": MENTIONS,
    "limits": [
        key.partition(".")[2]
        for key in REGISTRY
        if key.startswith(("referral.", "alert.", "supervision.", "consultation.")) and "_" not in key
    ],
}


class TestGlossary:
    @pytest.mark.parametrize("name", CLOSED_SETS)
    def test_has_every_word_of(self, name: str) -> None:
        missing = sorted(word for word in CLOSED_SETS[name] if word not in IN_CODE)
        assert not missing, (
            f"{missing} of the {name} are not in docs/glossary.md. If you are here because you added a word: "
            "put it there with its Chinese one, in the table it belongs to."
        )

    def test_gives_every_word_a_chinese_one(self) -> None:
        without = [row[0] for row in ROWS if re.search(r"[\u4e00-\u9fff]", row[1]) is None]
        assert not without

    def test_has_four_cells_in_every_row(self) -> None:
        assert not [row for row in ROWS if len(row) != 4]

    def test_explains_no_english_word_twice(self) -> None:
        words = [row[0] for row in ROWS]
        assert len(words) == len(set(words))
