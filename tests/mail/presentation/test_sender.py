"""How a sender is named."""

from __future__ import annotations

import pytest

from tray.imap.addresses import parse_address
from tray.imap.types import Address
from tray.mail.presentation.sender import shown_sender


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
