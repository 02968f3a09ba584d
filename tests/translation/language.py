"""A language made from the texts of the code: ``⟦Coonneectiing too ⟧{host}⟦…⟧``.

What stands outside the brackets came from a placeholder, or was not translated.
"""

from __future__ import annotations

import gettext
import re
import sys
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "installer"))

from dev import messages  # noqa: E402

from tray import i18n  # noqa: E402

NAME = "eo"  # any that nobody has translated Mailbell into; its plural forms are those of English
_PLACEHOLDER = re.compile(r"(\{\w+[^{}]*\}|%\(\w+\)[sr]|%[sr])")
_MARKUP = re.compile(r"(<[^<>]+>|&\w)")
_VOWEL = re.compile(r"[aeiou]")
_BRACKETED = re.compile(r"⟦[^⟦⟧]*(?:⟧|$)")
_WORD = re.compile(r"[^\W\d_]{2,}")


def pseudo(text: str) -> str:
    """`text` in the language."""
    return "".join(
        part if at % 2 else f"⟦{_longer(part)}⟧" for at, part in enumerate(_PLACEHOLDER.split(text)) if part
    )


def _longer(text: str) -> str:
    parts = _MARKUP.split(text)
    return "".join(
        part if at % 2 else _VOWEL.sub(lambda vowel: vowel[0] * 2, part) for at, part in enumerate(parts)
    )


@lru_cache(maxsize=1)
def _catalogue() -> bytes:
    catalog = Catalog(locale=NAME, fuzzy=False)
    for message in messages.template():
        if message.id:
            ids = message.id if message.pluralizable else (message.id,)
            texts = tuple(pseudo(text) for text in ids)
            catalog.add(message.id, texts if message.pluralizable else texts[0], context=message.context)
    return messages.compiled(catalog)


@contextmanager
def spoken(folder: Path, monkeypatch):
    """All texts are in the language inside."""
    target = folder / "translations" / NAME / "LC_MESSAGES" / "mailbell.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_catalogue())
    monkeypatch.setattr(i18n, "resource", lambda name: folder / name)
    monkeypatch.setenv("LANGUAGE", NAME)
    i18n._catalogue.cache_clear()
    before = gettext.textdomain()
    try:
        yield
    finally:
        gettext.textdomain(before)
        i18n._catalogue.cache_clear()


def untranslated(text: str, *exempt: str) -> str:
    """The words of `text` that are not translated; `exempt` are patterns of what is the same in every language."""
    left = _BRACKETED.sub(" ", text)
    for pattern in exempt:
        left = re.sub(pattern, " ", left)
    return " ".join(left.split()) if _WORD.search(left) else ""
