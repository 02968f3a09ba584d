"""Who signs people in: what we ship, and what the user says instead."""

from __future__ import annotations

import re

import pytest

from tray.desktop.storage.shipped_tables import _documents, shipped_oauth_providers
from tray.mail.model.account import SecretSource
from tray.mail.settings.oauth_clients import (
    OAuthClient,
    OAuthProvider,
    available_providers,
    credential_account,
    is_endpoint,
    is_redirect,
    is_scope,
    missing_fields,
    parse_oauth_providers,
    with_client,
)
from tray.mail.settings.settings import Settings, SettingsError, to_document, warnings
from tray.mail.settings.settings import parse as parse_settings
from tray.mail.setup.providers import parse as parse_providers

TABLE = {
    "id": "big",
    "name": "Big Mail",
    "authorize": "https://login.big.com/a",
    "token": "https://login.big.com/t",
    "scopes": ["mail"],
    "parameters": {"prompt": "consent"},
    "client_secret": True,
    "notes": ["Choose the small one."],
}
SHIPPED = parse_oauth_providers({"oauth": [TABLE]})


def test_whoever_a_shipped_provider_names_is_shipped_too_and_once():
    named = {provider.oauth for provider in parse_providers(*_documents("providers"))} - {""}
    assert sorted(named) == sorted(table["id"] for file in _documents("oauth") for table in file["oauth"])


@pytest.mark.parametrize("provider", shipped_oauth_providers().values(), ids=lambda each: each.id)
def test_what_we_ship_is_over_https_has_a_page_for_a_client_id_and_brings_none(provider):
    for url in (provider.authorize, provider.token, provider.device, provider.register.partition("#")[0]):
        assert not url or (url.startswith("https://") and is_endpoint(url))
    assert all((provider.name, provider.register, provider.token, provider.authorize or provider.device))
    assert is_redirect(provider.redirect)
    assert provider.scopes
    assert all(map(is_scope, provider.scopes))
    assert all(note.endswith(".") for note in provider.notes)
    assert not re.search(r"client_id\s*=", str(provider))


def test_a_table_is_read_whole():
    assert SHIPPED["big"] == OAuthProvider(
        id="big",
        name="Big Mail",
        authorize="https://login.big.com/a",
        token="https://login.big.com/t",
        scopes=("mail",),
        parameters=(("prompt", "consent"),),
        client_secret=True,
        notes=("Choose the small one.",),
    )


@pytest.mark.parametrize(
    ("url", "endpoint", "redirect"),
    [
        ("https://login.big.com/token", True, False),
        ("https://login.big.com:8443/token?x=1", True, False),
        ("http://127.0.0.1/", True, True),
        ("http://127.0.0.1/?x=1", True, False),
        ("https://127.0.0.1/", True, False),
        ("http://localhost:8080/back", True, True),
        ("http://[::1]/", True, True),
        ("http://login.big.com/token", False, False),
        ("ftp://login.big.com/", False, False),
        ("https://user@login.big.com/", False, False),
        ("https://login.big.com/#x", False, False),
        ("https://", False, False),
        ("https://[::1", False, False),
        ("https://login.big.com:99999/", False, False),
        ("https://lögin.big.com/", False, False),
        ("https://login.big.com/ x", False, False),
        ("https://login.big.com/".ljust(2000, "x"), True, False),
        ("https://login.big.com/".ljust(2001, "x"), False, False),
        ("", False, False),
    ],
)
def test_secrets_go_over_https_or_stay_on_this_machine_and_the_browser_comes_back_to_it(
    url, endpoint, redirect
):
    assert (is_endpoint(url), is_redirect(url)) == (endpoint, redirect)


def test_what_the_user_says_stands_over_what_we_ship():
    own = OAuthClient("big", "c", token="https://tenant.big.com/t", scopes=("mail", "more"))
    provider = with_client(SHIPPED, own)
    assert (provider.authorize, provider.token) == ("https://login.big.com/a", "https://tenant.big.com/t")
    assert provider.scopes == ("mail", "more")
    other = OAuthClient("own", "c")
    assert [each.id for each in available_providers(SHIPPED, [other])] == ["own", "big"]
    assert available_providers(SHIPPED, [own]) == (provider,)


@pytest.mark.parametrize(
    ("client", "said"),
    [
        (OAuthClient("big", "c"), None),
        (OAuthClient("big", ""), "client id"),
        (OAuthClient("own", "c"), "own"),
        (OAuthClient("own", "c", token="https://o.org/t"), "own"),
        (OAuthClient("own", "c", token="https://o.org/t", device="https://o.org/d"), "scope"),
        (OAuthClient("own", "c", token="https://o.org/t", authorize="https://o.org/a", scopes=("m",)), None),
    ],
)
def test_what_a_client_still_needs_is_said(client, said):
    sentence = missing_fields(client, SHIPPED)
    assert sentence is None if said is None else said in (sentence or "")


def test_the_client_secret_has_a_place_among_the_secrets_of_its_own():
    keeper = credential_account("big")
    assert (keeper.id, keeper.secret) == ("oauth/big", SecretSource.KEYRING)


def test_the_settings_keep_clients():
    values = {"id": "own", "client_id": "c", "has_secret": True, "token": "https://o.org/t"}
    client = OAuthClient(**values, scopes=("a", "b"), redirect="http://localhost/")
    document = {"oauth": [{**values, "scopes": ["a", "b"], "redirect": "http://localhost/"}]}
    assert to_document(Settings(oauth=(client,))) == document
    assert parse_settings(document) == Settings(oauth=(client,))
    assert warnings(document) == ()
    taken_back = {"oauth": [{"id": "own", "client_id": "c", "token": "", "redirect": ""}]}
    assert parse_settings(taken_back).oauth == (OAuthClient("own", "c"),)


SIGN_IN = {"id": "big", "client_id": "c"}


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ([{}], "a sign-in: id is missing"),
        ([{"id": "big"}], 'sign-in "big": client_id is missing'),
        ([{**SIGN_IN, "id": "Big Mail"}], "id must be a short name"),
        ([{**SIGN_IN, "token": "http://evil.com/"}], "token must be an address"),
        ([{**SIGN_IN, "redirect": "https://a.com/"}], "redirect must be an address of this machine"),
        ([{**SIGN_IN, "scopes": ["a b"]}], "scopes must be a list"),
        ([{**SIGN_IN, "scopes": ["mail", "a b"]}], "scopes must be a list"),
        ([{**SIGN_IN, "scopes": ["mail", 5]}], "scopes must be a list"),
        ([{**SIGN_IN, "scopes": "a"}], "scopes must be a list"),
        ([SIGN_IN, {**SIGN_IN, "client_id": "b"}], 'sign-in "big": it stands there twice'),
    ],
)
def test_a_sign_in_that_cannot_be_used_is_told_by_its_place(tables, said):
    with pytest.raises(SettingsError) as caught:
        parse_settings({"oauth": tables})
    assert said in str(caught.value)
    assert "evil" not in str(caught.value)


def test_a_client_secret_in_the_file_is_warned_of():
    warned = " ".join(warnings({"oauth": [{**SIGN_IN, "client_secret": "x", "scope": ["m"]}]}))
    assert "keyring" in warned
    assert 'did you mean "scopes"' in warned
