"""Every question that the code asks has a row that could answer it, and every row answers a question of the code.

This reads `domain/` and `api/` and runs nothing of them. That each command does ask is tested with the commands.
"""

from pathlib import Path

from domain.rulebooks.registry import SPLIT_ASPECTS
from policies.rows import platform_rows
from tests.policies.questions_in_code import Question, questions_in, questions_of

ROOT = Path(__file__).parents[2]
NOT_ASKED_YET = Path(__file__).with_name("expected") / "not_asked_yet.list"
QUESTIONS = questions_in(ROOT, "domain", "api")
SPLIT = {(action, aspect.resource) for aspect in SPLIT_ASPECTS.values() for action in aspect.actions}
"""What no row of the platform's answers for all counties, because each splits it between home and host."""

ANSWERED = {(row.action, row.aspect) for row in platform_rows()}


def not_asked_yet() -> set[tuple[str, str]]:
    lines = NOT_ASKED_YET.read_text(encoding="utf-8").splitlines()
    pairs = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {(action, aspect) for action, aspect in pairs}


class TestTheCode:
    def test_asks_nothing_that_cannot_be_read_where_it_is_asked(self) -> None:
        assert [
            question.place for question in QUESTIONS if None in (question.action, question.aspect)
        ] == [], (
            "If you're here because this assertion failed, a right is asked for with a computed action or aspect. "
            "Say it as a literal or a constant of the module: whoever reviews rights looks for the words."
        )

    def test_asks_nothing_that_no_row_could_answer(self) -> None:
        answered = ANSWERED | SPLIT
        deaf = [q for q in QUESTIONS if (q.action, q.aspect) not in answered and q.action and q.aspect]
        assert deaf == [], (
            "If you're here because this assertion failed, the code asks for a right that nobody has. Either the "
            "words are misspelt, or policies/rules/<capability>.csv lacks the rows that give it, or no rulebook can."
        )

    def test_asks_for_every_right_that_the_rows_give(self) -> None:
        asked = {(question.action, question.aspect) for question in QUESTIONS}
        assert ANSWERED - asked - not_asked_yet() == set(), (
            "If you're here because this assertion failed, there are rows for rights that no code asks for: they look "
            "like rights and are none. Strike the rows out, or write the code that asks. While a capability is being "
            f"written, its pairs may stand in {NOT_ASKED_YET.name}, which is meant to become empty."
        )

    def test_asks_for_nothing_that_is_listed_as_not_asked_yet(self) -> None:
        asked = {(question.action, question.aspect) for question in QUESTIONS}
        assert not_asked_yet() - (ANSWERED - asked) == set(), f"Strike these out of {NOT_ASKED_YET.name}."


class TestReadingCode:
    def read(self, source: str) -> list[Question]:
        return questions_of({"m.py": source})

    def test_finds_literals_constants_and_keywords(self) -> None:
        source = (
            'LETTER = "referral.letter"\n'
            "def f(work, row):\n"
            '    work.require("send", LETTER, row)\n'
            '    if work.authority.may(aspect=LETTER, action="read", row=row): pass\n'
            '    work.visible(Model, "referral.file")\n'
            '    work.authority.visible(Model, "referral.file", "open")\n'
            "    someone.visible(row)\n"
        )
        assert self.read(source) == [
            Question("send", "referral.letter", "m.py:3"),
            Question("read", "referral.letter", "m.py:4"),
            Question("read", "referral.file", "m.py:5"),
            Question("open", "referral.file", "m.py:6"),
        ]

    def test_follows_a_parameter_to_its_callers(self) -> None:
        source = (
            "def take_up(work, row, act):\n"
            '    work.require(act, "referral.letter", row)\n'
            "def send(work, row):\n"
            '    take_up(work, row, "send")\n'
            "def accept(work, row):\n"
            '    take_up(work, row, act="accept")\n'
        )
        elsewhere = (
            "from house import m as steps\n"
            "from house.m import take_up as take\n"
            "def f(work, row):\n"
            '    steps.take_up(work, row, "return")\n'
            '    take(work, row, "withdraw")\n'
            '    other.take_up(work, row, "somebody else\'s")\n'
        )
        found = questions_of({"house/m.py": source, "house/n.py": elsewhere})
        assert {question.action for question in found} == {"send", "accept", "return", "withdraw"}

    def test_follows_an_import_to_the_constant(self) -> None:
        source = (
            "from house import queries\n"
            "from house.queries import LETTER as THE_LETTER\n"
            "def f(work, row):\n"
            '    work.require("send", queries.LETTER, row)\n'
            '    work.require("accept", THE_LETTER, row)\n'
        )
        found = questions_of({"m.py": source, "house/queries.py": 'LETTER = "referral.letter"\n'})
        assert {(question.action, question.aspect) for question in found} == {
            ("send", "referral.letter"),
            ("accept", "referral.letter"),
        }

    def test_reports_what_it_cannot_read(self) -> None:
        source = (
            "def f(work, row, how):\n"
            '    work.require(how + "d", row.aspect, row)\n'
            '    work.visible(Model, "a.b", how)\n'
            "    work.may(how, row.aspect, row)\n"
        )
        assert self.read(source) == [Question(None, None, "m.py:2"), Question(None, "a.b", "m.py:3")]
