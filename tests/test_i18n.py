"""How texts are marked for translation, kept by reading the code."""

from __future__ import annotations

import ast
import re
import string
from functools import lru_cache
from pathlib import Path

TRAY = Path(__file__).resolve().parent.parent / "tray"
MARKS = {"tr": 1, "trn": 2}
"""Each function with how many texts it takes."""


@lru_cache(maxsize=1)
def calls():
    """Every call that translates: where it is, the call, and whether it is made only when a function is called."""
    found = []
    for path in sorted(TRAY.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        late = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for part in (function.body if isinstance(function.body, list) else [function.body])
            for node in ast.walk(part)
        }
        found += [
            (f"{path.relative_to(TRAY)}:{node.lineno}", node, id(node) in late)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS
        ]
    return found


def texts_of(call):
    return call.args[: MARKS[call.func.id]]


def test_what_is_translated_is_a_literal():
    """Nothing else can be extracted; an f-string would be filled in before it is looked up."""
    wrong = [
        place
        for place, call, _ in calls()
        for text in texts_of(call)
        if not (isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value)
    ]
    assert wrong == []


def test_nothing_is_translated_while_a_module_is_imported():
    """It would stay in the language of that moment, and cost its time at each start."""
    assert [place for place, _, late in calls() if not late] == []


def fields(text):
    return [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]


def test_placeholders_have_names():
    """A translation may need another order."""
    wrong = [
        f"{place}: {text.value}"
        for place, call, _ in calls()
        for text in texts_of(call)
        if any(not field.isidentifier() for field in fields(text.value))
    ]
    assert wrong == []


def test_one_and_many_have_the_same_placeholders_but_for_the_number():
    """The caller gives them all."""
    wrong = [
        place
        for place, call, _ in calls()
        if call.func.id == "trn" and {*fields(call.args[0].value)} - {*fields(call.args[1].value)}
    ]
    assert wrong == []


def test_no_text_begins_or_ends_with_a_space():
    """That would be a piece of a sentence, or a distance that translators lose."""
    wrong = [
        f"{place}: {text.value!r}"
        for place, call, _ in calls()
        for text in texts_of(call)
        if text.value != text.value.strip()
    ]
    assert wrong == []


def test_no_plural_is_made_by_hand():
    """Languages have up to six forms: `trn` chooses."""
    by_hand = re.compile(r"\w\(s\)|\{n\} \w+s\b|\{count\} \w+s\b")
    wrong = [
        f"{place}: {text.value}"
        for place, call, _ in calls()
        if call.func.id == "tr"
        for text in texts_of(call)
        if by_hand.search(text.value)
    ]
    assert wrong == []
