"""Chooses the codec of header text without a declared charset; standards allow only UTF-8 there."""

from __future__ import annotations

import re

from tray.imap.charsets.codecs import PAIRED, SWITCHED, decode
from tray.imap.text import as_utf8

_ESCAPE = re.compile(rb"\x1b\$[@AB()*]")
_SHIFT = {"hz": b"~{"}
_SHIFT_OUT = b"\x0e"


def codec_of(raw: bytes, own: str | None) -> str:
    """The codec of `raw` for `charsets.decode`; `own` is that of the message itself, if known.

    UTF-8 where valid, else the message's own charset, else UTF-8 with few invalid bytes, else a guess.
    """
    if raw.isascii():
        return _switched(raw, own)
    if as_utf8(raw, invalid_limit=0) is not None:
        return "utf-8"
    if own in SWITCHED or own == "utf-8":
        own = None
    if own in PAIRED and "\ufffd" not in decode(raw, own):
        return own
    if as_utf8(raw) is not None:
        return "utf-8"
    if own is not None:
        return own
    from tray.imap.charsets.guess import guess  # noqa: PLC0415 -- rarely needed

    return guess(raw)


def _switched(raw: bytes, own: str | None) -> str:
    if own in SWITCHED and _SHIFT.get(own, _SHIFT_OUT) in raw:
        return own
    if _ESCAPE.search(raw):
        return "iso-2022-jp"  # without SO, all of that family read ASCII and escape sequences alike
    return "utf-8"
