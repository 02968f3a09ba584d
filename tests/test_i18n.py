"""How texts are marked for translation, kept by reading the code."""

from __future__ import annotations

import ast
import ctypes
import errno
import io
import os
import plistlib
import re
import string
import sys
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.translation.language import messages
from tray import i18n

TRAY = Path(__file__).resolve().parent.parent / "tray"
MARKS = {"tr": 1, "tr_in": 2, "trn": 2}
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


def test_nothing_is_translated_within_an_f_string():
    """Before Python 3.12 an f-string is one token, in which no text is found for the catalogues."""
    wrong = [
        f"{path.relative_to(TRAY)}:{node.lineno}"
        for path in sorted(TRAY.rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS
    ]
    assert wrong == []


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


FOR_PROGRAMS = {
    "cli/doctor/report/issue.py": "a report for whoever is to help, in English",
    "mail/presentation/setup/diagnosis.py": "a report for whoever is to help, in English",
    "net/control_server.py": "the answer to a program that does not speak as ours does",
}
"""Files with sentences that are not translated, each with the reason."""
SENTENCE = re.compile(r"[A-Z][a-z']* [a-z]+ .*[a-z]|[A-Z][\w'-]+ [\w ,'-]+[.!?…]$")


def sentences():
    """String literals that look like one, and are neither translated nor logged nor a docstring."""
    for path in sorted(TRAY.rglob("*.py")):
        place = str(path.relative_to(TRAY))
        if place.startswith(("imap/", "demo/", "i18n.py")) or place in FOR_PROGRAMS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        other = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                other.add(id(node.value))
            elif isinstance(node, ast.Call) and is_said_elsewhere(node.func):
                other |= {id(inner) for inner in ast.walk(node)}
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and id(node) not in other and SENTENCE.match(node.value):
                yield f"{place}:{node.lineno}: {node.value}"


def is_said_elsewhere(function):
    """Translated, or a record of the log."""
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "log"
    return isinstance(function, ast.Name) and function.id in MARKS


def test_no_sentence_is_left_untranslated():
    """`tests.translation` reads what it can reach; this reads the rest."""
    assert list(sentences()) == []


def test_a_damaged_catalogue_leaves_the_texts_in_english(tmp_path, monkeypatch):
    """It is no reason not to start."""
    catalogue = tmp_path / "translations" / "de" / "LC_MESSAGES" / "mailbell.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_bytes(b"no catalogue")
    monkeypatch.setattr(i18n, "resource", lambda name: tmp_path / name)
    monkeypatch.setenv("LANGUAGE", "de")
    i18n._catalogue.cache_clear()
    try:
        assert i18n.tr("Open") == "Open"
        assert [i18n.trn("{n} mail", "{n} mails", n) for n in (1, 2)] == ["{n} mail", "{n} mails"]
    finally:
        i18n._catalogue.cache_clear()


def test_the_language_of_the_settings_is_used_and_not_that_of_the_desktop(tmp_path, monkeypatch):
    for name, text in (("de", "Öffnen"), ("fr", "Ouvrir")):
        catalogue = tmp_path / "translations" / name / "LC_MESSAGES" / "mailbell.mo"
        catalogue.parent.mkdir(parents=True)
        catalog = Catalog(locale=name)
        catalog.add("Open", text)
        stream = io.BytesIO()
        write_mo(stream, catalog)
        catalogue.write_bytes(stream.getvalue())
    monkeypatch.setattr(i18n, "resource", lambda name: tmp_path / name)
    monkeypatch.setenv("LANGUAGE", "de")
    assert i18n.available_languages() == ["de", "fr"]
    try:
        for language, text in (("fr", "Ouvrir"), ("en", "Open"), ("", "Öffnen")):
            i18n.use_language(language)
            assert i18n.tr("Open") == text
    finally:
        monkeypatch.undo()
        i18n.use_language("")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "der Datenträger ist voll"),
        (FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "/x"), "existiert nicht"),
        (OSError(errno.EPERM, "said by us"), "said by us"),
        (OSError(errno.EPIPE, os.strerror(errno.EPIPE)), "Broken pipe"),
        (OSError("AF_UNIX path too long"), "AF_UNIX path too long"),
        (OSError(), "OSError"),
    ],
)
def test_the_reason_of_the_system_is_said_in_the_language_of_the_user(error, expected):
    """Python has English only."""
    i18n.use_language("de")
    try:
        assert i18n.system_reason(error) == expected
    finally:
        i18n.use_language("")


COMPLETE = ("de", "es", "fr")
"""The languages that have every text; others may have some. `tests.installer.test_messages` reads them all."""
template = lru_cache(maxsize=1)(messages.template)


@lru_cache(maxsize=len(COMPLETE))
def catalogue(language):
    path = messages.TEMPLATE.parent / language / "LC_MESSAGES" / "mailbell.po"
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def translations(language):
    """Each text of the code, which is two where it has a plural, with what it is in the language."""
    for message in template():
        if message.id:
            known = catalogue(language).get(message.id, message.context)
            texts = known.string if known is not None and not known.fuzzy else ""
            yield tuples(message.id), tuples(texts)


def tuples(texts):
    return (texts,) if isinstance(texts, str) else tuple(texts)


@pytest.mark.parametrize("language", COMPLETE)
def test_a_language_has_every_text_in_all_its_forms(language):
    forms = {1: 1, 2: catalogue(language).num_plurals}
    wrong = [
        ids[-1] for ids, texts in translations(language) if not all(texts) or len(texts) != forms[len(ids)]
    ]
    assert wrong == []


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(lambda text: text.replace(text.strip() or text, "|"), id="spaces around it"),
        pytest.param(lambda text: text.count("\n"), id="line breaks"),
        pytest.param(lambda text: len(re.findall(r"&\w", text)), id="mnemonics"),
        pytest.param(lambda text: sorted(re.findall(r"%\(\w+\)\w|%\w", text)), id="what argparse fills in"),
    ],
)
def test_a_translation_keeps_of_its_text(language, kept):
    wrong = [
        text
        for ids, texts in translations(language)
        for text in texts
        if text and kept(text) != kept(ids[-1])
    ]
    assert wrong == []


def entries():
    """The texts with a mnemonic in each class that makes a menu."""
    for file in ("ui/tray/menu.py", "ui/tray/shared_entries.py", "ui/window/window_menu.py"):
        tree = ast.parse((TRAY / file).read_text(encoding="utf-8"))
        for menu in tree.body:
            texts = {node.value for node in ast.walk(menu) if isinstance(node, ast.Constant)}
            found = [text for text in texts if isinstance(text, str) and letter(text)]
            if found:
                yield f"{file}: {getattr(menu, 'name', '')}", sorted(found)


def letter(text):
    """What Alt takes for it."""
    return "".join(re.findall(r"&(\w)", text)).lower()


@pytest.mark.parametrize("language", COMPLETE)
def test_entries_of_a_menu_share_a_letter_only_where_they_do_in_english(language):
    """Those are never shown together, and neither are `in_turn`."""
    known = {ids[-1]: texts[-1] for ids, texts in translations(language)}
    in_turn = {"Mark as &read", "Mark as &unread"}
    wrong = [
        (menu, known[one], known[other])
        for menu, texts in entries()
        for one, other in combinations(texts, 2)
        if letter(one) != letter(other)
        and {one, other} != in_turn
        and letter(known[one]) == letter(known[other])
    ]
    assert wrong == []


@pytest.fixture
def unnamed(monkeypatch):
    """No variable names a language, as on Windows and macOS."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def test_on_windows_the_language_is_that_of_its_own_texts(unnamed, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert i18n._system_languages() == []  # here there is no such function to ask
    kernel32 = SimpleNamespace(GetUserDefaultUILanguage=lambda: 0x0407)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel32), raising=False)
    assert i18n._system_languages() == ["de_DE"]
    monkeypatch.setenv("LANGUAGE", "fr")
    assert i18n._system_languages() == []


def test_on_macos_the_languages_are_those_of_the_user(unnamed, private_home, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert i18n._system_languages() == []
    preferences = private_home / "Library" / "Preferences"
    preferences.mkdir(parents=True)
    (preferences / ".GlobalPreferences.plist").write_bytes(
        plistlib.dumps({"AppleLanguages": ["fr-FR", "en"]})
    )
    i18n.use_language("")
    assert i18n.catalogue_language() == "fr"
    monkeypatch.undo()
    i18n.use_language("")
