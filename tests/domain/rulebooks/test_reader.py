"""From a place's TOML to a draft, and the faults it is refused for, each with its line and column.

Syntax is `test_located.py`; what a draft is worth beside others is `test_shelf.py`.
"""

from datetime import date

import pytest

from domain.rulebooks.entries import Permit, Procedure
from domain.rulebooks.located import Place
from domain.rulebooks.rules import Limit, RulebookRefused, parse
from tests.domain.rulebooks.texts import COUNTY, limit, mention, rulebook


def refused(text: str) -> list[tuple[str, int, int]]:
    """The faults of a text as (code, line, column)."""
    with pytest.raises(RulebookRefused) as refusal:
        parse(text, name="east.toml")
    return [(fault.code, fault.place.line, fault.place.column) for fault in refusal.value.faults]


def only_fault(body: str) -> tuple[str, int, int]:
    """The one fault of a county's text with this body, its line counted from the first line of the body."""
    (fault,) = refused(COUNTY + body)
    return fault[0], fault[1] - COUNTY.count("\n"), fault[2]


class TestParse:
    def test_keeps_value_unit_and_source_of_an_entry(self) -> None:
        draft = parse(COUNTY + limit("referral.send", 3, article="8"), name="east.toml")
        entry = draft.entries["referral.send"]
        assert (entry.value, entry.unit) == (Limit(3, "working_days"), "working_days")
        assert (entry.document.title, entry.article, entry.layer, entry.place) == (
            "某办法",
            "8",
            "county",
            "east",
        )
        assert (draft.layer, draft.place, draft.county, draft.valid_from) == (
            "county",
            "east",
            "east",
            date(2024, 1, 1),
        )

    def test_keeps_a_contradicting_statement_beside_the_one_applied(self) -> None:
        body = (
            limit("referral.verify", 5)
            + 'because = "专条优先"\n[[referral.verify.alternatives]]\nvalue = 7\nunit = "working_days"\n'
            + 'document = "D"\narticle = "6"\nsays = "别处另有规定"\n'
        )
        entry = parse(COUNTY + body, name="east.toml").entries["referral.verify"]
        assert entry.because == "专条优先"
        (kept,) = entry.alternatives
        assert (kept.value, kept.article, kept.says) == (Limit(7, "working_days"), "6", "别处另有规定")

    def test_keeps_what_a_document_says_without_fixing_it_apart_from_entries(self) -> None:
        draft = parse(COUNTY + mention("referral.send", "promptly", article="13"), name="east.toml")
        said = draft.mentions["referral.send"]
        assert (said.says, said.article, said.layer, said.place) == ("promptly", "13", "county", "east")
        assert draft.entries == {}

    def test_gives_the_same_draft_for_a_text_with_windows_line_ends(self) -> None:
        text = COUNTY + limit("referral.send", 3)
        dos = parse(text.replace("\n", "\r\n"), name="east.toml")
        assert dos.entries == parse(text, name="east.toml").entries

    def test_reads_a_split_of_powers_into_permits_for_each_side_and_role(self) -> None:
        body = (
            '\n[powers.register]\nread = "both"\nroles = ["head", "officer"]\ndocument = "D"\narticle = "6"\n'
        )
        draft = parse(COUNTY + body, name="east.toml")
        assert draft.permits() == {
            Permit(role, relation, "secondment.entry", "read")
            for role in ("head", "officer")
            for relation in ("home", "host")
        }

    def test_reads_one_side_as_that_side_only(self) -> None:
        body = '\n[powers.register]\nread = "home"\nroles = ["head"]\ndocument = "D"\narticle = "6"\n'
        assert parse(COUNTY + body, name="x").permits() == {
            Permit("head", "home", "secondment.entry", "read")
        }

    def test_reads_what_the_other_side_has_in_it_and_what_holds_for_one_mode(self) -> None:
        body = (
            '\n[powers.recall]\ndecide = "home"\nheard = "host"\ncopied = "host"\nroles = ["head"]\n'
            'document = "D"\narticle = "6"\n'
            '\n[powers.recall.itinerant]\ndecide = "both"\ndocument = "D"\narticle = "7"\nnote = "另行规定"\n'
        )
        draft = parse(COUNTY + body, name="x")
        assert [(each.mode, each.side, each.procedure, each.article) for each in draft.powers] == [
            (None, "home", Procedure(heard="host", copied="host"), "6"),
            ("itinerant", "both", Procedure(), "7"),
        ]
        assert draft.permits() == {
            Permit("head", relation, "secondment.recall", "decide") for relation in ("home", "host")
        }


class TestRefusals:
    """Each text has one fault; line 1 of the body is an empty line, line 2 the table's header."""

    def test_of_a_misspelt_key_at_the_key_with_a_hint(self) -> None:
        with pytest.raises(RulebookRefused) as refusal:
            parse(COUNTY + limit("referral.sned", 3), name="east.toml")
        (fault,) = refusal.value.faults
        assert (fault.code, fault.place) == ("UNKNOWN_ENTRY", Place(COUNTY.count("\n") + 2, 11))
        assert 'did you mean "referral.send"?' in refusal.value.sentence("en")
        assert "是否应为“referral.send”？" in refusal.value.sentence("zh")
        assert "east.toml:12:11:" in refusal.value.sentence("zh")

    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            ("\n[refferal.send]\nvalue = 3\n", ("UNKNOWN_FIELD", 2, 2)),
            (
                '\n[referral.send]\nvalue = "3"\nunit = "working_days"\ndocument = "D"\narticle = "8"\n',
                ("WRONG_TYPE", 3, 9),
            ),
            (limit("referral.send", 0), ("OUT_OF_RANGE", 3, 9)),
            (limit("referral.send", -3), ("OUT_OF_RANGE", 3, 9)),
            (limit("referral.send", 3, unit="weeks"), ("WRONG_UNIT", 4, 8)),
            ('\n[referral.send]\nvalue = 3\ndocument = "D"\narticle = "8"\n', ("WRONG_UNIT", 2, 11)),
            ('\n[referral.send]\nvalue = 3\nunit = 5\ndocument = "D"\narticle = "8"\n', ("WRONG_TYPE", 4, 8)),
            ('\n[referral.send]\nunit = "hours"\ndocument = "D"\narticle = "8"\n', ("MISSING_FIELD", 2, 11)),
            ('\n[referral.send]\nvalue = 3\nunit = "hours"\narticle = "8"\n', ("MISSING_FIELD", 2, 11)),
            ('\n[referral.send]\nvalue = 3\nunit = "hours"\ndocument = "D"\n', ("MISSING_FIELD", 2, 11)),
            (
                '\n[referral.send]\nvalue = 3\nunit = "hours"\ndocument = "E"\narticle = "8"\n',
                ("UNKNOWN_DOCUMENT", 5, 12),
            ),
            (
                '\n[referral.send]\nvalue = 3\nunit = "hours"\ndocument = "D"\narticle = ""\n',
                ("EMPTY", 6, 11),
            ),
            (limit("referral.send", 3) + "vaild_until = 2024-01-01\n", ("UNKNOWN_FIELD", 7, 1)),
            (mention("referral.send", "soon"), ("UNKNOWN_WORD", 3, 8)),
            (mention("referral.doubted", "promptly"), ("NO_LIMIT", 3, 8)),
            (mention("referral.send", "promptly") + "value = 3\n", ("UNKNOWN_FIELD", 6, 1)),
            ('\n[referral.send]\nsays = "promptly"\narticle = "8"\n', ("MISSING_FIELD", 2, 11)),
            (
                limit("referral.send", 3) + "valid_from = 2024-03-01\nvalid_until = 2024-02-01\n",
                ("VALIDITY_REVERSED", 8, 15),
            ),
            (limit("referral.send", 3) + 'valid_until = "2024"\n', ("WRONG_TYPE", 7, 15)),
            ("\n[referral]\nsend = 3\n", ("WRONG_TYPE", 3, 8)),
            (
                '\n[referral.directions]\nvalue = ["township_to_township", "upwards"]\ndocument = "D"\narticle = "8"\n',
                ("UNKNOWN_WORD", 3, 34),
            ),
            ('\n[referral.directions]\nvalue = []\ndocument = "D"\narticle = "8"\n', ("EMPTY", 3, 9)),
            (
                '\n[referral.directions]\nvalue = "township_to_township"\ndocument = "D"\narticle = "8"\n',
                ("WRONG_TYPE", 3, 9),
            ),
            (
                '\n[referral.receiving]\nvalue = "verify"\ndocument = "D"\narticle = "8"\n',
                ("UNKNOWN_WORD", 3, 9),
            ),
            (
                '\n[referral.doubted]\nvalue = "government"\ndocument = "D"\narticle = "8"\n',
                ("UNKNOWN_WORD", 3, 9),
            ),
            (
                '\n[referral.doubt_heard_by]\nvalue = "goverment"\ndocument = "D"\narticle = "8"\n',
                ("UNKNOWN_WORD", 3, 9),
            ),
            (
                '\n[referral.passing_on_allowed]\nvalue = "no"\ndocument = "D"\narticle = "8"\n',
                ("WRONG_TYPE", 3, 9),
            ),
            (
                '\n[referral.send_urgent]\nvalue = 24\nunit = "hour"\ndocument = "D"\narticle = "8"\n',
                ("WRONG_UNIT", 4, 8),
            ),
            (
                '\n[deadlines.escalate_to]\nvalue = { "referral.settle" = "supervision" }\n'
                'document = "D"\narticle = "8"\n',
                ("UNKNOWN_WORD", 3, 31),
            ),
            ('\n[referral.head_approves]\nvalue = 1\ndocument = "D"\narticle = "8"\n', ("WRONG_TYPE", 3, 9)),
            (
                '\n[referral.head_approves]\nvalue = true\nunit = "hours"\ndocument = "D"\narticle = "8"\n',
                ("WRONG_UNIT", 4, 8),
            ),
            (
                '\n[referral.file_opens]\nvalue = "sometimes"\ndocument = "D"\narticle = "8"\n',
                ("UNKNOWN_WORD", 3, 9),
            ),
            (
                '\n[staff.modes]\nvalue = ["stationed", "floating"]\ndocument = "D"\narticle = "6"\n',
                ("UNKNOWN_WORD", 3, 23),
            ),
            (
                '\n[staff.modes]\nvalue = ["stationed", "stationed"]\ndocument = "D"\narticle = "6"\n',
                ("TWICE", 3, 23),
            ),
            ('\n[staff.modes]\nvalue = []\ndocument = "D"\narticle = "6"\n', ("EMPTY", 3, 9)),
            (
                '\n[referral.letter_number]\nvalue = "{short}移{n}号"\ndocument = "D"\narticle = "6"\n',
                ("WRONG_FORM", 3, 9),
            ),
            (
                '\n[files.max_size]\nvalue = 5\nunit = "MB"\ndocument = "D"\narticle = "6"\n',
                ("WRONG_UNIT", 4, 8),
            ),
            (
                '\n[office.hours]\nvalue = ["08:30-12:00", "11:00-17:00"]\ndocument = "D"\narticle = "6"\n',
                ("WRONG_ORDER", 3, 25),
            ),
            (
                '\n[office.hours]\nvalue = ["12:00-08:30"]\ndocument = "D"\narticle = "6"\n',
                ("WRONG_ORDER", 3, 10),
            ),
            (
                '\n[deadlines.escalate_to]\nvalue = { referral = "coordinaton" }\ndocument = "D"\narticle = "6"\n',
                ("UNKNOWN_WORD", 3, 22),
            ),
            (
                '\n[deadlines.escalate_to]\nvalue = { "referral.vrify" = "coordination" }\ndocument = "D"\narticle = "6"\n',
                ("UNKNOWN_WORD", 3, 30),
            ),
            (
                '\n[referral.materials]\nvalue = [\n  { kind = "letter", need = "always", name = "函", item = "1" },\n]\n'
                'document = "D"\narticle = "8"\n',
                ("UNKNOWN_WORD", 4, 29),
            ),
            (
                '\n[referral.materials]\nvalue = [\n  { kind = "letter", need = "required", name = "函", item = 1 },\n]\n'
                'document = "D"\narticle = "8"\n',
                ("WRONG_TYPE", 4, 60),
            ),
            (
                '\n[referral.materials]\nvalue = [\n  { kind = "letter", need = "required", name = "函", item = "1" },\n'
                '  { kind = "letter", need = "required", name = "函", item = "2" },\n]\ndocument = "D"\narticle = "8"\n',
                ("TWICE", 5, 12),
            ),
            (
                '\n[powers.payroll]\nread = "home"\nroles = ["head"]\ndocument = "D"\narticle = "6"\n',
                ("UNKNOWN_FIELD", 2, 9),
            ),
            (
                '\n[powers.register]\nread = "neither"\nroles = ["head"]\ndocument = "D"\narticle = "6"\n',
                ("UNKNOWN_WORD", 3, 8),
            ),
            (
                '\n[powers.register]\nread = "home"\nroles = ["head", "mayor"]\ndocument = "D"\narticle = "6"\n',
                ("UNKNOWN_WORD", 4, 18),
            ),
            ('\n[powers.register]\nread = "home"\nroles = ["head"]\n', ("MISSING_FIELD", 2, 9)),
            (
                '\n[powers.recall]\ndecide = "home"\nheard = "home"\nroles = ["head"]\n'
                'document = "D"\narticle = "6"\n',
                ("DECIDES_ITSELF", 4, 9),
            ),
            (
                '\n[powers.recall]\ndecide = "both"\nconsents = "host"\nroles = ["head"]\n'
                'document = "D"\narticle = "6"\n',
                ("DECIDES_ITSELF", 4, 12),
            ),
            (
                '\n[powers.recall]\ndecide = "home"\nheard = "both"\nroles = ["head"]\n'
                'document = "D"\narticle = "6"\n',
                ("UNKNOWN_WORD", 4, 9),
            ),
            (
                '\n[powers.recall]\ndecide = "home"\nroles = ["head"]\ndocument = "D"\narticle = "6"\n'
                '[powers.recall.itinerrant]\ndecide = "both"\ndocument = "D"\narticle = "6"\n',
                ("UNKNOWN_FIELD", 7, 16),
            ),
        ],
    )
    def test_name_the_line_and_the_column_to_look_at(self, body: str, fault: tuple[str, int, int]) -> None:
        found = refused(COUNTY + body)
        assert (fault[0], fault[1] + COUNTY.count("\n"), fault[2]) in found
        assert len(found) == 1 or fault[0] == "MISSING_FIELD", found

    def test_of_a_contradiction_that_does_not_say_which_reading_is_applied(self) -> None:
        body = limit("referral.verify", 5) + (
            '[[referral.verify.alternatives]]\nvalue = 7\nunit = "working_days"\ndocument = "D"\narticle = "6"\nsays = "另有规定"\n'
        )
        assert only_fault(body) == ("NOT_EXPLAINED", 2, 11)

    def test_of_a_fault_inside_a_contradicting_statement(self) -> None:
        body = limit("referral.verify", 5) + (
            'because = "专条"\n[[referral.verify.alternatives]]\nvalue = 7\nunit = "days"\ndocument = "D"\narticle = "6"\nsays = "另"\n'
        )
        assert only_fault(body) == ("WRONG_UNIT", 10, 8)

    def test_of_another_places_numbers_that_are_not_called_adopted(self) -> None:
        text = COUNTY.replace('place = "east"\n', 'place = "east"\n', 1) + (
            '\n[documents.W]\ntitle = "西镇办法"\nplace = "west-town"\n'
            '\n[referral.send]\nvalue = 3\nunit = "working_days"\ndocument = "W"\narticle = "8"\n'
        )
        (fault,) = refused(text)
        assert fault == ("NOT_ADOPTED", COUNTY.count("\n") + 6, 11)
        assert (
            parse(text + 'adopted_from = "west-town"\n', name="x").entries["referral.send"].adopted_from
            == "west-town"
        )

    def test_of_numbers_called_adopted_from_somebody_else_than_the_document_is_of(self) -> None:
        assert only_fault(limit("referral.send", 3) + 'adopted_from = "north"\n') == ("NOT_ADOPTED", 7, 16)

    def test_of_nothing_when_the_document_is_a_superiors(self) -> None:
        text = COUNTY + (
            '\n[documents.P]\ntitle = "省条例"\nplace = "zhejiang"\nsuperior = true\n'
            '\n[referral.send]\nvalue = 3\nunit = "working_days"\ndocument = "P"\narticle = "8"\n'
        )
        assert parse(text, name="x").entries["referral.send"].adopted_from is None

    def test_of_a_validity_that_ends_before_it_begins(self) -> None:
        text = rulebook(valid_from="2024-05-02", valid_until="2024-05-01")
        assert refused(text) == [("VALIDITY_REVERSED", 6, 15)]
        assert parse(
            rulebook(valid_from="2024-05-02", valid_until="2024-05-02"), name="x"
        ).valid_until == date(2024, 5, 2)

    @pytest.mark.parametrize("written", ['"2024-01-01"', "2024-01-01T08:00:00", "2024"])
    def test_of_a_date_that_is_none(self, written: str) -> None:
        assert refused(rulebook(valid_from=written)) == [("WRONG_TYPE", 4, 14)]

    def test_of_a_county_that_does_not_say_which_one_it_is(self) -> None:
        assert refused(rulebook().replace('place = "east"\n', "", 1)) == [("MISSING_FIELD", 1, 2)]

    def test_of_a_township_that_does_not_name_its_county(self) -> None:
        text = rulebook(layer="township", place="east-town").replace('county = "east"\n', "")
        assert refused(text) == [("MISSING_FIELD", 1, 2)]

    @pytest.mark.parametrize("layer", ["national", "platform"])
    def test_of_a_place_for_a_layer_that_belongs_to_none(self, layer: str) -> None:
        text = rulebook(layer=layer).replace("title", 'place = "east"\ntitle', 1)
        assert refused(text) == [("WRONG_LAYER", 3, 9)]

    @pytest.mark.parametrize("layer", ["national", "township"])
    def test_of_powers_split_by_anybody_but_a_county_or_the_platforms_default(self, layer: str) -> None:
        text = rulebook(
            layer=layer,
            body='[powers.register]\nread = "home"\nroles = ["head"]\ndocument = "D"\narticle = "6"\n',
        )
        assert [fault[0] for fault in refused(text)] == ["WRONG_LAYER"]

    def test_of_an_empty_file(self) -> None:
        assert ("MISSING_FIELD", 1, 1) in refused("")

    def test_of_everything_at_once_in_the_order_of_the_lines(self) -> None:
        body = (
            limit("referral.sned", 3) + limit("referral.tell", 0) + limit("referral.verify", 5, unit="weeks")
        )
        found = refused(COUNTY + body)
        assert [code for code, _, _ in found] == ["UNKNOWN_ENTRY", "OUT_OF_RANGE", "WRONG_UNIT"]
        assert found == sorted(found, key=lambda fault: fault[1:])
