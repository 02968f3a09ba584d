"""The letters that stand for a sender."""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r"\s+")
_WORDS_OF_ADDRESS = re.compile(r"[\s._+-]+")


def initials(sender: str) -> str:
    """The first letters of the first and the last word of a name, or of an address before its ``@``.

    In scripts without capital letters, such as Chinese, Arabic or Hebrew, the first letter only. Empty where there is
    no letter at all.
    """
    name, at, _domain = unicodedata.normalize("NFC", sender).partition("@")
    letters = [
        letter for word in (_WORDS_OF_ADDRESS if at else _WORDS).split(name) if (letter := _first(word))
    ]
    if not letters:
        return ""
    first, last = letters[0], letters[-1]
    return first + last if len(letters) > 1 and _has_case(first) and _has_case(last) else first


def _first(word: str) -> str:
    """The first letter of `word` as a capital where there is such a letter; empty where there is none."""
    letter = next((character for character in word if character.isalpha()), "")
    capital = letter.upper()
    return capital if len(capital) == 1 else letter


def _has_case(letter: str) -> bool:
    return letter != letter.lower()
