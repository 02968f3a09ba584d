"""Tests of charsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap.charsets import codecs as charsets


@pytest.mark.parametrize(
    "charset",
    [
        *("rot13", "rot_13", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "zlib", "bz2"),
        *("hex", "uu", "base64", "quopri", "undefined", "mbcs", "charmap", "aliases", "", "x" * 999),
        *("a.b", "utf-8\0", "\ud800", "x-unknown"),
    ],
)
def test_what_is_no_charset_is_never_used_as_one(charset: str) -> None:
    assert charsets.decode(b"nop\\u00e4 xn--bcher-kva", charset) == "nop\\u00e4 xn--bcher-kva"
    if charset != "utf-8\0":
        assert charsets.find_codec(charset) is None


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("us-ascii", b"a", "a"),
        ("us-ascii", b"\xc3\xa4", "ä"),
        ("us-ascii", b"\xe4", "ä"),
        ("nonsense", b"\xe4", "ä"),
        ("gb2312", "Größe…".encode(), "Größe…"),
        ("utf-8", b"a\xe4b", "a\ufffdb"),
        ("big5", b"a\xffb", "a\ufffdb"),
        ("koi8-r", "Größe…".encode(), "Größe…".encode().decode("koi8-r")),
        ("iso-2022-jp", "Größe".encode(), "Größe"),
        ("gb2312", b"a\xb3\xffb", "a\ufffdb"),
        ("gb2312", b"a \xb3 b\x80", "a \ufffd b€"),
    ],
)
def test_a_lie_about_the_charset_is_borne(charset: str, raw: bytes, text: str) -> None:
    assert charsets.decode(raw, charset) == text


def test_every_codec_in_the_table_is_there_and_is_a_label_of_itself() -> None:
    for label, name in charsets.labels().items():
        assert charsets.find_codec(label) == name
        assert charsets.find_codec(name) == name
        assert charsets.decode(b"", name) == ""


@given(st.binary(max_size=40), st.sampled_from(sorted(set(charsets.labels().values()))))
def test_any_bytes_in_any_charset_decode(raw: bytes, charset: str) -> None:
    assert isinstance(charsets.decode(raw, charset), str)


# https://encoding.spec.whatwg.org/#names-and-labels, by our name for the encoding; US-ASCII and its like say nothing.
_WHATWG = """
utf-8: unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8
cp866: 866 cp866 csibm866 ibm866
iso8859-2: csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2
iso8859-3: csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3
iso8859-4: csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
iso8859-5: csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988
iso8859-6: arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i
iso8859-6: iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
iso8859-7: csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7
iso8859-7: iso_8859-7:1987 sun_eu_greek
iso8859-8: csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8
iso8859-8: iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical
iso8859-10: csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6
iso8859-13: iso-8859-13 iso8859-13 iso885913
iso8859-14: iso-8859-14 iso8859-14 iso885914
iso8859-15: csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9
iso8859-16: iso-8859-16
koi8-r: cskoi8r koi koi8 koi8-r koi8_r
koi8-u: koi8-ru koi8-u
mac-roman: csmacintosh mac macintosh x-mac-roman
cp874: dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874
cp1250: cp1250 windows-1250 x-cp1250
cp1251: cp1251 windows-1251 x-cp1251
cp1252: cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1
cp1252: windows-1252 x-cp1252
cp1253: cp1253 windows-1253 x-cp1253
cp1254: cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5
cp1254: windows-1254 x-cp1254
cp1255: cp1255 windows-1255 x-cp1255
cp1256: cp1256 windows-1256 x-cp1256
cp1257: cp1257 windows-1257 x-cp1257
cp1258: cp1258 windows-1258 x-cp1258
mac-cyrillic: x-mac-cyrillic x-mac-ukrainian
gb18030: chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030
big5: big5 big5-hkscs cn-big5 csbig5 x-x-big5
euc-jp: cseucpkdfmtjapanese euc-jp x-euc-jp
iso-2022-jp: csiso2022jp iso-2022-jp
cp932: csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis
cp949: cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949
hz: hz-gb-2312
iso2022_kr: csiso2022kr iso-2022-kr
utf-16-be: unicodefffe utf-16be
utf-16: csunicode iso-10646-ucs-2 ucs-2 unicode utf-16
utf-16-le: unicodefeff utf-16le
"""


@pytest.mark.parametrize("line", _WHATWG.strip().split("\n"))
def test_every_label_of_the_encoding_standard_is_known(line: str) -> None:
    name, _, labels = line.partition(": ")
    for label in labels.split():
        assert charsets.find_codec(label.upper()) == name
        for prefix in ("x-", "cs"):
            assert charsets.find_codec(prefix + label) == name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        *(
            (f"{prefix}1251", "cp1251")
            for prefix in ("windows-", "windows", "win-", "win", "cp", "cp-", "ms", "x-cp")
        ),
        *(
            (f"{prefix}932", "cp932")
            for prefix in ("windows-", "win-", "cp", "ms", "ms-cp", "x-ms-cp", "ibm-")
        ),
        ("x-windows-949", "cp949"),
        ("cp936", "gb18030"),
        ("cp65001", "utf-8"),
        ("windows-28592", "iso8859-2"),
        ("cp28605", "iso8859-15"),
        ("cswindows31j", "cp932"),
        ("cswindows1252", "cp1252"),
        ("8859-1", "cp1252"),
        ("iso-8859", "cp1252"),
        ("cp50221", "iso-2022-jp"),
        ("iso-2022-jp-ms", "iso-2022-jp"),
        ("eucJP-win", "euc-jp"),
        ("SJIS-win", "cp932"),
        ("csPC850Multilingual", "cp850"),
        ("Extended_UNIX_Code_Packed_Format_for_Japanese", "euc-jp"),
        ("x-windows-iso2022jp", "iso-2022-jp"),
        ("x-MS950-HKSCS", "big5"),
        ("utf-8; format=flowed", "utf-8"),
        ('"iso-8859-2"', "iso8859-2"),
    ],
)
def test_prefixes_and_code_pages_say_no_more(label: str, name: str) -> None:
    assert charsets.find_codec(label) == name


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("gb2312", b"\xa3\xa0\xa8\xbc\x80", "\u3000ḿ€"),
        ("koi8-u", b"\xae\xbe\xd2", "ўЎр"),
        ("big5", b"\xa1\x45\xa4\x40\xf9\xd6\xa3\xe1", "‧一碁€"),
        ("big5", b"\xc6\xe7\xc7\x40\x88\x62", "ぁすÊ̄"),
        ("utf-16", b"\xfe\xff\0a", "a"),
        ("utf-16", b"\xfe\xff" + "会議".encode("utf-16-be"), "会議"),
        ("utf-16", b"\0a\0b", "ab"),
        ("utf-16", b"a\0b\0", "ab"),
        ("utf-16", "Łódź a".encode("utf-16-be"), "Łódź a"),
        ("utf-16", "Łódź a".encode("utf-16-le"), "Łódź a"),
        ("utf-16le", b"a\0b", "a\ufffd"),
        ("utf-7", b"+AOQ-", "ä"),
        ("iso-8859-1", b"\xe4\x80", "ä€"),
        ("windows-1251", b"\xcf", "П"),
        ("shift_jis", "件".encode("cp932"), "件"),
        ("iso-2022-jp", "件".encode("iso-2022-jp"), "件"),
        ("ks_c_5601-1987", "건".encode("euc-kr"), "건"),
        ("utf-7", b"a +AO", "a \ufffd"),
        ("hz-gb-2312", b"~{;aRi~} a", "会议 a"),
        ("hz", b"~{;aR", "会\ufffd"),
        ("iso-2022-kr", b"\x1b$)C\x0e>H3g\x0f a", "안녕 a"),
        ("gb18030", b"a\x81\x30\x81", "a\ufffd"),
        ("utf-8", b"a\xf0\x9f\x98", "a\ufffd"),
    ],
)
def test_charsets_are_read_as_mailers_mean_them(charset: str, raw: bytes, text: str) -> None:
    assert charsets.decode(raw, charset) == text


@pytest.mark.parametrize(
    ("charset", "raw", "whole"),
    [
        ("utf-8", "会議".encode(), 3),
        ("shift_jis", "会議".encode("cp932"), 2),
        ("euc-jp", "会議".encode("euc-jp"), 2),
        ("gb18030", "会议".encode("gb18030"), 2),
        ("gb18030", "😀😀".encode("gb18030"), 4),
        ("big5", "會議".encode("big5"), 2),
        ("euc-kr", "안녕".encode("euc-kr"), 2),
        ("utf-16le", "会議".encode("utf-16-le"), 2),
    ],
)
def test_a_text_cut_in_mid_character_ends_with_one_mark(charset: str, raw: bytes, whole: int) -> None:
    text = charsets.decode(raw, charset)
    for end in range(len(raw) + 1):
        characters, rest = divmod(end, whole)
        assert charsets.decode(raw[:end], charset) == text[:characters] + "\ufffd" * bool(rest)
