"""The man page as Markdown: the requests of roff that `installer/dev/manual.py` writes, and no others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_INLINE = re.compile(r"\\f([BI])(.*?)\\f[RP]")
_MARKS = {"B": "**", "I": "*"}
_LETTERS = {r"\-": "-", r"\(aq": "'", r"\(dq": '"', r"\e": "\\\\", r"\&": ""}
_SPECIAL = re.compile(r"([\[\]*_<>|`#])")


def markdown(roff: str) -> str:
    """The page without its title line; raises ValueError for a request that it does not know."""
    return "\n".join(_lines(roff.splitlines())) + "\n"


def _lines(lines: list[str]) -> Iterator[str]:
    entry = 0  # 2: the next text is the term of a list, 1: what follows explains it
    for line in lines:
        request, _, rest = line.partition(" ")
        if request in {".TH", ".UE"}:
            continue
        if request in {".SH", ".SS"}:
            entry = 0
            mark = "##" if request == ".SH" else "###"
            yield f"\n{mark} {_text(rest.capitalize() if request == '.SH' else rest)}\n"
        elif request == ".br":
            yield "\\"
        elif request == ".PP":
            entry = 0
            yield ""
        elif request == ".TP":
            entry = 2
        elif request == ".UR":
            yield f"<{rest}>"
        elif request in {".B", ".I", ".BR"} or not line.startswith("."):
            text = _text(line) if not line.startswith(".") else _marked(request, rest)
            yield f"\n* {text}\\" if entry == 2 else f"  {text}" if entry else text
            entry = min(entry, 1)
        else:
            raise ValueError(f"{request} is not known here")


def _marked(request: str, rest: str) -> str:
    if request != ".BR":
        mark = _MARKS[request[1]]
        return f"{mark}{_text(rest)}{mark}"
    words = rest.split()
    return "".join(
        f"**{_text(word)}**" if place % 2 == 0 else _text(word) for place, word in enumerate(words)
    )


def _text(roff: str) -> str:
    parts, end = [], 0
    for found in _INLINE.finditer(roff):
        mark = _MARKS[found[1]]
        parts += [_plain(roff[end : found.start()]), f"{mark}{_plain(found[2])}{mark}"]
        end = found.end()
    return "".join([*parts, _plain(roff[end:])])


def _plain(roff: str) -> str:
    text = _SPECIAL.sub(r"\\\1", roff)
    for letters, meant in _LETTERS.items():
        text = text.replace(letters, meant)
    return text
