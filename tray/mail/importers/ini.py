"""Files of sections and keys, as GKeyFile, Python's configparser and Mozilla write them."""

from __future__ import annotations

import re
from configparser import ParsingError, RawConfigParser
from contextlib import suppress
from typing import Final

_BEFORE, _DEFAULT = "\1", "\0"
"""Names of sections that no file has: of what stands before the first one, and of configparser's default values."""
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES: Final = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}

Sections = dict[str, dict[str, str]]


def sections(text: str) -> Sections:
    """The keys, in lower case, of each section, by its name; the last value counts. Never raises.

    What is no key, no section and no comment is passed over, and so is what stands before the first section.
    """
    # GKeyFile ignores indentation, to configparser it continues the value above.
    lines = [line.strip() for line in text.splitlines()]
    parser = RawConfigParser(strict=False, default_section=_DEFAULT, allow_no_value=True)
    with suppress(ParsingError):  # raised at the end, when all that can be read has been read
        parser.read_string("\n".join((f"[{_BEFORE}]", *lines)))
    return {
        name.strip(): {key: value for key, value in parser.items(name) if value is not None}
        for name in parser.sections()
        if name != _BEFORE
    }


def unescaped(value: str) -> str:
    r"""The text of a GKeyFile value: ``\s``, ``\n``, ``\t``, ``\r`` and ``\\`` (its documentation)."""
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), value)


def items(value: str) -> list[str]:
    r"""The texts of a GKeyFile list, which ``;`` divides unless it stands there as ``\;``."""
    parts = re.findall(r"(?:[^;\\]|\\.?)+", value)
    return [text for part in parts if (text := unescaped(part).strip())]
