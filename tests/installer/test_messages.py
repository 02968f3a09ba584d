"""The template of translations, and the catalogues made from it, are those of the code as it is."""

from __future__ import annotations

import gettext
import sys
from pathlib import Path

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
            written = {
                message.id: message.string
                for message in read_po(stream)
                if message.id and message.string and not message.pluralizable and not message.fuzzy
            }
        with path.with_suffix(".mo").open("rb") as stream:
            compiled = gettext.GNUTranslations(stream)
        assert {text: compiled.gettext(text) for text in written} == written


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
