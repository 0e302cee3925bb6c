"""What the codes say comes back, and nothing else is taken for one of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.catalogue import form
from forms.errors import BadPayload
from forms.marks import FormCode, SeparatorCode, decode, encode_form, encode_separator

NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)


def test_form_code():
    assert encode_form(form("acquisition"), 1) == "2200/TODOKE-1/1"
    assert decode("2202/TODOKE-1/1") == FormCode("2202", "todoke-1", 1)
    assert decode("2202/TODOKE-9/2") == FormCode("2202", "todoke-9", 2)  # a version that nobody knows is still a form


@given(scheme=NAMES, office=NAMES, code=st.sampled_from(["2200", "2202", None]))
def test_separator_comes_back(scheme, office, code):
    assert decode(encode_separator(scheme, code, office)) == SeparatorCode(scheme, code, office.upper())


@pytest.mark.parametrize(("scheme", "office"), [("健保", "2101"), ("epi", ""), ("epi", "a/b"), ("", "1")])
def test_separator_with_other_letters_is_refused(scheme, office):
    with pytest.raises(BadPayload):
        encode_separator(scheme, None, office)


@given(st.text(max_size=40))
def test_any_text_is_decoded_or_not_ours(text):
    found = decode(text)
    if isinstance(found, FormCode):
        assert text == f"{found.code}/{found.version.upper()}/{found.page}"


@pytest.mark.parametrize("text", ["", "https://example.org", "2200/todoke-1/1", "2200/TODOKE-1/0", "2200/TODOKE-1/1\n"])
def test_not_ours(text):
    assert decode(text) is None
