"""Cutting a text to a bearable length without breaking a character."""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` code points, ending in ``…`` where something was left out.

    A base and its combining marks, an emoji and its modifiers stay together (the part of Unicode Annex 29 that
    mail subjects need).
    """
    if len(text) <= limit:
        return text
    end = limit - len(ELLIPSIS)
    while end > 0 and (_extends(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    if end <= 0:  # nothing but marks, or no room: then length goes first
        end = max(limit - len(ELLIPSIS), 0)
    return (text[:end].rstrip() + ELLIPSIS)[: max(limit, 0)]


def _extends(character: str) -> bool:
    return (
        character == _JOINER
        or unicodedata.category(character).startswith("M")  # combining marks and variation selectors
        or ord(character) in _SKIN_TONES
    )
