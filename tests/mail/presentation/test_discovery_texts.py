"""What a provider wants of the person who adds an account."""

from __future__ import annotations

import pytest

from tray.mail.model.account import Security
from tray.mail.presentation.discovery_texts import advice
from tray.mail.setup.discovery import Candidate, Source
from tray.mail.setup.providers import Provider, SignInMethod

PAGE = "https://big.example/passwords"


@pytest.mark.parametrize("spell_out", [True, False])
@pytest.mark.parametrize("method", SignInMethod)
def test_the_page_that_makes_a_password_is_named_unless_a_button_leads_there(method, spell_out):
    provider = Provider("big", "Big Mail", sign_in=method, password_url=PAGE, notes=("Switch IMAP on.",))
    found = Candidate("imap.big.example", 993, Security.TLS, "anna", next(iter(Source)), provider)
    *sentences, note = advice(found, spell_out=spell_out)
    assert note == "Switch IMAP on."
    assert len(sentences) == (method is not SignInMethod.PASSWORD)
    for sentence in sentences:
        assert "Big Mail" in sentence
        assert sentence.endswith(".")
        assert (PAGE in sentence) is (spell_out and method is not SignInMethod.OAUTH)
