"""Tests of encoded words."""

from __future__ import annotations

import pytest

from tray.imap.encoded_words import decode_encoded_words, read_raw


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("", ""),
        ("plain = text ?", "plain = text ?"),
        ("=?utf-8?Q?a_b=C3=A4?=", "a bä"),
        ("=?UTF-8?q?a?=", "a"),
        ("=?utf-8?B?w6Q=?=", "ä"),
        ("=?utf-8?b?w6Q?=", "ä"),
        ("=?utf-8*de?Q?=C3=A4?=", "ä"),
        ("(=?utf-8?Q?a?=)", "(a)"),
        ("x =?utf-8?Q?a?= y", "x a y"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?=\r\n =?iso-8859-1?Q?=E4?=", "aä"),
        ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?=C3?= =?UTF-8?Q?=A4?=", "ä"),
        ("=?utf-8?B?w6TDtsM=?=\r\n\t=?utf-8?B?vA==?=", "äöü"),
        ("=?utf-8?Q??= x", " x"),
        ("=?utf-8?B?=?=", ""),
        ("=?utf-8?B??=", ""),
        ("=?utf-8?B?!!!!?= =?utf-8?Q?a?=", "=?utf-8?B?!!!!?= a"),
        ("=?utf-8?B?YWJjZ?=", "abc"),
        ("=?utf-8?B?YW Jj?=", "abc"),
        ("=?utf-8?Q?a b?=", "a b"),
        ("=?utf-8?Q?What?_Now?=", "What? Now"),
        ("=?utf-8?Q?abc =?utf-8?Q?def?=", "abc def"),
        ("=?utf-8?Q?abc? =?utf-8?B?ZGVm", "abc? def"),
        ("=?utf-8?B?YWJj =?utf-8?Q?def?=", "abcdef"),
        ("=?utf-8?Q?Really??=", "Really?"),
        ("=?utf-8?Q?What?=20Now? Yes?=", "What? Now? Yes"),
        ("=?utf-8?Q?What?=20Now", "What20Now"),
        ("=?utf-8?Q?abc?=?utf-8?Q?def?=", "abcdef"),
        ("=?utf-8?B?YW Jj?=?utf-8?Q?d?=", "abcd"),
        ("=?utf-8?Q?Stutt=\r\n gart: a=\nb = c?=", "Stuttgart: ab = c"),
        ("=?utf-8?Q?Stutt= gart?=", "Stuttgart"),
        ("=?utf-8?B?YW=\r\n Jj?=", "abc"),
        ("=?utf-8?B?w6Q=w7Y=?=", "äö"),
        ("=?utf-8?B?8J-YgA?=", "😀"),
        ("=?utf-8?B?w6?= =?utf-8?B?TDtg?=", "äö"),
        ("=?utf-8?B?w6Q?= =?utf-8?B?w7Y?=", "äö"),
        ("=?utf-8?B?w6T/?= =?utf-8?B?w7Y?=", "ä\ufffdö"),
        ("=? utf-8 ? Q ?a?=", "a"),
        ("=??Q?a?=", "=??Q?a?="),
        ("a=?utf-8?Q?b?=c=?utf-8?Q?d?=", "abcd"),
        ("=?iso-8859-1?Q?Fr\udcf6sche?=", "Frösche"),
        ("=?utf-8?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D?=", "=?utf-8?Q?a?="),
        ("=?utf8?Q?=C3?= =?UTF-8*de?B?pA==?=", "ä"),
        ("=?iso-2022-jp?B?GyRCJDMk?= =?csISO2022JP?B?cyRLGyhC?=", "こんに"),
        ("=?iso-2022-jp?B?GyRCJDMkcyRL?=", "こんに"),
        ("=?gb2312?B?s7e7?= =?gb2312?B?2NPKvP4=?=", "撤回邮件"),
        ("=?gb2312?B?s7e72NPKvA==?=", "撤回邮\ufffd"),
        ("=?utf-8?Q?100%=zz=4?=", "100%=zz=4"),
        ("=?utf-8?Q?ä\ud800?=", "ä?"),
        ("=?nonsense?Q?=E4?=", "ä"),
        ("=?idna?Q?xn--bcher-kva?=", "xn--bcher-kva"),
        ("=?unicode_escape?Q?=5Cu202e?=", "\\u202e"),
        ("=?iso-2022-jp?B?GyRCN29MPhsoQg==?=", "件名"),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("=?utf-8?Q?cut off", "cut off"),
        ("=?utf-8?Q?cut?", "cut"),
        ("=?utf-8?Q", "=?utf-8?Q"),
    ],
)
def test_words_are_decoded_as_mailers_write_them(text: str, decoded: str) -> None:
    assert decode_encoded_words(text) == decoded


@pytest.mark.parametrize(
    ("raw", "own", "text"),
    [
        (b"plain", None, "plain"),
        (b"plain ~{x \x0e", None, "plain ~{x \x0e"),
        ("Größe".encode(), "gb18030", "Größe"),
        ("Größe".encode()[:-2], "cp1252", "Grö\ufffd"),
        (b"Informe n\xc3\xbamero \xe1 \xe2\x80\x94 a\xc3\xb1o", None, "Informe número \ufffd — año"),
        (b"Informe n\xc3\xbamero \xe1 \xe2\x80\x94 a\xc3\xb1o", "cp1252", "Informe número \ufffd — año"),
        ("撤回邮件".encode("gbk"), "gb18030", "撤回邮件"),
        ("撤回邮件".encode("gbk"), None, "撤回邮件"),
        ("撤回邮件".encode("gbk"), "utf-8", "撤回邮件"),
        ("안녕".encode("euc-kr"), "cp949", "안녕"),
        ("会議".encode("euc-jp"), "euc-jp", "会議"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("żółty".encode("cp1250"), "cp1250", "żółty"),
        (b"\x1b$B2q5D\x1b(B", None, "会議"),
        (b"\x1b$B2q5D\x1b(B", "utf-8", "会議"),
        ("会議のご案内".encode("cp932"), "iso-2022-jp", "会議のご案内"),
        ("Größe =?utf-8?Q?=C3=A4?= für".encode("latin-1"), None, "Größe ä für"),
        ("件 =?utf-8?Q?a?= 件".encode("gbk"), "gb18030", "件 a 件"),
        (b"=?x?Q?\xbc\xfe?=", "gb18030", "件"),
        (b"\x1b$B2q5D\x1b(B =?utf-8?Q?a?=", None, "会議 a"),
    ],
)
def test_undeclared_text_is_utf8_or_in_the_charset_of_its_mail_or_guessed(
    raw: bytes, own: str | None, text: str
) -> None:
    assert decode_encoded_words(read_raw(raw, own), own) == text
