"""The part of YAML that configurations are written in."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.mail.importers.yaml import YamlError, load


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a note\n\n", None),
        ("---\na: 1\n...\nleft out: [\n", {"a": 1}),
        ("a: 1\n---\nb: 2\n", {"a": 1}),
        ("--- # begins\na: 1", {"a": 1}),
        ("plain words", "plain words"),
        ("a: -12\nb: +3\nc: 1.5\nd: 0x1", {"a": -12, "b": 3, "c": "1.5", "d": "0x1"}),
        ("a: true\nb: False\nc: null", {"a": True, "b": False, "c": None}),
        ("d: ~\ne:\nf: yes", {"d": None, "e": None, "f": "yes"}),
        ("a: x # note\nb: x#y\nc: # note\n", {"a": "x", "b": "x#y", "c": None}),
        ("a: \"x: \\\"y\\\" # \\u00e4\\x41\\n\" # note\n'b b': 'it''s'\n\"c\" : 1", {"a": 'x: "y" # äA\n', "b b": "it's", "c": 1}),
        ("a:\n  b:\n    c: 1\n  d: 2\ne: 3", {"a": {"b": {"c": 1}, "d": 2}, "e": 3}),
        ("- a\n- - b\n  - c\n-\n  x: 1\n- y: 2\n  z: 3\n- # note\n  w: 4", ["a", ["b", "c"], {"x": 1}, {"y": 2, "z": 3}, {"w": 4}]),
        ("a:\n- 1\n- 2\nb: 3", {"a": [1, 2], "b": 3}),
        ("a:\n  - 1\nb:\n- x\n", {"a": [1], "b": ["x"]}),
        ("-\n", [None]),
        ("a: [INBOX, 'b, c', \"d\", 5, ]\nb: []\nc: {}", {"a": ["INBOX", "b, c", "d", 5], "b": [], "c": {}}),
        ("a: |\n  one\n  # two\n\n    three\nb: >-\n  one\n  two\nc: |", {"a": "one\n# two\n\nthree", "b": "one two", "c": ""}),
        ("a: pass show x | head -n1\nb: -x", {"a": "pass show x | head -n1", "b": "-x"}),
        ("-a: 1", {"-a": 1}),
        ("a:\n  plain", {"a": "plain"}),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(text, value):
    assert load(text) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b: c", 1),
        ("a:\n\tb: 1", 2),
        ("x: 1\na: &anchor 1", 2),
        ("a: {b: c}", 1),
        ('a: "open', 1),
        ('a: "x" y', 1),
        ("- a\n b", 2),
        ("a: 1\nplain", 2),
        ("a: [b", 1),
        ("a: [b, {c}]", 1),
        ("a: [b] c", 1),
        ("x: 1\n  y: 2", 2),
        ("- " * 40 + "x", 1),
        ("x\n" * 20_001, 20_000),
    ],
)
def test_what_is_of_another_part_is_refused_by_its_line(text, line):
    with pytest.raises(YamlError) as refused:
        load(text)
    assert refused.value.args == (line,)


@given(st.text(alphabet="a:-# \n\t'\"[]{}|>&1\\,.") | st.text())
def test_it_understands_or_refuses_and_always_ends(text):
    with suppress(YamlError):
        load(text)
