"""Decodes encoded words in headers (RFC 2047), including common deviations from the standard."""

from __future__ import annotations

import re
from binascii import a2b_base64

from tray.imap.charsets import codecs as charsets
from tray.imap.charsets.codecs import PAIRED, SWITCHED
from tray.imap.text import as_utf8
from tray.values import dataclass

_BEGIN = re.compile(r"=\?[ \t]?([^?\s]{1,80})[ \t]?\?[ \t]?([BbQq])[ \t]?\?")
_HEX_PAIR = re.compile(r"[0-9A-Fa-f]{2}")
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/=_-]*")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
# A line break inside a word, which some servers have replaced by a space.
_SOFT_BREAK = re.compile(rb"=[ \t]*\r?\n[ \t]*|(?<![ \t])=[ \t]+")
_QUANTUM = 4  # base64 letters for three bytes
_ESCAPE = re.compile(rb"\x1b\$[@B]")  # ISO-2022-JP


@dataclass(frozen=True, slots=True)
class Word:
    """An encoded word at `start` up to `end` of a text."""

    start: int
    end: int
    charset: str
    """As declared, without a language (RFC 2231, 5)."""
    base64: bool
    text: str


def find_words(text: str) -> list[Word]:
    """The encoded words of `text`, in their order.

    A word ends at ``?=``, and without one (it was cut off) at the next word or at the end. It may contain question
    marks and spaces; ``?=`` before two hexadecimal digits is a question mark where another ``?=`` follows.
    """
    if "=?" not in text:
        return []
    begins = list(_BEGIN.finditer(text))
    found: list[Word] = []
    for number, begin in enumerate(begins):
        bound = begins[number + 1].start() if number + 1 < len(begins) else len(text)
        base64 = begin[2] in "Bb"
        stop, end = _end(text, begin.end(), bound, base64=base64)
        charset = begin[1].partition("*")[0]
        found.append(Word(begin.start(), end, charset, base64, text[begin.end() : stop]))
    return found


def _end(text: str, begin: int, bound: int, *, base64: bool) -> tuple[int, int]:
    """The end of the encoded text that starts at `begin`, and the end of its word."""
    stop = text.find("?=", begin, bound + 1)  # the = may also begin the next word
    while stop >= 0 and not base64 and _HEX_PAIR.match(text, stop + 2):
        later = text.find("?=", stop + 2, bound)
        if later < 0:
            break
        stop = later
    if 0 <= stop < bound:
        return stop, min(stop + 2, bound)
    if base64 and (run := _BASE64_RUN.match(text, begin, bound)):
        bound = run.end() + text.startswith("?", run.end())
    stop = len(text[begin:bound].rstrip()) + begin if bound == len(text) else bound
    return (stop - 1 if stop > begin and text[stop - 1] == "?" else stop), bound


def codec_of(raw: bytes, own: str | None) -> str:
    """The codec for `charsets.decode` of text without a declared charset, where standards allow only UTF-8.

    UTF-8 where valid, else `own` (that of the message, if known), else UTF-8 with few invalid bytes, else a guess.
    """
    if raw.isascii():
        return "iso-2022-jp" if _ESCAPE.search(raw) else "utf-8"
    if as_utf8(raw, invalid_limit=0) is not None:
        return "utf-8"
    if own in SWITCHED or own == "utf-8":
        own = None
    if own in PAIRED and "\ufffd" not in charsets.decode(raw, own):
        return own
    if as_utf8(raw) is not None:
        return "utf-8"
    if own is not None:
        return own
    from tray.imap.charsets.guess import guess  # noqa: PLC0415 -- rarely needed

    return guess(raw)


def read_raw(raw: bytes, own: str | None = None) -> str:
    """`raw` as text: encoded words stay as they are, all else is decoded by `codec_of`.

    A raw byte in an encoded word belongs to the word's charset and is kept by ``surrogateescape``.
    """
    text = raw.decode("ascii", "surrogateescape")
    if raw.isascii() and b"\x1b" not in raw and own not in charsets.SWITCHED:
        return text
    pieces: list[tuple[bytes, str]] = []
    at = 0
    for word in find_words(text):
        pieces.append((raw[at : word.start], text[word.start : word.end]))
        at = word.end
    pieces.append((raw[at:], ""))
    name = codec_of(b"".join(piece for piece, _ in pieces), own)
    return "".join(charsets.decode(piece, name) + word for piece, word in pieces)


def decode_encoded_words(text: str, own: str | None = None) -> str:
    """`text` with its encoded words decoded. Never raises; a word that cannot be decoded is kept.

    White space between two words is dropped (RFC 2047, 6.2). Adjacent words of one charset are joined as bytes, because
    some senders split a character between them. `own` is the codec of the message, for words of an unknown charset.
    """
    words = find_words(text)
    if not words:
        return text
    found: list[str] = []
    run: list[tuple[Word, bytes]] = []  # adjacent words of one charset
    codec: str | None = None
    end = 0
    for word in words:
        octets = _octets(word)
        if octets is None:
            continue
        gap = text[end : word.start]
        apart = not run or bool(gap.strip())
        name = charsets.find_codec(word.charset)
        if apart or name != codec:
            found.append(_joined(run, codec, own))
            run, codec = [], name
        if apart:
            found.append(gap)
        run.append((word, octets))
        end = word.end
    found += _joined(run, codec, own), text[end:]
    return "".join(found)


def _joined(run: list[tuple[Word, bytes]], codec: str | None, own: str | None) -> str:
    def decoded(raw: bytes) -> str:
        return charsets.decode(raw, codec or codec_of(raw, own))

    text = decoded(b"".join(octets for _, octets in run))
    if "\ufffd" in text and len(run) > 1 and all(word.base64 for word, _ in run):
        # Base64 that was split anywhere and continues in the next word.
        base64 = "".join(word.text for word, _ in run).encode("ascii", "replace")
        whole = decoded(_from_base64(base64))
        if whole.count("\ufffd") < text.count("\ufffd"):
            return whole
    return text


def _octets(word: Word) -> bytes | None:
    """The decoded bytes of a word; None for base64 without content."""
    try:
        raw = word.text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate
        raw = word.text.encode("utf-8", "replace")
    raw = _SOFT_BREAK.sub(b"", raw) if b"=" in raw else raw
    if not word.base64:
        return _HEX.sub(lambda pair: bytes((int(pair[1], 16),)), raw.replace(b"_", b" "))
    found = _from_base64(raw)
    return found if found or not raw.strip(b"= ") else None


def _from_base64(raw: bytes) -> bytes:
    """Base64 of either alphabet, padded or not; another text may follow padding."""
    pieces = _NOT_BASE64.sub(b"", raw.translate(_URL_SAFE)).split(b"=")
    return b"".join(map(_piece, filter(None, pieces)))


def _piece(letters: bytes) -> bytes:
    if len(letters) % _QUANTUM == 1:  # less than a byte
        letters = letters[:-1]
    return a2b_base64(letters + b"=" * (-len(letters) % _QUANTUM))
