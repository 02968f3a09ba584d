"""Decodes ISO-2022-JP, in which escape sequences switch character sets, and EUC-JP, its eight-bit form, leniently.

Python's own codecs keep to the standards. Mailers mean the code pages of Windows (50220 to 50222, 51932), with the
characters of NEC and IBM and half-width kana; so JIS X 0208 is read as code page 932.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tray.imap.text import LENIENT

if TYPE_CHECKING:
    from collections.abc import Callable

_ESCAPE = re.compile(rb"\x1b([\x20-\x2f]*)(?:[\x30-\x7e]|\Z)?|[\x0e\x0f]")
_PAIRS_RUN = re.compile(rb"((?:[\x21-\x7e]{2})+)|([\x00-\x20]+)|[\x00-\xff]")
_EUC_RUN = re.compile(
    rb"([\x00-\x7f]+)|((?:[\xa1-\xfe]{2})+)|((?:\x8e[\xa1-\xdf])+)|((?:\x8f[\xa1-\xfe]{2})+)"
    rb"|\x8f[\xa1-\xfe]?\Z|[\x8e\x8f\xa1-\xfe][\x80-\xff]?|[\x80-\xff]"
)
_ROMAN = str.maketrans({"\\": "¥", "~": "‾"})
_HIGH = bytes(number | 0x80 for number in range(256))
_LOW = bytes(number & 0x7F for number in range(256))
_KANA = bytes(number | 0x80 if 0x21 <= number <= 0x5F else number for number in range(256))  # noqa: PLR2004
_FIRST_ROWS = 62  # of JIS X 0208; in Shift_JIS they are before the half-width kana, the others behind


def _shift_jis(run: bytes) -> bytes:
    """Rows 1 to 94 of JIS X 0208 and their cells in Shift_JIS."""
    shifted = bytearray(run)
    for at in range(0, len(run), 2):
        row, cell = run[at] - 0x20, run[at + 1]
        shifted[at] = (row - 1) // 2 + (0x81 if row <= _FIRST_ROWS else 0xC1)
        shifted[at + 1] = cell + (0x7E if row % 2 == 0 else 0x1F if cell < 0x60 else 0x20)  # noqa: PLR2004 -- 0x7F is left out
    return bytes(shifted)


def _jis_x_0208(pairs: bytes) -> str:
    return _shift_jis(pairs).decode("cp932")


def _jis_x_0212(pairs: bytes) -> str:
    high = pairs.translate(_HIGH)
    return b"".join(b"\x8f" + high[at : at + 2] for at in range(0, len(high), 2)).decode("euc_jp")


def _gb_2312(pairs: bytes) -> str:
    return pairs.translate(_HIGH).decode("gb18030")


def _ks_x_1001(pairs: bytes) -> str:
    return pairs.translate(_HIGH).decode("cp949")


_SETS = {
    b"$@": _jis_x_0208,
    b"$B": _jis_x_0208,
    b"$(D": _jis_x_0212,
    b"$A": _gb_2312,
    b"$(C": _ks_x_1001,
}
"""Sets of pairs by the escape sequence for each (RFC 1468, RFC 1554)."""


def decode_iso_2022_jp(raw: bytes) -> str:
    """`raw` as text; escape sequences are removed, and what cannot be read is U+FFFD. Never raises."""
    found: list[str] = []
    designated, shifted = b"(B", False
    at = 0
    while at < len(raw):
        escape = _ESCAPE.search(raw, at)
        end = escape.start() if escape else len(raw)
        found.append(_text(raw[at:end], b"(I" if shifted else designated))
        if escape is None:
            break
        at = escape.end()
        if escape[0] in {b"\x0e", b"\x0f"}:  # SO and SI, for half-width kana
            shifted = escape[0] == b"\x0e"
        elif escape[1][:1] in {b"$", b"("}:
            designated = escape[0][1:]
    return "".join(found)


def _text(raw: bytes, name: bytes) -> str:
    if name[:1] == b"$":
        return "".join(_run(run, _SETS.get(name)) for run in _PAIRS_RUN.finditer(raw))
    if name == b"(I":
        raw = raw.translate(_KANA)
    text = raw.decode("cp932", LENIENT)
    return text.translate(_ROMAN) if name == b"(J" else text


def _run(run: re.Match[bytes], read: Callable[[bytes], str] | None) -> str:
    pairs, blank = run.groups()
    if pairs:
        return "\ufffd" if read is None else _characters(pairs, read)
    return blank.decode("ascii") if blank else "\ufffd"


def _characters(pairs: bytes, read: Callable[[bytes], str]) -> str:
    """Each pair as one character; U+FFFD where the set has none."""
    try:
        return read(pairs)
    except UnicodeDecodeError:
        if len(pairs) == 2:  # noqa: PLR2004 -- one pair
            return "\ufffd"
        return "".join(_characters(pairs[at : at + 2], read) for at in range(0, len(pairs), 2))


def decode_euc_jp(raw: bytes) -> str:
    """`raw` as text; what cannot be read is U+FFFD. Never raises."""
    found: list[str] = []
    for run in _EUC_RUN.finditer(raw):
        plain, pairs, kana, triples = run.groups()
        if plain:
            found.append(plain.decode("ascii"))
        elif pairs:
            found.append(_characters(pairs.translate(_LOW), _jis_x_0208))
        elif kana:
            found.append(kana.replace(b"\x8e", b"").decode("cp932"))
        elif triples:
            found.append(_characters(triples.replace(b"\x8f", b"").translate(_LOW), _jis_x_0212))
        else:
            found.append("\ufffd")
    return "".join(found)
