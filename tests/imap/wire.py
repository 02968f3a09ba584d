"""Feeds bytes to the framer and the parser in pieces of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.framer import Frame, Framer, Limits
from tray.imap.responses import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.imap.events import Event

WHOLE = 1 << 30
SIZES = (WHOLE, 7, 1)


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def feed(framer: Framer, parts: Iterable[bytes]) -> list[Frame]:
    """All frames that come out of `framer` while `parts` go in."""
    frames = []
    for part in parts:
        framer.feed(part)
        while (frame := framer.next()) is not None:
            frames.append(frame)
    return frames


def frames(data: bytes, size: int = WHOLE, limits: Limits | None = None) -> list[Frame]:
    framer = Framer(limits)
    found = feed(framer, pieces(data, size))
    assert framer.buffered == 0
    return found


def events(data: bytes, size: int = WHOLE) -> list[Event]:
    return [parse(frame) for frame in frames(data, size)]


def event(data: bytes) -> Event:
    """The one event of a response, the same however it is split."""
    found = [events(data + b"\r\n", size) for size in SIZES]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 1
    return found[0][0]
