"""AES-256-GCM and the derivations: what must fail, fails."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import crypto

KEY = os.urandom(32)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_unseal_gives_back_what_was_sealed(plaintext, context):
    assert crypto.unseal(KEY, crypto.seal(KEY, plaintext, context), context) == plaintext


@given(st.binary(max_size=60), st.data())
def test_any_changed_byte_is_refused(plaintext, data):
    sealed = bytearray(crypto.seal(KEY, plaintext, "here"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(crypto.Unsealable):
        crypto.unseal(KEY, bytes(sealed), "here")


@pytest.mark.parametrize("length", [0, 11, 12, 27])
def test_too_short_is_refused(length):
    with pytest.raises(crypto.Unsealable):
        crypto.unseal(KEY, b"x" * length, "here")


def test_another_place_or_key_is_refused():
    sealed = crypto.seal(KEY, b"1234", "filing:1")
    for key, context in ((KEY, "filing:2"), (os.urandom(32), "filing:1")):
        with pytest.raises(crypto.Unsealable):
            crypto.unseal(key, sealed, context)


def test_the_same_text_never_seals_alike():
    assert crypto.seal(KEY, b"1234", "c") != crypto.seal(KEY, b"1234", "c")


def test_parts_of_a_mac_do_not_run_into_each_other():
    assert crypto.mac(KEY, "ab", "c") != crypto.mac(KEY, "a", "bc")


def test_derived_keys_differ_by_purpose():
    assert len({KEY, crypto.derive(KEY, "wrap"), crypto.derive(KEY, "anchor")}) == 3
