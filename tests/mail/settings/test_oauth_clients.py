"""Who signs people in: what we ship, and what the user says instead."""

from __future__ import annotations

import re

import pytest

from tray.assets import resource
from tray.desktop.storage.shipped_tables import shipped_oauth_providers, shipped_providers
from tray.mail.model.account import SecretSource
from tray.mail.settings import oauth_clients
from tray.mail.settings.oauth_clients import (
    OAuthClient,
    OAuthProvider,
    available_providers,
    is_endpoint,
    is_redirect,
    is_scope,
    missing_fields,
    parse_oauth_providers,
    with_client,
)
from tray.mail.settings.settings import Settings, SettingsError, to_document, warnings
from tray.mail.settings.settings import parse as parse_settings

TABLE = {
    "id": "big",
    "name": "Big Mail",
    "authorize": "https://login.big.com/a",
    "token": "https://login.big.com/t",
    "scopes": ["mail"],
    "parameters": {"prompt": "consent"},
    "client_secret": True,
    "register": "https://big.com/#apps",
    "redirect": "http://localhost:8714/",
    "notes": ["Choose the small one."],
}


def test_whoever_a_shipped_provider_names_is_shipped_too_and_once():
    shipped = shipped_oauth_providers()
    assert {each.oauth for each in shipped_providers() if each.oauth} == set(shipped)
    text = "".join(file.read_text("utf-8") for file in resource("oauth").glob("*.toml"))
    assert text.count("[[oauth]]") == len(shipped)


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
    provider = parse_oauth_providers({"oauth": [TABLE]})["big"]
    assert provider.parameters == (("prompt", "consent"),)
    assert provider.redirect == "http://localhost:8714/"
    assert provider.notes == ("Choose the small one.",)


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://login.big.com/token", True),
        ("https://login.big.com:8443/token?x=1", True),
        ("http://127.0.0.1:5000/token", True),
        ("http://localhost/token", True),
        ("http://login.big.com/token", False),
        ("ftp://login.big.com/", False),
        ("https://user@login.big.com/", False),
        ("https://login.big.com/#x", False),
        ("https://", False),
        ("https://[::1", False),
        ("https://login.big.com:99999/", False),
        ("https://lögin.big.com/", False),
        ("https://login.big.com/ x", False),
        ("https://login.big.com/" + "x" * 2000, False),
        ("", False),
    ],
)
def test_secrets_go_over_https_or_stay_on_this_machine(url, good):
    assert is_endpoint(url) is good


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("http://127.0.0.1/", True),
        ("http://localhost:8080/back", True),
        ("http://[::1]/", True),
        ("https://127.0.0.1/", False),
        ("http://example.org/", False),
        ("http://127.0.0.1/?x=1", False),
    ],
)
def test_the_browser_comes_back_to_this_machine(url, good):
    assert is_redirect(url) is good


def test_what_the_user_says_stands_over_what_we_ship():
    shipped = parse_oauth_providers({"oauth": [TABLE]})
    own = OAuthClient("big", "c", token="https://tenant.big.com/t", scopes=("mail", "more"))
    provider = with_client(shipped, own)
    assert (provider.authorize, provider.token) == ("https://login.big.com/a", "https://tenant.big.com/t")
    assert provider.scopes == ("mail", "more")
    other = OAuthClient("own", "c")
    assert [each.id for each in available_providers(shipped, [other])] == ["own", "big"]
    assert available_providers(shipped, [own]) == (provider,)


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
    sentence = missing_fields(client, parse_oauth_providers({"oauth": [TABLE]}))
    assert sentence is None if said is None else said in (sentence or "")


def test_the_client_secret_has_a_place_among_the_secrets_of_its_own():
    keeper = oauth_clients.credential_account("big")
    assert keeper.id == "oauth/big"
    assert keeper.secret is SecretSource.KEYRING


def test_the_settings_keep_clients():
    client = OAuthClient("own", "c", has_secret=True, token="https://o.org/t", scopes=("a", "b"))
    document = to_document(Settings(oauth=(client,)))
    assert document == {
        "oauth": [
            {
                "id": "own",
                "client_id": "c",
                "has_secret": True,
                "token": "https://o.org/t",
                "scopes": ["a", "b"],
            }
        ]
    }
    assert parse_settings(document) == Settings(oauth=(client,))
    assert warnings(document) == ()
    assert to_document(Settings(oauth=(OAuthClient("own", "c", redirect="http://localhost/"),))) == {
        "oauth": [{"id": "own", "client_id": "c", "redirect": "http://localhost/"}]
    }


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "a sign-in: id is missing"),
        ({"id": "big"}, 'sign-in "big": client_id is missing'),
        ({"id": "Big Mail", "client_id": "c"}, "id must be a short name"),
        ({"id": "big", "client_id": "c", "token": "http://evil.com/"}, "token must be an address"),
        (
            {"id": "big", "client_id": "c", "redirect": "https://evil.com/"},
            "redirect must be an address of this machine",
        ),
        ({"id": "big", "client_id": "c", "scopes": ["a b"]}, "scopes must be a list"),
        ({"id": "big", "client_id": "c", "scopes": ["mail", "a b"]}, "scopes must be a list"),
        ({"id": "big", "client_id": "c", "scopes": ["mail", 5]}, "scopes must be a list"),
        ({"id": "big", "client_id": "c", "scopes": "a"}, "scopes must be a list"),
    ],
)
def test_a_sign_in_that_cannot_be_used_is_told_by_its_place(table, said):
    with pytest.raises(SettingsError) as caught:
        parse_settings({"oauth": [table]})
    assert said in str(caught.value)
    assert "evil" not in str(caught.value) or "redirect" in table


def test_a_sign_in_stands_there_once_and_as_a_table():
    twice = {"oauth": [{"id": "big", "client_id": "a"}, {"id": "big", "client_id": "b"}]}
    for document in (twice, {"oauth": {}}):
        with pytest.raises(SettingsError):
            parse_settings(document)


def test_a_client_secret_in_the_file_is_warned_of():
    table = {"id": "big", "client_id": "c", "client_secret": "x", "scope": ["m"]}
    warned = " ".join(warnings({"oauth": [table]}))
    assert "keyring" in warned
    assert 'did you mean "scopes"' in warned


def test_endpoints_may_be_taken_back():
    for setting in oauth_clients.OAUTH:
        if setting.key in {"token", "redirect"}:
            assert setting.kind.read("") == ""
    assert isinstance(with_client({}, OAuthClient("x", "c")), OAuthProvider)
