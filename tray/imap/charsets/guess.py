"""Guesses the charset of raw header text by how common its characters would be in each script."""

from __future__ import annotations

import re

from tray.imap.charsets.codecs import decode

_RUN = re.compile(
    rb"[\x80-\xff]{3}"
)  # non-ASCII characters in a row, which Western languages hardly ever have
_LETTER = re.compile(rb"[A-Za-z]")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_MIN_SHARE = 0.9  # of the characters beyond ASCII that must be of the script
_MIN_FREQUENT_SHARE = 0.3
_MIN_LETTERS = 4
_KANA = re.compile("[\u3041-\u30ff]")
_JAPANESE = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e①-⑳]")
_CYRILLIC = re.compile("[А-ЯЁа-яё]+")
_CASED = re.compile("[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+")
_SMALL = re.compile("[а-яё]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_FIRST_LEVEL = {  # common characters and punctuation
    "gb18030": re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]"),
    "big5": re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]"),
}
_FREQUENT = frozenset(
    "이다는의에가고을하한로지사기도인서어리아대를나자시정보수해그일과장전원주부스구상신안회용공제요세내경무동있만여조습니입"
)


def guess(raw: bytes) -> str:
    """The most probable codec of `raw`, which is not UTF-8; Windows-1252 by default."""
    for name in ("euc-jp", "cp932"):
        if _is_japanese(decode(raw, name)):
            return name
    if not _RUN.search(raw):
        return "cp1252"
    cyrillic = {name: _small_letters(raw, name) for name in ("koi8-r", "cp1251")}
    best = max(cyrillic, key=lambda name: cyrillic[name])
    if cyrillic[best] >= 0:
        return best
    if _is_korean(decode(raw, "cp949")):
        return "cp949"
    return next((name for name in _FIRST_LEVEL if _common_share(raw, name) >= _MIN_SHARE), "cp1252")


def _is_japanese(text: str) -> bool:
    beyond = len(_BEYOND_ASCII.findall(text))
    kana = len(_KANA.findall(text))
    return (
        kana > 1
        and kana >= _MIN_FREQUENT_SHARE * beyond
        and len(_JAPANESE.findall(text)) >= _MIN_SHARE * beyond
    )


def _is_korean(text: str) -> bool:
    beyond = _BEYOND_ASCII.findall(text)
    return sum(letter in _FREQUENT for letter in beyond) >= _MIN_FREQUENT_SHARE * len(beyond)


def _small_letters(raw: bytes, name: str) -> int:
    """How many lower-case letters there are in Cyrillic words; -1 for a text that is not Cyrillic."""
    text = decode(raw, name)
    beyond = len(_BEYOND_ASCII.findall(text))
    words = [word for word in _CYRILLIC.findall(text) if _CASED.fullmatch(word)]
    if sum(map(len, words)) < _MIN_SHARE * beyond or beyond < max(_MIN_LETTERS, len(_LETTER.findall(raw))):
        return -1
    return len(_SMALL.findall(text))


def _common_share(raw: bytes, name: str) -> float:
    """The share of common characters of a charset among the pairs of bytes above 127."""
    pairs = _PAIR.findall(raw)
    common = sum(_FIRST_LEVEL[name].fullmatch(pair) is not None for pair in pairs)
    return common / len(pairs) if pairs and "\ufffd" not in decode(raw, name) else 0.0
