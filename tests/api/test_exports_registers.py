"""What a register can be asked is what an export can be asked, and nothing of it is lost on the way to the worker."""

import json
from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from api import filters, personnel, referral_lists, secondments
from api.assignments import ClaimedBy
from api.certificates import CertificateStanding
from api.deadlines import DeadlineSide
from api.exports import REGISTERS
from api.identifiers import global_id
from api.referrals import ReferralState
from api.registers import spoken
from api.staff import StaffEstablishment, StaffRegister
from domain.exports.ledger import as_json, from_json
from domain.exports.ledgers import LEDGERS
from tenancy.ids import new_id


class TestRegisters:
    def test_are_the_ledgers_of_the_domain(self) -> None:
        assert set(REGISTERS) == set(LEDGERS)

    def test_filters_are_kept_whole(self) -> None:
        several, days = [new_id(), new_id()], filters.Days(since=date(2026, 3, 1), until=date(2026, 3, 9))
        bodies = [global_id("Organisation", each) for each in several]
        for name, arguments in {
            "referrals": {
                "box": referral_lists.ReferralBox.SENT,
                "filter": referral_lists.ReferralFilter(
                    open=False,
                    states=[ReferralState.SENT, ReferralState.RETURNED],
                    senders=bodies,
                    receivers=[],
                    item_codes=["ZJ-1", "ZJ-2"],
                    found_on=days,
                    sent_at=filters.Days(until=date(2026, 3, 9)),
                    taken_in_at=days,
                    units=[global_id("Unit", several[0])],
                    claimed_by=[ClaimedBy.MINE, ClaimedBy.NOBODY],
                    overdue=[DeadlineSide.OWED, DeadlineSide.AWAITED],
                    due_today=[],
                    text="米粉",
                ),
            },
            "secondments": {
                "side": secondments.SecondmentSide.HOME,
                "filter": secondments.SecondmentFilter(
                    homes=[],
                    units=[global_id("Unit", several[0])],
                    hosts=bodies,
                    modes=[secondments.SecondmentMode.STATIONED],
                    posts=["队员"],
                    establishments=[StaffEstablishment.ENFORCEMENT],
                    ranks=["一级科员"],
                    in_force_on=date(2026, 3, 9),
                    certificates=[CertificateStanding.NONE],
                    certificate_until=filters.Days(until=date(2026, 3, 9)),
                    person="王",
                ),
            },
            "staff_entries": {
                "side": personnel.StaffEntrySide.OVERSEEN,
                "filter": personnel.StaffEntryFilter(
                    homes=bodies,
                    units=[],
                    registers=[StaffRegister.AUXILIARY],
                    establishments=[StaffEstablishment.ENFORCEMENT],
                    posts=["科员"],
                    ranks=["一级科员"],
                    hosts=bodies,
                    certificates=[CertificateStanding.HELD, CertificateStanding.NONE],
                    certificate_until=days,
                    on_register_on=date(2026, 3, 9),
                    person="王",
                ),
            },
        }.items():
            wanted = REGISTERS[name].wanted_of(arguments)
            assert None not in [getattr(wanted.filter, part.name) for part in fields(wanted.filter)]
            kept = json.loads(json.dumps(as_json(LEDGERS[name], wanted)))
            assert from_json(LEDGERS[name], kept) == wanted

    def test_have_the_orders_of_the_ledgers(self) -> None:
        for name, register in REGISTERS.items():
            assert {order.value for order in register.takes["sort"].type} == set(LEDGERS[name].sorts)

    @pytest.mark.parametrize("gone", [{"parties": ["甲"]}, {"text": "米粉", "pinyin": "mi"}])
    def test_do_not_know_a_filter_that_a_release_took_away(self, gone: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="box"):
            from_json(LEDGERS["referrals"], {"box": "sent", "filter": gone})

    @pytest.mark.parametrize(
        "register", [referral_lists.REGISTER, secondments.REGISTER, personnel.REGISTER_OF_STAFF]
    )
    def test_are_described_in_both_languages(self, register: Any) -> None:
        for taken in register.values():
            assert spoken(taken.description, "en").isascii()
            assert not spoken(taken.description, "zh").isascii()
