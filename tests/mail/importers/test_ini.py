"""Files of sections and keys."""

from __future__ import annotations

import time

from tray.mail.importers.ini import items, sections, unescaped


def test_sections_hold_keys():
    text = (
        "early = 1\n# note\n; note\n[A]\nKey=Value = x\nother : y\nnonsense\n\n[ B ]\nempty=\n[A]\nkey=last\n"
    )
    assert sections(text) == {"A": {"key": "last", "other": "y"}, "B": {"empty": ""}}


def test_a_file_of_nonsense_is_read_in_a_moment():
    began = time.thread_time()
    assert sections("[A]\n" + "nonsense\n= x\n: y\n" * 60_000 + "key=last\n") == {"A": {"key": "last"}}
    assert time.thread_time() - began < 5


def test_escapes_and_lists_are_those_of_gkeyfile():
    assert unescaped(r"\sa\\b\n\;c") == " a\\b\n;c"
    assert items(r"Jane <j@example.org>;B\;C;;D\\;") == ["Jane <j@example.org>", "B;C", "D\\"]
    assert items("a;b\\") == ["a", "b\\"]
