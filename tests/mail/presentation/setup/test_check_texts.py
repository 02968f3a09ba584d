"""The steps of the test of an account, each in one sentence."""

from __future__ import annotations

import pytest

from tray.imap.types import INBOX, MailboxName
from tray.mail.presentation.setup import check_texts


@pytest.mark.parametrize(
    ("addresses", "sentence"),
    [
        (["192.0.2.1"], "mail.example.org was found: 192.0.2.1."),
        (["192.0.2.1", "::1"], "mail.example.org was found: 192.0.2.1 and 1 more."),
        (["192.0.2.1", "::1", "::2"], "mail.example.org was found: 192.0.2.1 and 2 more."),
    ],
)
def test_one_address_is_shown_and_the_others_are_counted(addresses, sentence):
    assert check_texts.name_found("mail.example.org", addresses) == sentence


@pytest.mark.parametrize("proxy", ["", "Tor (127.0.0.1:9050)"])
def test_the_way_through_a_proxy_is_named(proxy):
    sentence = check_texts.connected("mail.example.org", 993, proxy)
    assert "mail.example.org answers on port 993" in sentence
    assert sentence.endswith(f", through the proxy {proxy}." if proxy else "993.")


def test_each_mailbox_is_named_with_its_messages():
    sentences = check_texts.mailboxes_opened([(INBOX, 1), (MailboxName("Lists"), 30)])
    assert sentences == "INBOX holds 1 message. Lists holds 30 messages."


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        (check_texts.looked_up_by_proxy("mail.example.org", "Tor"), ["mail.example.org", "Tor"]),
        (check_texts.nothing_to_look_up("192.0.2.1"), ["192.0.2.1"]),
        (check_texts.not_encrypted(), ["not encrypted"]),
        (check_texts.encrypted("TLSv1.3", "Root"), ["TLSv1.3", "Root"]),
        (check_texts.encrypted_as_pinned("TLSv1.3"), ["TLSv1.3", "trusted"]),
        (check_texts.no_login_needed(), ["no log-in"]),
        (check_texts.logged_in("anna"), ["anna"]),
        (check_texts.no_idle(), ["minute"]),
        (check_texts.idle(), ["IDLE"]),
    ],
)
def test_a_step_names_what_it_found(sentence, named):
    assert sentence.endswith(".")
    assert [text for text in named if text not in sentence] == []
