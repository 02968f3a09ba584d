"""Decodes ISO 2022, in which escape sequences switch character sets, and EUC-JP, its eight-bit form, leniently.

Python's own codecs keep to the standards. Mailers mean the code pages of Windows (50220 to 50222, 51932), with the
characters of NEC and IBM and half-width kana; so JIS X 0208 is read as code page 932.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tray.imap.text import LENIENT

if TYPE_CHECKING:
    from collections.abc import Callable

_SWITCH = re.compile(rb"\x1b(?:([\x20-\x2f]*)([\x30-\x7e]|\Z))?|[\x0e\x0f]")
_RUN = re.compile(rb"((?:[\x21-\x7e]{2})+)|([\x00-\x20]+)|[\x00-\xff]")
_EUC_RUN = re.compile(
    rb"([\x00-\x7f]+)|((?:[\xa1-\xfe]{2})+)|((?:\x8e[\xa1-\xdf])+)|((?:\x8f[\xa1-\xfe]{2})+)"
    rb"|\x8f[\xa1-\xfe]?\Z|[\x8e\x8f\xa1-\xfe][\x80-\xff]?|[\x80-\xff]"
)
_ROMAN = str.maketrans({"\\": "¥", "~": "‾"})
_HIGH = bytes(number | 0x80 for number in range(256))
_LOW = bytes(number & 0x7F for number in range(256))
_KANA = bytes(number | 0x80 if 0x21 <= number <= 0x5F else number for number in range(256))  # noqa: PLR2004
_FIRST_ROWS = 62  # of JIS X 0208; in Shift_JIS they are before the half-width kana, the others behind


class _Set(NamedTuple):
    """A set of 94 by 94 characters: a codec of Python, and how to convert pairs of the set for it."""

    codec: str
    convert: Callable[[bytes], bytes]


def _high(run: bytes) -> bytes:
    return run.translate(_HIGH)


def _high_behind_8f(run: bytes) -> bytes:
    high = run.translate(_HIGH)
    return b"".join(b"\x8f" + high[at : at + 2] for at in range(0, len(high), 2))


def _shift_jis(run: bytes) -> bytes:
    """Rows 1 to 94 of JIS X 0208 and their cells in Shift_JIS."""
    shifted = bytearray(run)
    for at in range(0, len(run) - 1, 2):
        row, cell = run[at] - 0x20, run[at + 1]
        shifted[at] = (row - 1) // 2 + (0x81 if row <= _FIRST_ROWS else 0xC1)
        shifted[at + 1] = cell + (0x7E if row % 2 == 0 else 0x1F if cell < 0x60 else 0x20)  # noqa: PLR2004 -- 0x7F is left out
    return bytes(shifted)


_JIS = _Set("cp932", _shift_jis)
_GB = _Set("gb18030", _high)
_KS = _Set("cp949", _high)
_SUPPLEMENT = _Set("euc_jp", _high_behind_8f)  # JIS X 0212
_PLANE_1 = _Set("euc_jis_2004", _high)
_PAIRS = {
    b"$@": _JIS,
    b"$B": _JIS,
    b"$A": _GB,
    b"$C": _KS,
    b"$D": _SUPPLEMENT,
    b"$O": _PLANE_1,
    b"$Q": _PLANE_1,
    b"$P": _Set("euc_jis_2004", _high_behind_8f),
    b"$E": _GB,  # ISO-IR-165 is GB 2312 and more
}
_UNKNOWN = _Set("ascii", _high)  # decodes nothing: Python has no table of CNS 11643
_HALF_WIDTH = b"I"
_SHIFTED_OUT = {"jp": _HALF_WIDTH, "kr": b"$C", "cn": b"$A"}
_EIGHT_BIT = {"jp": "cp932", "kr": "cp949", "cn": "gb18030"}
_SECOND = {b"A": "latin-1", b"F": "iso8859-7"}


def decode_iso2022(raw: bytes, country: str) -> str:
    """`raw` (ISO-2022-JP, -KR, -CN and variants) as text; what cannot be read is U+FFFD. Never raises.

    `country` (``jp``, ``kr``, ``cn``) is for bytes above 127, and for SO without a designation. Escape sequences are
    removed, also incomplete ones.
    """
    found: list[str] = []
    sets = {b"": b"B", b")": _SHIFTED_OUT[country], b".": b""}
    shifted = False
    at = 0
    while at < len(raw):
        switch = _SWITCH.search(raw, at)
        end = switch.start() if switch else len(raw)
        found.append(_text(raw[at:end], sets[b")" if shifted else b""], country))
        if switch is None:
            break
        at = switch.end()
        if switch[0] in {b"\x0e", b"\x0f"}:
            shifted = switch[0] == b"\x0e"
        elif switch[2] == b"N" and not switch[1]:  # ESC N: one character of the second set
            found.append(raw[at : at + 1].translate(_HIGH).decode(_SECOND.get(sets[b"."], "ascii"), LENIENT))
            at += 1
        elif switch[2]:
            _designate(sets, switch[1], switch[2])
    return "".join(found)


def _designate(sets: dict[bytes, bytes], between: bytes, final: bytes) -> None:
    """Apply a designation to `sets`: ``ESC ( J``, ``ESC $ B``, ``ESC $ ) C``, ``ESC . A``."""
    wide = between[:1] == b"$"
    slot = between[1:] if wide else between
    key = b"" if slot in {b"", b"("} else slot
    if key in sets and (wide or slot):
        sets[key] = b"$" + final if wide else final


def _text(raw: bytes, name: bytes, country: str) -> str:
    if name[:1] == b"$":
        return _wide(raw, _PAIRS.get(name, _UNKNOWN))
    if name == _HALF_WIDTH:
        raw = raw.translate(_KANA)
    text = raw.decode(_EIGHT_BIT[country], LENIENT)
    return text.translate(_ROMAN) if name == b"J" else text


def _wide(raw: bytes, table: _Set) -> str:
    found: list[str] = []
    for run in _RUN.finditer(raw):
        pairs, blank = run.groups()
        found.append(_characters(pairs, table) if pairs else blank.decode("ascii") if blank else "\ufffd")
    return "".join(found)


def _characters(pairs: bytes, table: _Set) -> str:
    """Each pair as one character; U+FFFD where the table has none."""
    try:
        return table.convert(pairs).decode(table.codec)
    except UnicodeDecodeError:
        if len(pairs) == 2:  # noqa: PLR2004 -- one pair
            return "\ufffd"
        return "".join(_characters(pairs[at : at + 2], table) for at in range(0, len(pairs), 2))


def decode_euc_jp(raw: bytes) -> str:
    """`raw` (EUC-JP) as text; what cannot be read is U+FFFD. Never raises."""
    found: list[str] = []
    for run in _EUC_RUN.finditer(raw):
        plain, pairs, kana, triples = run.groups()
        if plain:
            found.append(plain.decode("ascii"))
        elif pairs:
            found.append(_characters(pairs.translate(_LOW), _JIS))
        elif kana:
            found.append(kana.replace(b"\x8e", b"").decode("cp932"))
        elif triples:
            found.append(_characters(triples.replace(b"\x8f", b"").translate(_LOW), _SUPPLEMENT))
        else:
            found.append("\ufffd")
    return "".join(found)
