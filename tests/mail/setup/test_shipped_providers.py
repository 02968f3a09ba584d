"""The providers that come with Mailbell, as data."""

from __future__ import annotations

import pytest

from tray.assets import resource
from tray.desktop.storage.shipped_tables import shipped_providers
from tray.mail.model.account import AccountId, Security
from tray.mail.model.host_names import is_loopback
from tray.mail.presentation.discovery_texts import advice
from tray.mail.settings.checks import account_errors, guess_account
from tray.mail.setup.discovery import Candidate, NoImap, applied, shipped_result
from tray.mail.setup.providers import SignInMethod

PROVIDERS = shipped_providers()


def test_there_are_many_and_the_big_ones_are_among_them():
    assert len(PROVIDERS) >= 40
    for domain in (
        "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "aol.com", "icloud.com", "fastmail.com", "gmx.de",
        "web.de", "proton.me", "t-online.de", "163.com", "qq.com", "orange.fr", "libero.it", "seznam.cz", "wp.pl",
        "mail.ru", "yandex.com", "comcast.net", "btinternet.com", "bigpond.com", "naver.com",
    ):  # fmt: skip
        assert PROVIDERS.by_domain(domain) is not None, domain


@pytest.mark.parametrize("provider", list(PROVIDERS), ids=lambda each: each.id)
def test_each_makes_an_account_that_can_stay_as_it_is(provider):
    """Host names, ports and webmail are judged as if the user had typed them."""
    domain = provider.domains[0].replace("*", "x") if provider.domains else "example.org"
    found = shipped_result(f"anna@{domain}", PROVIDERS)
    if not provider.domains:
        assert found is None
        return
    if isinstance(found, NoImap):
        assert advice(found)
        return
    assert isinstance(found, Candidate)
    account = applied(found, guess_account(f"anna@{domain}", AccountId("a")))
    assert account_errors(account, ()) == {}
    assert account.webmail.startswith("https://") or not account.webmail
    assert found.port == 993 or is_loopback(found.host)
    assert found.security is Security.TLS or is_loopback(found.host)
    assert found.user in {"anna", f"anna@{domain}"}


@pytest.mark.parametrize("provider", list(PROVIDERS), ids=lambda each: each.id)
def test_what_is_said_of_each_are_sentences(provider):
    for note in provider.notes:
        assert note[0].isupper()
        assert note.endswith(".")
        assert len(note) <= 150
    assert provider.sign_in is not SignInMethod.OAUTH or provider.oauth


def test_what_the_great_providers_want():
    wants = {
        "gmail.com": SignInMethod.APP_PASSWORD, "outlook.com": SignInMethod.OAUTH, "icloud.com": SignInMethod.APP_PASSWORD,
        "gmx.net": SignInMethod.APP_PASSWORD_WITH_2FA, "posteo.de": SignInMethod.PASSWORD, "t-online.de": SignInMethod.OWN_PASSWORD,
    }  # fmt: skip
    for domain, sign_in in wants.items():
        provider = PROVIDERS.by_domain(domain)
        assert provider is not None
        assert provider.sign_in is sign_in


@pytest.mark.parametrize(
    ("exchanger", "provider"),
    [
        ("aspmx.l.google.com", "google"), ("example-org.mail.protection.outlook.com", "microsoft365"),
        ("hotmail-com.olc.protection.outlook.com", "outlook"), ("in1-smtp.messagingengine.com", "fastmail"),
        ("mx00.kundenserver.de", "ionos-de"), ("smtpin.rzone.de", "strato"), ("mx01.mail.icloud.com", "icloud"),
        ("aspmx1.migadu.com", "migadu"), ("mxbiz1.qq.com", "exmail-qq"), ("mail.protonmail.ch", "proton"),
        ("mx1.example.org", None),
    ],
)  # fmt: skip
def test_a_domain_of_ones_own_is_recognised_by_its_mail_exchangers(exchanger, provider):
    found = PROVIDERS.by_exchangers([exchanger])
    assert (found and found.id) == provider


def test_nothing_else_lies_among_them():
    """The loader reads them all, and the package carries them."""
    assert {path.suffix for path in resource("providers").iterdir()} == {".toml"}
