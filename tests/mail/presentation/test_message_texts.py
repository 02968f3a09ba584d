"""How a sender and a folder are named, and where texts are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap.addresses import parse_address
from tray.imap.types import Address, MailboxName
from tray.mail.presentation.message_texts import folder_text, shown_sender, truncate


@pytest.mark.parametrize(
    ("name", "address", "shown"),
    [
        ("", "", ""),
        ("Jane", "", "Jane"),
        ("", "jane@x.test", "jane@x.test"),
        ("Jane", "jane@x.test", "Jane"),
        ("jane@x.test", "jane@x.test", "jane@x.test"),
        ("Jane@X.test", "jane@x.TEST", "Jane@X.test"),
        ("Jane Doe (jane@x.test.)", "jane@x.test", "Jane Doe (jane@x.test.)"),
        ("jane＠x。test", "jane@x.test", "jane＠x。test"),
        ("@jane", "jane@x.test", "@jane"),
        ("Jane @ work", "jane@x.test", "Jane @ work"),
        ("Jane (at work)", "jane@x.test", "Jane (at work)"),
        ("ceo@bank.test", "x@evil.test", "x@evil.test (“ceo@bank.test”)"),
        ("ceo@bank", "x@evil.test", "x@evil.test (“ceo@bank”)"),
        ("The CEO <ceo@bank.test>", "x@evil.test", "x@evil.test (“The CEO <ceo@bank.test>”)"),
        ("“ceo@bank.test”", "x@evil.test", "x@evil.test (““ceo@bank.test””)"),
        ("'ceo@bank.test' via x@evil.test", "x@evil.test", "x@evil.test (“'ceo@bank.test' via x@evil.test”)"),
        ("ceo＠bank.test", "x@evil.test", "x@evil.test (“ceo＠bank.test”)"),
        ("ceo﹫bank．test", "x@evil.test", "x@evil.test (“ceo﹫bank．test”)"),
        ("ceo\u200d@\ufe0fbank.test", "x@evil.test", "x@evil.test (“ceo\u200d@\ufe0fbank.test”)"),
        ("ceo @ bank.test", "x@evil.test", "x@evil.test (“ceo @ bank.test”)"),
        ("ceo (at) bank.test", "x@evil.test", "x@evil.test (“ceo (at) bank.test”)"),
        ("ceo[at]bank.test", "x@evil.test", "x@evil.test (“ceo[at]bank.test”)"),
        ("сео@bank.test", "ceo@bank.test", "ceo@bank.test (“сео@bank.test”)"),
        ("ceo@bank.test", "", "(no address) (“ceo@bank.test”)"),
        (
            "ceo@bank.test",
            "ceo@bank.test." + "a" * 60 + ".evil.test",
            "…" + "a" * 49 + ".evil.test (“ceo@bank.test”)",
        ),
    ],
)
def test_no_name_passes_for_the_address_of_another(name, address, shown):
    assert shown_sender(Address(name, address)) == shown


@pytest.mark.parametrize(
    "header",
    [
        '"ceo@bank.test" <x@evil.test>',
        "ceo@bank.test <x@evil.test>",
        "=?utf-8?Q?ceo=40bank=2Etest?= <x@evil.test>",
        "=?utf-8?Q?ceo=E2=80=8B=40bank=2Etest?= <x@evil.test>",
        '"ceo@bank.test", x@evil.test',
        "x@evil.test (ceo@bank.test)",
    ],
)
def test_it_does_not_matter_how_the_header_is_written(header):
    assert shown_sender(parse_address(header)).startswith("x@evil.test (“ceo")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("shorter", 5, "shor…"),
        ("four five", 6, "four…"),
        ("ab" + "e\u0301" * 3, 4, "ab…"),
        ("abc\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}def", 5, "abc…"),
        ("ab\N{MAN}\u200d\N{ROCKET}de", 5, "ab…"),
        ("a" + "\u0301" * 9, 4, "a\u0301\u0301…"),
        ("\u0301" * 9, 4, "\u0301\u0301\u0301…"),
        ("text", 1, "…"),
        ("text", 0, ""),
        ("text", -3, ""),
    ],
)
def test_a_text_is_cut_on_a_character_boundary(text, limit, expected):
    assert truncate(text, limit) == expected


@given(st.text(), st.integers(0, 20))
def test_a_cut_text_is_a_beginning_within_the_limit(text, limit):
    result = truncate(text, limit)
    assert len(result) <= max(limit, 0)
    assert result == text or text.startswith(result.removesuffix("…"))


@pytest.mark.parametrize(
    ("mailbox", "text"),
    [
        ("INBOX", ""),
        ("Inbox", ""),
        ("INBOX.Lists", "Lists"),
        ("INBOX/A/B", "A/B"),
        ("Inboxes", "Inboxes"),
        ("Old inbox/2020", "Old inbox/2020"),
        ("A\u202eB", "AB"),
    ],
)
def test_a_folder_is_named_unless_it_is_the_inbox(mailbox, text):
    assert folder_text(MailboxName(mailbox)) == text
