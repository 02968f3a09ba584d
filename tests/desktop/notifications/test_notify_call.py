"""Texts on their way to a notification daemon."""

from __future__ import annotations

import pytest

from tray.desktop.notifications.notify_call import showable


@pytest.mark.parametrize(
    ("text", "limit", "result"),
    [
        ("plain", 5, "plain"),
        ("plainer", 5, "plai…"),
        ("a\tb\nc\r\x00\x7f\x85", 20, "a b\nc"),
        ("\u202eabc\u2069\ufeff", 20, "abc"),
        ("👩\u200d🚀", 20, "👩\u200d🚀"),
        ("\ud800x", 20, "x"),
    ],
)
def test_what_cannot_be_shown_is_taken_out_and_the_rest_is_cut(text, limit, result):
    assert showable(text, limit) == result


def test_a_gigantic_text_costs_nothing():
    assert len(showable("\x00" * 10_000_000 + "x", 300)) == 0
