"""What a provider wants of the person who adds an account."""

from __future__ import annotations

import pytest

from tray.mail.model.account import Security
from tray.mail.presentation.discovery_texts import advice, found_sentence
from tray.mail.setup.discovery import Candidate, Source
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
