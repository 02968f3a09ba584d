"""The template of translations, and the catalogues made from it, are those of the code as it is."""

from __future__ import annotations

import string
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "installer"))

from dev import messages  # noqa: E402


def texts(catalog):
    return {message.id for message in catalog if message.id}


def test_the_template_holds_every_text_of_the_code():
    """Else: python3 installer/dev.py messages."""
    with messages.TEMPLATE.open("rb") as stream:
        assert texts(read_po(stream)) == texts(messages.template())


def test_each_catalogue_is_compiled():
    """Programs read the .mo; translators write the .po."""
    for path in messages.TEMPLATE.parent.glob("*/LC_MESSAGES/mailbell.po"):
        with path.open("rb") as stream:
            catalog = read_po(stream, locale=path.parts[-3])
        assert path.with_suffix(".mo").read_bytes() == messages.compiled(catalog)


def test_what_changed_is_said(tmp_path, monkeypatch, capsys):
    """New texts, and those that nothing says any more."""
    target = tmp_path / "mailbell.pot"
    catalog = messages.Catalog()
    catalog.add("Old text.")
    target.write_bytes(messages.written(catalog))
    monkeypatch.setattr(messages, "TEMPLATE", target)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "tray").mkdir()
    (tmp_path / "tray" / "one.py").write_text('tr("New text.")\ntrn("{n} mail", "{n} mails", 2)\n')
    assert messages.main(["--check"]) == 1
    assert messages.main([]) == 0
    said = capsys.readouterr().out
    assert "new: New text." in said
    assert "new: {n} mail\n" in said
    assert "no longer used: Old text." in said
    assert messages.main(["--check"]) == 0


def fields(text):
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize(
    "path",
    sorted(messages.TEMPLATE.parent.glob("*/LC_MESSAGES/mailbell.po")),
    ids=lambda path: path.parts[-3],
)
def test_a_translation_has_the_placeholders_of_its_text_and_all_plural_forms(path):
    """One with another placeholder would raise an error in the middle of the program."""
    with path.open("rb") as stream:
        catalog = read_po(stream)
    wrong = []
    for message in catalog:
        if not message.id or not any(message.string) or "python-brace-format" not in message.flags:
            continue
        ids = message.id if message.pluralizable else (message.id,)
        strings = message.string if message.pluralizable else (message.string,)
        known, needed = set().union(*map(fields, ids)), set.intersection(*map(fields, ids)) - {"n"}
        forms = catalog.num_plurals if message.pluralizable else 1
        if len(strings) != forms or not all(needed <= fields(text) <= known for text in strings):
            wrong.append(message.id)
    assert wrong == []
