"""Seals of both suites: what goes in comes out, and nothing comes out of what was changed, moved or tried with another key."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from domain.personal_data.sealing import NONCE_BYTES, TAG_BYTES, DoesNotOpen, Key, Keys, NoKey, UnknownKey
from tests.keys import a_key, keys_of

SUITES = st.sampled_from(["aes", "sm"])
PARTS = st.lists(st.binary(max_size=20), max_size=4).map(tuple)


@given(SUITES, st.text(), PARTS)
def test_what_was_sealed_opens(suite, plain, bound):
    key = a_key("k", suite)
    assert key.open(key.seal(plain, *bound), *bound) == plain


@given(SUITES, st.text(), PARTS)
def test_no_two_seals_are_alike(suite, plain, bound):
    key = a_key("k", suite)
    assert key.seal(plain, *bound) != key.seal(plain, *bound)


@given(SUITES, st.text(), PARTS, st.data())
def test_one_bit_anywhere_and_it_does_not_open(suite, plain, bound, data):
    key = a_key("k", suite)
    sealed = bytearray(key.seal(plain, *bound))
    place, bit = data.draw(st.integers(0, len(sealed) - 1)), data.draw(st.integers(0, 7))
    sealed[place] ^= 1 << bit
    with pytest.raises(DoesNotOpen):
        key.open(bytes(sealed), *bound)


@given(SUITES, st.text(), PARTS, st.integers(0, 60))
def test_cut_short_it_does_not_open(suite, plain, bound, length):
    key = a_key("k", suite)
    sealed = key.seal(plain, *bound)
    if length < len(sealed):
        with pytest.raises(DoesNotOpen):
            key.open(sealed[:length], *bound)


@given(SUITES, st.text(), PARTS, PARTS)
def test_beside_anything_else_it_does_not_open(suite, plain, bound, others):
    key = a_key("k", suite)
    sealed = key.seal(plain, *bound)
    if bound != others:
        with pytest.raises(DoesNotOpen):
            key.open(sealed, *others)


@pytest.mark.parametrize("suite", ["aes", "sm"])
def test_parts_are_not_run_together(suite):
    key = a_key("k", suite)
    with pytest.raises(DoesNotOpen):
        key.open(key.seal("plain", b"ab", b"c"), b"a", b"bc")
    assert key.digest(b"ab", b"c") != key.digest(b"a", b"bc")


@given(SUITES, SUITES, st.text())
def test_another_key_does_not_open_it_and_says_nothing_of_it(one, other, plain):
    sealed = a_key("one", one).seal(plain)
    with pytest.raises(DoesNotOpen) as refused:
        a_key("other", other).open(sealed)
    assert refused.value.facts == {"key": "other"}
    assert refused.value.__cause__ is None


def test_the_same_secrets_under_another_id_do_not_open_it():
    one = a_key("one")
    with pytest.raises(DoesNotOpen):
        Key("other", "aes", one.sealing, one.finding).open(one.seal("plain"))


class TestASuite:
    """Seen with other tools than those that sealed."""

    BESIDE = b"".join(
        len(part).to_bytes(4, "big") + part for part in (b"gongguan personal data", b"aes", b"k", b"a")
    )

    def test_aes_is_aes_256_gcm(self):
        key = a_key("k", "aes")
        sealed = key.seal("330326198805021232", b"a")
        assert len(key.sealing) == 32
        assert (
            AESGCM(key.sealing).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self.BESIDE)
            == b"330326198805021232"
        )

    def test_sm_is_sm4_in_counter_mode_with_a_tag(self):
        key = a_key("k", "sm")
        sealed = key.seal("330326198805021232", b"a")
        # GCM's text is that of the counter mode from 2 on.
        counter = sealed[:NONCE_BYTES] + (2).to_bytes(4, "big")
        plain = Cipher(algorithms.SM4(key.sealing), modes.CTR(counter)).decryptor()
        assert plain.update(sealed[NONCE_BYTES:-TAG_BYTES]) == b"330326198805021232"


class TestADigest:
    def test_is_the_same_for_the_same_and_another_under_another_key(self):
        assert a_key("k").digest(b"a") == a_key("k").digest(b"a")
        assert len({key.digest(b"a") for key in (a_key("k"), a_key("l"), a_key("k", "sm"))}) == 3

    def test_takes_a_secret_of_its_own(self):
        one = a_key("k")
        assert Key("k", "aes", b"x" * 32, one.finding).digest(b"a") == one.digest(b"a")
        assert Key("k", "aes", one.sealing, b"x" * 32).digest(b"a") != one.digest(b"a")


class TestKeys:
    def test_show_nothing_of_themselves(self):
        key = a_key("k")
        shown = repr(keys_of(key)) + str(key)
        assert "kkk" not in shown
        assert "sealing" not in shown

    @pytest.mark.parametrize(("suite", "length"), [("aes", 16), ("sm", 32), ("aes", 0)])
    def test_of_another_length_are_none(self, suite, length):
        with pytest.raises(ValueError, match="wrong length"):
            Key("k", suite, b"x" * length, b"x" * 32)

    def test_that_are_not_there_are_named(self):
        with pytest.raises(UnknownKey) as refused:
            keys_of(a_key("k")).named("lost")
        assert "lost" in refused.value.sentence("en")

    def test_none_at_all_seals_nothing_and_finds_nothing(self):
        with pytest.raises(NoKey):
            _ = Keys().current
        with pytest.raises(NoKey):
            _ = Keys().every
