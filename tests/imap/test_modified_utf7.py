"""Tests of mailbox names on the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap import modified_utf7
from tray.imap.errors import LocalProtocolError
from tray.imap.types import INBOX, MailboxName


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("INBOX", b"INBOX"),
        ("inbox/a", b"inbox/a"),
        ("a & b", b"a &- b"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("Entwürfe", b"Entw&APw-rfe"),
        ("😀", b"&2D3eAA-"),
        ("ä&ö", b"&AOQ-&-&APY-"),
        ("a\r\nb", b"a&AA0ACg-b"),
        ("", b""),
    ],
)
def test_names_go_both_ways(name: str, raw: bytes) -> None:
    assert modified_utf7.encode(name) == raw
    assert modified_utf7.decode(raw) == name


def test_inbox_is_inbox_in_any_case() -> None:
    assert modified_utf7.decode(b"Inbox") == INBOX
    assert modified_utf7.encode("inBox") == b"INBOX"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"R&D", "R&D"),
        (b"&AOQ", "&AOQ"),
        (b"&A-", "&A-"),
        (b"&AA-", "&AA-"),
        (b"&2D0-", "&2D0-"),
        (b"&&-", "&&-"),
        (b"&AOQ!-", "&AOQ!-"),
        ("Entwürfe & mehr".encode(), "Entwürfe & mehr"),
        (b"\xfcber", "über"),
    ],
)
def test_what_cannot_be_decoded_stays_readable(raw: bytes, name: str) -> None:
    assert modified_utf7.decode(raw) == name


def test_half_a_character_cannot_be_sent() -> None:
    with pytest.raises(LocalProtocolError):
        modified_utf7.encode("a\ud800")


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_any_name_comes_back(name: str) -> None:
    raw = modified_utf7.encode(name)
    assert raw.isascii()
    assert modified_utf7.decode(raw) == (INBOX if name.upper() == INBOX else name)


def test_only_inbox_itself_is_inbox() -> None:
    """The dotless i has the same capital letter as i."""
    assert modified_utf7.decode(b"&ATE-nbox") == "\u0131nbox"
    assert modified_utf7.decode(modified_utf7.encode(MailboxName("\u0131nbox"))) == "\u0131nbox"
    assert modified_utf7.decode(b"iNbOx") == "INBOX"
