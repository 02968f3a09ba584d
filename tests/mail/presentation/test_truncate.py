"""Cutting texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.mail.presentation.toasts import truncate


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("shorter", 5, "shor…"),
        ("four five", 6, "four…"),
        ("ab" + "e\u0301" * 3, 4, "ab…"),
        ("abc\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}def", 5, "abc…"),
        ("ab\N{MAN}\u200d\N{ROCKET}de", 5, "ab…"),
        ("a" + "\u0301" * 9, 4, "a\u0301\u0301…"),
        ("\u0301" * 9, 4, "\u0301\u0301\u0301…"),
        ("text", 1, "…"),
        ("text", 0, ""),
        ("text", -3, ""),
    ],
)
def test_a_text_is_cut_on_a_character_boundary(text, limit, expected):
    assert truncate(text, limit) == expected


@given(st.text(), st.integers(0, 20))
def test_a_cut_text_is_a_beginning_within_the_limit(text, limit):
    result = truncate(text, limit)
    assert len(result) <= max(limit, 0)
    assert result == text or text.startswith(result.removesuffix("…"))
