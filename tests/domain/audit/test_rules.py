"""Digests cover everything they should, a checkpoint is what was signed, and every finding has its words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.audit import rules
from domain.audit.rules import FINDINGS, Checkpoint, NotACheckpoint, Report

COUNTY, SOMETHING, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)

AT = datetime(2026, 3, 10, 1, 0, 0, 1, tzinfo=UTC)

LINE: dict[str, Any] = {
    "county_id": COUNTY,
    "line_id": SOMETHING,
    "at": AT,
    "action": "referral.sent",
    "subject_kind": "referral",
    "subject_id": SOMETHING,
    "tenant_id": SOMETHING,
    "person_id": SOMETHING,
    "capacity_id": None,
    "for_person_id": None,
    "for_capacity_id": None,
    "commitment": b"\1" * 32,
}

SEAL: dict[str, Any] = {
    "county_id": COUNTY,
    "number": 7,
    "previous": b"\2" * 32,
    "sealed_at": AT,
    "lines": [b"\3" * 32, b"\4" * 32],
}


class TestLineDigest:
    @pytest.mark.parametrize("part", LINE)
    def test_shows_a_change_of_any_part(self, part: str) -> None:
        changes: dict[type, Any] = {
            UUID: OTHER,
            datetime: AT + timedelta(microseconds=1),
            str: "other",
            bytes: b"\0" * 32,
            type(None): OTHER,
        }
        changed = LINE | {part: changes[type(LINE[part])]}
        assert rules.line_digest(**changed) != rules.line_digest(**LINE)

    def test_is_the_same_for_the_same_instant_in_another_zone(self) -> None:
        elsewhere = LINE | {"at": AT.astimezone(timezone(timedelta(hours=8)))}
        assert rules.line_digest(**elsewhere) == rules.line_digest(**LINE)


class TestSealDigest:
    @pytest.mark.parametrize(
        "change",
        [
            {"county_id": OTHER},
            {"number": 8},
            {"previous": b"\0" * 32},
            {"sealed_at": AT + timedelta(seconds=1)},
            {"lines": SEAL["lines"][:1]},
            {"lines": SEAL["lines"][::-1]},
        ],
    )
    def test_shows_a_change_of_its_place_its_time_and_its_lines(self, change: dict[str, Any]) -> None:
        assert rules.seal_digest(**(SEAL | change)) != rules.seal_digest(**SEAL)


class TestCommitment:
    def test_does_not_depend_on_the_order_of_the_content(self) -> None:
        assert rules.commitment(b"s", {"a": 1, "b": "二"}) == rules.commitment(b"s", {"b": "二", "a": 1})

    def test_cannot_be_guessed_without_the_salt(self) -> None:
        assert rules.commitment(b"s", {"a": 1}) != rules.commitment(b"t", {"a": 1})


class TestCheckpoint:
    key = Ed25519PrivateKey.from_private_bytes(b"\5" * 32)
    signed = Checkpoint.sign(county_id=COUNTY, number=7, digest=b"\6" * 32, at=AT, by=key)

    def test_is_the_same_after_it_was_written_and_read(self) -> None:
        assert Checkpoint.from_line(self.signed.as_line()) == self.signed

    def test_is_signed_by_its_key_and_by_no_other(self) -> None:
        other = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
        assert self.signed.signed_by(self.key.public_key())
        assert not self.signed.signed_by(other.public_key())

    @pytest.mark.parametrize(
        "change",
        [{"county_id": OTHER}, {"number": 8}, {"digest": b"\0" * 32}, {"at": AT + timedelta(seconds=1)}],
    )
    def test_is_no_longer_signed_when_anything_in_it_changed(self, change: dict[str, Any]) -> None:
        assert not replace(self.signed, **change).signed_by(self.key.public_key())

    @pytest.mark.parametrize(
        "line", ["", "scribble", "{}", "[]", "1", '{"county": 1}', signed.as_line().replace('"seal":7,', "")]
    )
    def test_is_not_made_of_anything_else(self, line: str) -> None:
        with pytest.raises(NotACheckpoint):
            Checkpoint.from_line(line)


class TestReport:
    @pytest.mark.parametrize("code", FINDINGS)
    def test_has_a_sentence_for_every_finding_in_both_languages(self, code: str) -> None:
        facts = {name: name.upper() for name in ("line", "seal", "at", "age", "first", "last", "head")}
        report = Report(COUNTY)
        report.found(code, **facts)
        english, chinese = (report.findings[0].sentence(language) for language in ("en", "zh"))
        assert "{" not in english + chinese
        assert any(fact in english for fact in facts.values())
        assert [fact for fact in facts.values() if fact in english] == [
            fact for fact in facts.values() if fact in chinese
        ]

    def test_counts_findings_beyond_those_it_tells(self) -> None:
        report = Report(COUNTY)
        for line in range(rules.FINDINGS_TOLD_AT_MOST + 5):
            report.found("line_removed", line=line, seal=1)
        assert len(report.findings) == rules.FINDINGS_TOLD_AT_MOST
        assert str(rules.FINDINGS_TOLD_AT_MOST + 5) in report.sentences("en")[1]

    def test_says_so_when_nothing_is_wrong(self) -> None:
        assert Report(COUNTY).sentences("en")[1] == "Nothing is wrong."
        assert Report(COUNTY).sentences("zh")[1] == "未发现问题。"


class TestChainLock:
    def test_fits_postgres_and_differs_between_counties(self) -> None:
        locks = {rules.chain_lock(UUID(int=number)) for number in range(100)}
        assert len(locks) == 100
        assert all(-(2**63) <= lock < 2**63 for lock in locks)
