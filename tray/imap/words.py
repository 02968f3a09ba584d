"""Encoded words in headers (RFC 2047), as mailers write them rather than as they should."""

from __future__ import annotations

import re
from binascii import a2b_base64

from tray.imap import charsets

# Some senders leave a question mark or spaces as they are; a few are let pass, so that no text takes long to search.
# A word that the end of the text has cut off still says something.
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([BbQq])\?([^?]*(?:(?<!=)\?[^?=\s][^?]*){0,3})(?:\?=|\??\Z)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def match_word(text: str, position: int) -> re.Match[str] | None:
    """The encoded word that begins at `position`, which may hold characters that part addresses elsewhere."""
    return _WORD.match(text, position)


def decode_words(text: str) -> str:
    """`text` with its encoded words decoded. Never raises; a word that cannot be decoded at all stays as it is.

    White space between two words is dropped (RFC 2047, 6.2). Neighbours of one charset are joined as bytes, because
    some senders split a character between them. A language suffix (RFC 2231, 5) is passed over.
    """
    decoded: list[str] = []
    run: list[bytes] = []  # bytes of adjacent words in one charset
    run_charset = ""
    end = 0
    for word in _WORD.finditer(text):
        raw = _bytes(word[2], word[3])
        if raw is None:
            continue
        charset = word[1].partition("*")[0].lower()
        gap = text[end : word.start()]
        apart = not run or bool(gap.strip())
        if run and (apart or charset != run_charset):
            decoded.append(charsets.decode(b"".join(run), run_charset))
            run.clear()
        if apart:
            decoded.append(gap)
        run.append(raw)
        run_charset = charset
        end = word.end()
    decoded.extend((charsets.decode(b"".join(run), run_charset), text[end:]))
    return "".join(decoded)


def _bytes(encoding: str, text: str) -> bytes | None:
    """What an encoded text stands for; None for base64 that holds nothing."""
    octets = text.encode("utf-8", "replace")
    if encoding in "Qq":
        return _HEX.sub(lambda pair: bytes((int(pair[1], 16),)), octets.replace(b"_", b" "))
    clean = _NOT_BASE64.sub(b"", octets)
    if len(clean) % 4 == 1:  # a lone last character holds less than a byte
        clean = clean[:-1]
    if not clean and octets.strip(b"= "):
        return None
    return a2b_base64(clean + b"=" * (-len(clean) % 4))
