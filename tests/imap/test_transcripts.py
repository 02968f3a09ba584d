r"""Replays what servers say: each transcript whole, byte by byte, by seven, and parted in two at every place.

Lines of a transcript: ``S: `` is what the server sends, with CR LF behind it and backslash escapes for bytes;
``E: `` is the event that must come of it, as its `repr` (frozen sets sorted); ``#`` is a remark.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.imap.wire import SIZES, feed, pieces
from tray.imap.framer import Framer
from tray.imap.responses import parse

if TYPE_CHECKING:
    from tray.imap.events import Event

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


def load(path: Path) -> tuple[bytes, list[str]]:
    lines = path.read_text("utf-8").splitlines()
    sent = [
        line[3:].encode().decode("unicode_escape").encode("latin-1") + b"\r\n"
        for line in lines
        if line.startswith("S: ")
    ]
    assert all(line[:2] in {"S:", "E:", "# "} for line in lines)
    return b"".join(sent), [line[3:] for line in lines if line.startswith("E: ")]


def shown(event: Event) -> str:
    fields = []
    for name in type(event).__dataclass_fields__:
        value = getattr(event, name)
        if value is not None:
            fields.append(f"{name}={sorted(value) if isinstance(value, frozenset) else value!r}")
    return f"{type(event).__name__}({', '.join(fields)})"


def replay(parts: list[bytes]) -> list[str]:
    return [shown(parse(frame)) for frame in feed(Framer(), parts)]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_means_the_same_however_it_arrives(path: Path) -> None:
    data, expected = load(path)
    for size in SIZES:
        assert replay(pieces(data, size)) == expected
    for place in range(len(data)):
        assert len(replay([data[:place], data[place:]])) == len(expected)


def test_there_are_transcripts() -> None:
    assert TRANSCRIPTS
