"""The letters of an avatar."""

from __future__ import annotations

import pytest

from tray.mail.presentation.initials import initials


@pytest.mark.parametrize(
    ("sender", "letters"),
    [
        ("Anna Berg", "AB"),
        ("Stadtwerke", "S"),
        ("marek dvořák", "MD"),
        ("Continuous integration with quite a long name", "CN"),
        ("Jean-Luc (work)", "JW"),
        ("“Ünal” 7", "Ü"),
        ("1&1 Telecom", "T"),
        ("Mum 🌻", "M"),
        ("山田太郎", "山"),
        ("שלום עולם", "ש"),
        ("شركة الاتصالات", "ش"),
        ("김 Kim", "김"),
        ("E\u0301mile Zola", "ÉZ"),
        ("ßorg", "ß"),
        ("anna.berg@example.org", "AB"),
        ("no-reply@example.org", "NR"),
        ("jane@example.org", "J"),
        ("", ""),
        ("4711 🌻", ""),
    ],
)
def test_the_first_letters_of_the_first_and_the_last_word(sender, letters):
    assert initials(sender) == letters
