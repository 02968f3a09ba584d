"""Which charsets mail may declare, and what is made of bytes that do not keep to them."""

from __future__ import annotations

import re

from tray.imap.text import decode_bytes

# Names are compared by letters and digits alone. Python's own look-up would also find what is no charset of a
# text ("rot13", "idna", "unicode_escape", "zlib"), so only what stands here is ever asked of it. Where a charset
# has a successor that holds it whole and that mailers mean by it, the successor is used (WHATWG Encoding, 4.2).
_CODECS = {
    "utf8": "utf-8",
    "unicode11utf8": "utf-8",
    "utf7": "utf-7",
    "unicode11utf7": "utf-7",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "utf32": "utf-32",
    "utf32le": "utf-32-le",
    "utf32be": "utf-32-be",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "iso88599": "cp1254",
    "latin5": "cp1254",
    "iso885911": "cp874",
    "tis620": "cp874",
    "windows874": "cp874",
    "latin2": "iso8859-2",
    "latin9": "iso8859-15",
    "iso88596i": "iso8859-6",
    "iso88596e": "iso8859-6",
    "iso88598i": "iso8859-8",
    "iso88598e": "iso8859-8",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "koi8ru": "koi8-u",
    "macintosh": "mac-roman",
    "xmacroman": "mac-roman",
    "xmaccyrillic": "mac-cyrillic",
    "gb2312": "gb18030",
    "xgb2312": "gb18030",
    "euccn": "gb18030",
    "gbk": "gb18030",
    "xgbk": "gb18030",
    "cp936": "gb18030",
    "windows936": "gb18030",
    "gb18030": "gb18030",
    "hzgb2312": "hz",
    "big5": "big5hkscs",
    "cnbig5": "big5hkscs",
    "xxbig5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "cp950",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "mskanji": "cp932",
    "cp932": "cp932",
    "windows31j": "cp932",
    "eucjp": "euc-jp",
    "xeucjp": "euc-jp",
    "iso2022jp": "iso2022-jp",
    "iso2022jp1": "iso2022-jp-1",
    "iso2022jp2": "iso2022-jp-2",
    "iso2022jp3": "iso2022-jp-3",
    "iso2022jpms": "iso2022-jp-ext",
    "cp50220": "iso2022-jp-ext",
    "iso2022kr": "iso2022-kr",
    "euckr": "cp949",
    "ksc56011987": "cp949",
    "ksc5601": "cp949",
    "windows949": "cp949",
    "cp949": "cp949",
    "uhc": "cp949",
    "johab": "johab",
}
_FAMILIES = (
    (re.compile(r"(?:x)?(?:windows|cp|mscp)(125[0-8])"), "cp"),
    (re.compile(r"(?:ibm|cp)(437|737|775|850|852|855|857|858|86[0-6]|869)"), "cp"),
    (re.compile(r"iso8859([2-8]|10|13|14|15|16)"), "iso8859-"),
)
_PUNCTUATION = re.compile(r"[^a-z0-9]")
_NAME_MOST = 40


def codec(charset: str) -> str | None:
    """Python's name for a declared charset, or None for US-ASCII and for what we do not know."""
    name = _PUNCTUATION.sub("", charset[:_NAME_MOST].lower())
    if name in _CODECS:
        return _CODECS[name]
    for pattern, prefix in _FAMILIES:
        if found := pattern.fullmatch(name):
            return prefix + found[1]
    return None


def decode(raw: bytes, charset: str) -> str:
    """`raw` as the declared charset, as UTF-8 if the declaration is a lie, else with U+FFFD. Never raises."""
    name = codec(charset)
    if name is None:
        return decode_bytes(raw)
    try:
        return raw.decode(name)
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode(name, "replace")
