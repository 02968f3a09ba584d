"""What a provider wants of the person who adds an account."""

from __future__ import annotations

import pytest

from tray.mail.model.account import Security
from tray.mail.presentation.setup.discovery_texts import (
    advice,
    confirm_sentence,
    found_sentence,
    outcome,
    server_text,
    source_name,
)
from tray.mail.setup.discovery import Candidate, NoImap, Source, State
from tray.mail.setup.providers import Provider, SignInMethod

PAGE = "https://big.example/passwords"


@pytest.mark.parametrize("spell_out", [True, False])
@pytest.mark.parametrize("page", [PAGE, ""])
@pytest.mark.parametrize("method", SignInMethod)
def test_the_page_that_makes_a_password_is_named_unless_a_button_leads_there(method, page, spell_out):
    provider = Provider("big", "Big Mail", sign_in=method, password_url=page, notes=("Switch IMAP on.",))
    found = Candidate("imap.big.example", 993, Security.TLS, "anna", next(iter(Source)), provider)
    *sentences, note = advice(found, spell_out=spell_out)
    assert note == "Switch IMAP on."
    assert len(sentences) == (method is not SignInMethod.PASSWORD)
    for sentence in sentences:
        assert "Big Mail" in sentence
        assert sentence.endswith(".")
        assert (PAGE in sentence) is (spell_out and page == PAGE and method is not SignInMethod.OAUTH)


@pytest.mark.parametrize(
    ("source", "webmail", "named"),
    [
        (Source.AUTOCONFIG, "https://mail.big.example/in", True),
        (Source.AUTOCONFIG, "https://ours.example/", False),
        (Source.AUTOCONFIG, "", False),
        (Source.SHIPPED, "https://mail.big.example/in", False),
    ],
)
def test_a_site_that_a_file_on_the_web_names_is_shown_before_it_is_used(source, webmail, named):
    provider = Provider("big", "Big Mail", webmail="https://ours.example/")
    found = Candidate("imap.big.example", 993, Security.TLS, "anna", source, provider, webmail)
    sentence = found_sentence(found, "big.example")
    assert "imap.big.example" in sentence
    assert ("A click on a mail will open mail.big.example." in sentence) is named


def test_every_source_and_state_has_words():
    assert len({source_name(source, "example.org") for source in Source}) == len(Source)
    assert len({outcome(state) for state in State}) == len(State)


@pytest.mark.parametrize(("security", "words"), [(Security.TLS, "TLS"), (Security.STARTTLS, "STARTTLS")])
def test_what_was_found_is_said_with_its_encryption_and_its_source(security, words):
    found = Candidate("imap.hoster.net", 1143, security, "anna", Source.SHIPPED)
    server = f"imap.hoster.net:1143, {words}"
    assert server_text(found) == server
    assert found_sentence(found, "big.com") == f"Found: {server} (the list that comes with Mailbell)."
    said = confirm_sentence(found, "example.org")
    assert said.startswith("imap.hoster.net is not in example.org")
    assert f"({server})" in said


@pytest.mark.parametrize(
    ("oauth_only", "sentences"),
    [(True, ("The server accepts no passwords: sign in with OAuth2.",)), (False, ())],
)
def test_a_server_of_nobody_known_asks_for_a_sign_in_where_it_takes_nothing_else(oauth_only, sentences):
    found = Candidate("imap.example.org", 993, Security.TLS, "anna", Source.AUTOCONFIG, oauth_only=oauth_only)
    assert advice(found) == sentences


def test_no_imap_is_said():
    none = NoImap(Provider("none", "None", notes=("It has none.",)))
    assert found_sentence(none, "none.com") == "None offers no IMAP, so Mailbell cannot watch it."
    assert advice(none) == ("It has none.",)
