"""Makes any text safe to display: one line of limited length that cannot reorder or hide the text beside it."""

from __future__ import annotations

import codecs
import re

TEXT_LIMIT = 500
"""Default limit of `display_safe`, in characters."""

# These are compiled at their first use: most texts are ASCII.
# Invisible characters that move, hide or join visible ones (Unicode TR 36 and UAX 9): bidi controls
# (U+061C, 200E-200F, 202A-202E, 2066-2069), zero-width spaces, fillers, annotations, tags.
_HIDDEN = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# Lone surrogates and noncharacters.
_BROKEN = "[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0001ffff\U0010fffe\U0010ffff]"
_BLANK = "[\\s\x00-\x1f\x7f-\x9f\u2800]+"
# Emoji and Persian need single joiners and selectors, but no runs of them.
_JOINERS = "([\u200c\u200d\ufe00-\ufe0f])[\u200c\u200d\ufe00-\ufe0f]+"
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARKS = f"({_MARK}{{4}}){_MARK}+"
_SHAPELESS = "[\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_DANGLING = "[\\s\u200c\u200d\ufe00-\ufe0f]+$"
_UTF8 = (
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_UTF8_CUT = rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z"
_EURO = 0x80  # in code page 936
_HIGH = rb"[\x80-\xff]"
_CUT_REASONS = ("incomplete multibyte", "unexpected end", "truncated")
# Those of them that no setting may contain: a soft hyphen or a filler is allowed, as it changes no text beside it.
_MISLEADING = (
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_READ_LIMIT = 16  # times the limit is read: enough for folded lines, little enough for a subject of 60 KB


def display_safe(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` as one line of at most `limit` characters (the last one “…” where it was cut). Never raises.

    Controls and all white space become single spaces; bidi controls and invisible characters are removed; lone
    surrogates become U+FFFD, so that the text can be encoded.
    """
    safe = text[: limit * _READ_LIMIT].strip()
    is_plain = safe.isascii() and safe.isprintable() and "  " not in safe  # as most texts are
    if not is_plain:
        safe = re.sub(_HIDDEN, "", safe)
        safe = re.sub(_BROKEN, "\ufffd", safe)
        safe = re.sub(_BLANK, " ", safe)
        safe = re.sub(_JOINERS, r"\1", safe)
        safe = re.sub(_MARKS, r"\1", safe).strip(" \u200c\u200d")
    if len(safe) <= limit:
        return safe
    return re.sub(_DANGLING, "", safe[: limit - 1]) + "…"


def as_bytes(text: bytes | str) -> bytes:
    """`text` as UTF-8, lone surrogates as U+FFFD; bytes unchanged."""
    if isinstance(text, bytes):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def misleading(text: str) -> str:
    """The first control or bidi character or the like in `text`, as ``U+202E``; empty where there is none."""
    found = None if text.isascii() and text.isprintable() else re.search(_MISLEADING, text)
    return f"U+{ord(found[0]):04X}" if found else ""


def unseen_in_code(text: str) -> str:
    """As `misleading`, for commands and names: finds every invisible character and every space except U+0020."""
    if text.isascii() and text.isprintable():
        return ""
    for character in text:
        if not character.isprintable() or re.match(_HIDDEN, character) or re.match(_SHAPELESS, character):
            return f"U+{ord(character):04X}"
    return ""


def decode_bytes(raw: bytes) -> str:
    """Bytes of no declared charset as text: UTF-8 where `as_utf8` accepts them, else Windows-1252. Never raises."""
    text = as_utf8(raw)
    return raw.decode("cp1252", _AS_C1) if text is None else text


def as_utf8(raw: bytes, invalid_limit: int | None = None) -> str | None:
    """`raw` as UTF-8, invalid parts and a cut-off end as U+FFFD; None where there are too many invalid bytes.

    Text in another charset is hardly ever valid UTF-8, so a few invalid bytes are accepted: at most `invalid_limit`,
    by default as many as there are characters beyond ASCII.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    valid = re.findall(_UTF8, raw)
    invalid = len(re.findall(_HIGH, raw)) - sum(map(len, valid))
    if cut := re.compile(_UTF8_CUT).search(raw, max(len(raw) - 3, 0)):
        invalid -= len(cut[0])
    limit = len(valid) if invalid_limit is None else invalid_limit
    return raw.decode("utf-8", "replace") if valid and invalid <= limit else None


LENIENT = "mailbell.lenient"
"""Error handler for `bytes.decode`: one U+FFFD for an invalid character, and for one that is cut off at the end.

An invalid pair of bytes is replaced whole unless the second is ASCII (WHATWG Encoding), else all pairs behind it would
be misread.
"""
_AS_C1 = "mailbell.as-c1"


def _lenient(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    raw, end = error.object, error.end
    if error.encoding == "gb18030" and raw[error.start] == _EURO:
        return "€", error.start + 1
    if error.reason.startswith(_CUT_REASONS):
        return "\ufffd", len(raw)
    if error.reason.startswith("illegal multibyte") and raw[error.start + 1 : error.start + 2] >= b"\x80":
        end = error.start + 2
    return "\ufffd", end


def _as_c1(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(LENIENT, _lenient)
codecs.register_error(_AS_C1, _as_c1)
