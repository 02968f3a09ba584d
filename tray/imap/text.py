"""Makes any text fit to be shown: one bounded line that cannot turn, hide or break what stands beside it."""

from __future__ import annotations

import re

TEXT_MOST = 500
"""Characters that a title, a name or a server's remark may have unless told otherwise."""

# What has no shape of its own yet moves, hides or joins what has one (Unicode TR 36 and UAX 9): bidi controls
# (U+061C, 200E-200F, 202A-202E, 2066-2069), zero-width spaces, fillers, annotations, tags.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# Half a surrogate pair, and code points that are no characters.
_BROKEN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0001ffff\U0010fffe\U0010ffff]")
_BLANK = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2800]+")
# Emoji and Persian need a joiner or a selector here and there; nobody needs a run of them.
_JOINERS = re.compile("([\u200c\u200d\ufe00-\ufe0f])[\u200c\u200d\ufe00-\ufe0f]+")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")
_DANGLING = re.compile("[\\s\u200c\u200d\ufe00-\ufe0f]+$")
_READ_MOST = 16  # times the limit: enough for folding and noise, little enough for a 60 KB subject


def display_safe(text: str, limit: int = TEXT_MOST) -> str:
    """`text` as one line of at most `limit` characters (the last one “…” where it was cut). Never raises.

    Controls and all kinds of white space become single spaces; bidi controls and characters without a shape go;
    half surrogate pairs become U+FFFD, so that the text can be encoded.
    """
    text = text[: limit * _READ_MOST]
    if text.isascii() and text.isprintable() and "  " not in text:
        safe = text.strip(" ")  # the usual case, and what a storm of small responses is made of
    else:
        safe = _HIDDEN.sub("", text)
        safe = _BROKEN.sub("\ufffd", safe)
        safe = _BLANK.sub(" ", safe)
        safe = _JOINERS.sub(r"\1", safe)
        safe = _MARKS.sub(r"\1", safe).strip(" \u200c\u200d")
    if len(safe) <= limit:
        return safe
    return _DANGLING.sub("", safe[: limit - 1]) + "…"


def decode_bytes(raw: bytes) -> str:
    """Undeclared bytes as text: UTF-8 if they are, else Windows-1252 as mail means it. Never raises."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
