"""Tests of the guess at a charset."""

from __future__ import annotations

import pytest

from tray.imap.charsets.codecs import decode
from tray.imap.charsets.guess import guess


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("会議のご案内", "cp932"),
        ("テストメール", "cp932"),
        ("会議のご案内", "euc-jp"),
        ("撤回邮件", "gbk"),
        ("关于明天会议的通知", "gbk"),
        ("FW: agenda 会议通知", "gbk"),
        ("您的訂單已經出貨", "big5"),
        ("안녕하세요 회원님", "cp949"),
        ("주문이 완료되었습니다", "cp949"),
        ("Привет, мир", "cp1251"),
        ("Привет, мир", "koi8-r"),
        ("Ваш заказ №5 принят", "cp1251"),
        ("Größe für Ärzte", "cp1252"),
        ("Ação à São", "cp1252"),
        ("“quoted”", "cp1252"),
        ("ÄÖÜ", "cp1252"),
        ("été", "cp1252"),
    ],
)
def test_the_writing_tells_the_charset(text: str, charset: str) -> None:
    raw = text.encode(charset)
    assert decode(raw, guess(raw)) == text
