"""Reads the INI files of GKeyFile, Python's configparser and Mozilla."""

from __future__ import annotations

import re
from configparser import RawConfigParser
from typing import Final

_BEFORE, _DEFAULT = "\1", "\0"
"""Names that no section has, for the lines before the first section and for configparser's defaults."""
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES: Final = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}

Sections = dict[str, dict[str, str]]


def sections(text: str) -> Sections:
    """The values by section and key, with keys in lower case; the last value of a key counts. Never raises.

    Invalid lines, and lines before the first section, are ignored.
    """
    # GKeyFile ignores indentation; in configparser it continues the value above.
    lines = [line.strip() for line in text.splitlines()]
    # Without a key, or without a value, a line is an error: configparser gathers these in quadratic time.
    lines = [line for line in lines if not line.startswith(("=", ":"))]
    parser = RawConfigParser(strict=False, default_section=_DEFAULT, allow_no_value=True)
    parser.read_string("\n".join((f"[{_BEFORE}]", *lines)))
    return {
        name.strip(): {key: value for key, value in parser.items(name) if value is not None}
        for name in parser.sections()
        if name != _BEFORE
    }


def unescaped(value: str) -> str:
    r"""A GKeyFile value without its escapes ``\s``, ``\n``, ``\t``, ``\r`` and ``\\`` (its documentation)."""
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), value)


def items(value: str) -> list[str]:
    r"""The texts of a GKeyFile list, separated by ``;``; an escaped ``\;`` is a part of a text."""
    parts = re.findall(r"(?:[^;\\]|\\.?)+", value)
    return [text for part in parts if (text := unescaped(part).strip())]
