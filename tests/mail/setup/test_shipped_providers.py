"""The providers that come with Mailbell, as data."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tray.assets import resource
from tray.desktop.storage.shipped_tables import _documents, shipped_providers
from tray.mail.model.account import AccountId, Security
from tray.mail.model.host_names import is_host_name, is_loopback
from tray.mail.presentation.setup.discovery_texts import advice
from tray.mail.settings.checks import account_errors, guess_account
from tray.mail.setup.discovery import Candidate, NoImap, applied, shipped_result
from tray.mail.setup.providers import Provider, SignInMethod, parse

PROVIDERS = shipped_providers()
ALL = parse(*_documents("providers"))


def test_there_are_many_and_the_big_ones_are_among_them():
    assert len(ALL) >= 40
    for domain in (
        "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "aol.com", "icloud.com", "fastmail.com", "gmx.de",
        "web.de", "proton.me", "t-online.de", "163.com", "qq.com", "orange.fr", "libero.it", "seznam.cz", "wp.pl",
        "mail.ru", "yandex.com", "comcast.net", "btinternet.com", "bigpond.com", "naver.com",
    ):  # fmt: skip
        assert PROVIDERS.by_domain(domain) is not None, domain


@pytest.mark.parametrize("provider", ALL, ids=lambda each: each.id)
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


@pytest.mark.parametrize("provider", ALL, ids=lambda each: each.id)
def test_the_values_of_each_are_of_their_kinds(provider):
    """The program reads them without checks."""
    assert provider.id
    assert provider.name
    assert provider.domains or provider.mx
    assert provider.host or provider.notes
    hosts = (provider.host, *provider.other_hosts)
    names = (*(name.removeprefix("*.") for name in (*provider.domains, *provider.mx)), *filter(None, hosts))
    assert [name for name in names if not is_host_name(name) and name != "127.0.0.1"] == []
    assert 0 < provider.port < 65_536
    assert provider.security is not Security.NONE
    for url in filter(None, (provider.webmail, provider.password_url)):
        host, slash, _ = url.removeprefix("https://").partition("/")
        assert (is_host_name(host), slash) == (True, "/"), url
    kinds = {"str": str, "tuple[str, ...]": tuple, "int": int}
    for field in fields(Provider):
        assert isinstance(getattr(provider, field.name), kinds.get(str(field.type), object))


def test_nothing_is_listed_twice():
    for keys in (
        [provider.id for provider in ALL],
        [domain for provider in ALL for domain in provider.domains],
        [suffix for provider in ALL for suffix in provider.mx],
    ):
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize("provider", ALL, ids=lambda each: each.id)
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
