"""Files of sections and keys, as GKeyFile, Python's configparser and Mozilla write them; read with patience."""

from __future__ import annotations

import re
from typing import Final

_SECTION = re.compile(r"\[([^\]]*)\]")
_KEY = re.compile(r"([^=:]+)[=:](.*)")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES: Final = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}

Sections = dict[str, dict[str, str]]


def sections(text: str) -> Sections:
    """The keys, in lower case, of each section, by its name; the last value counts. Never raises.

    What is no key, no section and no comment is passed over, and so is what stands before the first section.
    """
    found: Sections = {}
    current: dict[str, str] | None = None
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if section := _SECTION.fullmatch(stripped):
            current = found.setdefault(section[1].strip(), {})
        elif current is not None and (pair := _KEY.fullmatch(stripped)):
            current[pair[1].strip().lower()] = pair[2].strip()
    return found


def unescaped(value: str) -> str:
    r"""The text of a GKeyFile value: ``\s``, ``\n``, ``\t``, ``\r`` and ``\\`` (its documentation)."""
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), value)


def items(value: str) -> list[str]:
    r"""The texts of a GKeyFile list, which ``;`` divides unless it stands there as ``\;``."""
    parts = re.findall(r"(?:[^;\\]|\\.?)+", value)
    return [text for part in parts if (text := unescaped(part).strip())]
