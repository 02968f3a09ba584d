"""The charsets that messages may declare, and lenient decoding of their bytes."""

from __future__ import annotations

import re
from functools import lru_cache

from tray.imap.text import LENIENT, as_utf8, decode_bytes

# A line for each codec (those of `_OWN` are below, the others Python's) with its labels: those of the WHATWG Encoding
# standard, code page numbers, and further ones that mailers write. Python's own look-up also finds codecs that are no
# charset ("rot13", "idna", "unicode_escape", "zlib"), so only this table is used. A charset is read as its larger
# successor where mailers mean that (WHATWG Encoding, 4.2). Labels are compared by letters and digits, without the
# prefixes of `_PREFIX`.
_LABELS = """
utf-8: utf8 utf8mb4 unicode11utf8 unicode20utf8 65001
utf-7: utf7 unicode11utf7 unicode20utf7 65000
utf-16: utf16 unicode ucs2 iso10646ucs2 1200
utf-16-le: utf16le unicodefeff
utf-16-be: utf16be unicodefffe 1201
utf-32: utf32 ucs4 iso10646ucs4
utf-32-le: utf32le 12000
utf-32-be: utf32be 12001
cp1252: latin1 l1 isolatin1 isoir100 iso8859 819 1252
iso8859-2: latin2 l2 isolatin2 isoir101 912
iso8859-3: latin3 l3 isolatin3 isoir109
iso8859-4: latin4 l4 isolatin4 isoir110
iso8859-5: cyrillic isolatincyrillic isoir144
iso8859-6: arabic isolatinarabic isoir127 asmo708 ecma114 708
iso8859-7: greek greek8 isolatingreek isoir126 ecma118 elot928 suneugreek
iso8859-8: hebrew isolatinhebrew isoir138 visual logical 38598
cp1254: latin5 l5 isolatin5 isoir148 1254
iso8859-10: latin6 l6 isolatin6 isoir157
cp874: tis620 thai isoir166 874
iso8859-13: latin7 l7 isolatin7 isoir179
iso8859-14: latin8 l8 isolatin8 isoir199 isoceltic
iso8859-15: latin9 l9 isolatin9 isoir203 latin0 923
iso8859-16: latin10 l10 isolatin10 isoir226
cp1250: 1250
cp1251: 1251
cp1253: 1253
cp1255: 1255
cp1256: 1256
cp1257: 1257
cp1258: 1258
cp437: 437 pc8codepage437
cp720: 720
cp737: 737
cp775: 775 pc775baltic
cp850: 850 pc850multilingual
cp852: 852 pcp852
cp855: 855
cp857: 857
cp858: 858 00858 pcmultilingual850euro
cp860: 860
cp861: 861
cp862: 862 pc862latinhebrew
cp863: 863
cp864: 864
cp865: 865
cp866: 866
cp869: 869
cp1125: 1125
koi8-r: koi8r koi8 koi 20866 878
koi8-u: koi8u koi8ru 21866
koi8-t: koi8t
kz1048: kz1048 rk1048 strk10482002
ptcp154: ptcp154 pt154 cyrillicasian
mac-roman: macintosh mac macroman 10000
mac-cyrillic: maccyrillic macukrainian 10007 10017
mac-greek: macgreek 10006
mac-latin2: maclatin2 macce maccentraleurope maccentraleurroman 10029
mac-turkish: macturkish 10081
mac-croatian: maccroatian 10082
mac-iceland: maciceland macicelandic 10079
gb18030: gb18030 gb180302000 gb180302005 gbk gb2312 gb231280 iso58gb231280 isoir58 chinese euccn cngb gb
 936 1381 1383 51936 54936
hz: hz hzgb2312 hzgb 52936
big5: big5 big5hkscs big5hkscs2001 big5hkscs2004 950hkscs big5eten cnbig5 950 951
cp932: shiftjis sjis sjiswin kanji 31j 932 942 943 943c ntkanji
shift_jis_2004: sjis2004 sjis0213 shiftjis2004 shiftjisx0213 shiftjisx02132004
euc-jp: eucjp eucjpms eucjpwin eucjpopen eucjplinux eucpkdfmtjapanese ujis 954 20932 33722 51932
 extendedunixcodepackedformatforjapanese
euc_jis_2004: eucjp2004 eucjis2004 eucjisx0213 eucjisx02132004
iso-2022-jp: iso2022jp iso2022jp1 iso2022jp2 iso2022jp3 iso2022jp2004 iso2022jpext iso2022jpms jis jis7 jisms
 jisencoding 50220 50221 50222
iso2022_kr: iso2022kr 50225
cp949: euckr ksc5601 ksc56011987 ksc56011989 ksc56011992 korean isoir149 uhc 949 970 51949
johab: johab 1361
"""
_ISO_8859 = r"(?:iso)?8859([1-9]|1[0-6])[ie]?|2859([1-9])|2860([35])"
_SUCCESSORS = {"1": "cp1252", "9": "cp1254", "11": "cp874"}
_PUNCTUATION = r"[^a-z0-9]"
_PREFIX = r"(?:x|cs|charset|windows|win|mscp|ms|cp|ibm|dos)+"
_BEHIND = r"(?s):(?:19|20)\d\d\Z|[;,].*"  # ISO_8859-1:1987; a parameter that follows
_NAME_LIMIT = 60
_BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_ADDED = {
    "gb18030": str.maketrans(
        {"\ue5e5": "\u3000", "\ue7c7": "ḿ"}
    ),  # characters that WHATWG has and Python has not
    "koi8-u": str.maketrans({"╝": "ў", "╬": "Ў"}),  # KOI8-RU, a superset of KOI8-U
}
_BIG5 = (
    rb"[\x00-\x80]+|(\xc6[\xa1-\xfe]|[\xc7\xc8][\x40-\x7e\xa1-\xfe])"
    rb"|[\x81-\xfe](?:[\x40-\x7e\x80-\xff]|\Z)?|\xff"
)
SWITCHED = frozenset({"iso-2022-jp", "iso2022_kr", "hz"})
"""Codecs whose bytes are all ASCII, with shift or escape sequences for other characters."""
PAIRED = frozenset({"gb18030", "big5", "cp932", "shift_jis_2004", "euc-jp", "euc_jis_2004", "cp949", "johab"})
"""Codecs of mostly two-byte characters: a text of only valid pairs is very probably in one of them."""


@lru_cache(maxsize=1)
def labels() -> dict[str, str]:
    """The codec of each label, shortened as in `find_codec`."""
    lines = (line.partition(":") for line in _LABELS.replace("\n ", " ").strip().split("\n"))
    return {label: name for name, _, words in lines for label in words.split()}


@lru_cache(maxsize=64)
def find_codec(charset: str) -> str | None:
    """The codec of a declared charset; None for US-ASCII, an empty and an unknown one."""
    name = re.sub(_PUNCTUATION, "", re.sub(_BEHIND, "", charset[:_NAME_LIMIT].lower()))
    codecs = labels()
    found = codecs.get(name) or codecs.get(re.sub(_PREFIX, "", name, count=1))
    if found is None and (iso := re.fullmatch(_ISO_8859, re.sub(_PREFIX, "", name, count=1))):
        part = iso[1] or iso[2] or "1" + iso[3]
        return _SUCCESSORS.get(part, "iso8859-" + part)
    return found


def decode(raw: bytes, charset: str) -> str:
    """`raw` in the declared charset, in UTF-8 if it is no valid text of that, else with U+FFFD. Never raises.

    `charset` may also be a codec that `find_codec` returned.
    """
    name = find_codec(charset)
    if name is None:
        return decode_bytes(raw)
    text = _text(raw, name)
    doubtful = "\ufffd" in text or name in SWITCHED
    if doubtful and not raw.isascii() and (utf8 := as_utf8(raw, invalid_limit=0)) is not None:
        return utf8
    return text


def _text(raw: bytes, name: str) -> str:
    if name in {"iso-2022-jp", "euc-jp"}:
        from tray.imap.charsets import japanese  # noqa: PLC0415 -- rarely needed

        return japanese.decode_euc_jp(raw) if name == "euc-jp" else japanese.decode_iso_2022_jp(raw)
    if name in _OWN:
        return _OWN[name](raw)
    return raw.decode(name, LENIENT).translate(_ADDED.get(name, {}))


def _utf_16(raw: bytes) -> str:
    """By the byte order mark; without one, by where the zero bytes of Latin letters are."""
    name = _BOMS.get(raw[:2]) or ("utf-16-be" if raw[::2].count(0) > raw[1::2].count(0) else "utf-16-le")
    return raw.decode(name, LENIENT).removeprefix("\ufeff")


def _big5(raw: bytes) -> str:
    """Code page 950 with the additions of ETEN and Hong Kong."""
    return "".join(
        _big5_characters(found[0], "big5hkscs" if found[1] else "cp950") for found in re.finditer(_BIG5, raw)
    )


def _big5_characters(raw: bytes, name: str) -> str:
    try:
        return raw.decode(name)
    except UnicodeDecodeError:
        return raw.decode("big5hkscs", LENIENT)


_OWN = {"utf-16": _utf_16, "big5": _big5}
