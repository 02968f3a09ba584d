"""Makes any text fit to be shown: one bounded line that cannot turn, hide or break what stands beside it."""

from __future__ import annotations

import codecs
import re

TEXT_LIMIT = 500
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
_SHAPELESS = re.compile("[\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DANGLING = re.compile("[\\s\u200c\u200d\ufe00-\ufe0f]+$")
_UTF8 = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_UTF8_CUT = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")
_EURO = 0x80  # in code page 936
_HIGH = re.compile(rb"[\x80-\xff]")
_CUT_REASONS = ("incomplete multibyte", "unexpected end", "truncated")
# Of these, what no setting holds: a soft hyphen or a filler may stand in a name, and changes nothing beside it.
_MISLEADING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_READ_LIMIT = 16  # times the limit: enough for folding and noise, little enough for a 60 KB subject


def display_safe(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` as one line of at most `limit` characters (the last one “…” where it was cut). Never raises.

    Controls and all kinds of white space become single spaces; bidi controls and characters without a shape go;
    half surrogate pairs become U+FFFD, so that the text can be encoded.
    """
    text = text[: limit * _READ_LIMIT]
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


def as_bytes(text: bytes | str) -> bytes:
    """`text` as UTF-8, half surrogate pairs as U+FFFD; bytes as they are."""
    if isinstance(text, bytes):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def misleading(text: str) -> str:
    """The first control or bidi character or the like in `text`, as ``U+202E``; empty where it shows what it is."""
    found = None if text.isascii() and text.isprintable() else _MISLEADING.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def unseen_in_code(text: str) -> str:
    """As `misleading`, for what is run or looked up: there no character is without a shape, and a space is a space."""
    if text.isascii() and text.isprintable():
        return ""
    for character in text:
        if not character.isprintable() or _HIDDEN.match(character) or _SHAPELESS.match(character):
            return f"U+{ord(character):04X}"
    return ""


def decode_bytes(raw: bytes) -> str:
    """Undeclared bytes as text: UTF-8 if they are (but for a few), else Windows-1252 as mail means it. Never raises."""
    text = as_utf8(raw)
    return raw.decode("cp1252", _AS_C1) if text is None else text


def as_utf8(raw: bytes, bad_most: int | None = None) -> str | None:
    """`raw` as UTF-8, of which the end may be cut off (U+FFFD); None where it is something else.

    Other charsets hardly ever look like UTF-8, so it is believed where a few bytes are damaged: at most `bad_most`,
    and unless told, no more of them than there are characters beyond ASCII.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    good = _UTF8.findall(raw)
    bad = len(_HIGH.findall(raw)) - sum(map(len, good))
    if cut := _UTF8_CUT.search(raw, max(len(raw) - 3, 0)):
        bad -= len(cut[0])
    most = len(good) if bad_most is None else bad_most
    return raw.decode("utf-8", "replace") if good and bad <= most else None


LENIENT = "mailbell.lenient"
"""How to bear errors, for `bytes.decode`: a character that cannot be read is one U+FFFD, so is one cut off at the end.

Of two bytes that are no pair both go unless the second is ASCII (WHATWG Encoding): else all behind them was torn apart.
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
