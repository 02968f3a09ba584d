"""When a text is fit to be shown."""

from __future__ import annotations

import unicodedata

from tray.imap.text import display_safe


def is_safe(text: str, limit: int) -> bool:
    """Whether `text` is one bounded line without anything that hides or turns what stands beside it."""
    text.encode()
    return (
        len(text) <= limit
        and display_safe(text, limit) == text
        and not any(
            unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"}
            or unicodedata.bidirectional(char) in _TURNING
            for char in text
        )
    )


_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
