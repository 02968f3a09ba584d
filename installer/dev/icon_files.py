"""Icons in the formats of Windows and macOS: both are a list of PNG files behind a table."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
_ICNS_KINDS = {32: b"ic11", 64: b"ic12", 128: b"ic07", 256: b"ic08", 512: b"ic09"}
"""By pixels; the first two are those of 16 and 32 points on a screen of scale 2 (Apple Icon Image format)."""


def write_ico(icons: Path, name: str, target: Path) -> None:
    """Write a Windows icon of the PNG files ``SIZExSIZE/apps/NAME.png`` in `icons` (ICO, with PNG as since Vista)."""
    pictures = [(size, _png(icons, name, size)) for size in _ICO_SIZES]
    table, place = struct.pack("<HHH", 0, 1, len(pictures)), 6 + 16 * len(pictures)
    for size, data in pictures:
        side = size % 256  # 0 stands for 256
        table += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(data), place)
        place += len(data)
    target.write_bytes(table + b"".join(data for _, data in pictures))


def write_icns(icons: Path, name: str, target: Path) -> None:
    """Write an icon of macOS, as `write_ico`."""
    parts = [
        struct.pack(">4sI", kind, 8 + len(data)) + data
        for size, kind in _ICNS_KINDS.items()
        for data in [_png(icons, name, size)]
    ]
    target.write_bytes(struct.pack(">4sI", b"icns", 8 + sum(map(len, parts))) + b"".join(parts))


def _png(icons: Path, name: str, size: int) -> bytes:
    return (icons / f"{size}x{size}" / "apps" / f"{name}.png").read_bytes()
