"""Global ids: there and back, and nothing else taken for one."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.identifiers import BadId, global_id, identifier_of, taken_apart

SOME = UUID("01920000-0000-7000-8000-000000000001")


class TestGlobalIds:
    @given(st.uuids(), st.sampled_from(["Referral", "File", "ReferralMaterial"]))
    def test_come_apart_as_they_were_put_together(self, identifier: UUID, kind: str) -> None:
        assert taken_apart(global_id(kind, identifier)) == (kind, identifier)
        assert identifier_of(kind, global_id(kind, identifier)) == identifier

    @given(st.text())
    def test_are_never_mistaken(self, text: str) -> None:
        try:
            kind, identifier = taken_apart(text)
        except ValueError:
            return
        assert global_id(kind, identifier) == text.rstrip("=")

    @given(st.binary())
    def test_refuse_whatever_bytes_somebody_encodes(self, noise: bytes) -> None:
        from base64 import urlsafe_b64encode

        try:
            taken_apart(urlsafe_b64encode(noise).decode())
        except ValueError:
            return

    def test_of_another_kind_are_refused(self) -> None:
        with pytest.raises(BadId):
            identifier_of("Referral", global_id("File", SOME))

    def test_have_one_spelling(self) -> None:
        plain = global_id("Referral", SOME)
        for other in (plain + "!", plain[:4] + "\n" + plain[4:], str(SOME), f"Referral:{SOME}"):
            with pytest.raises(BadId):
                identifier_of("Referral", other)
