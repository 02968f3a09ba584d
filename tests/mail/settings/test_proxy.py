"""How a proxy is written, and under what its password is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tray.mail.model.account import Account, AccountId, Login, SecretSource
from tray.mail.settings.checks import account_errors
from tray.mail.settings.proxy import (
    BadProxy,
    Proxy,
    ProxyKind,
    credential_account,
    parse,
    proxy_error,
    proxy_id,
    with_credential_accounts,
)

KEY = "w/proxy/http://joe@proxy:3128"
WORK = Account(AccountId("w"), "Work", "anna@example.org", "mail.example.org", "anna")


@pytest.mark.parametrize(
    ("text", "proxy", "written"),
    [
        ("", None, ""),
        ("  ", None, ""),
        ("tor", Proxy(ProxyKind.TOR), "tor"),
        ("tor:9050", Proxy(ProxyKind.TOR), "tor"),
        ("TOR:9150", Proxy(ProxyKind.TOR, port=9150), "tor:9150"),
        (
            "socks5://proxy.example.org:1080",
            Proxy(ProxyKind.SOCKS5, "proxy.example.org", 1080),
            "socks5://proxy.example.org:1080",
        ),
        ("socks5h://proxy:1/", Proxy(ProxyKind.SOCKS5, "proxy", 1), "socks5://proxy:1"),
        (
            "HTTP://[2001:db8::1]:3128",
            Proxy(ProxyKind.HTTP, "2001:db8::1", 3128),
            "http://[2001:db8::1]:3128",
        ),
        (
            "socks5://an%40na@10.0.0.1:65535",
            Proxy(ProxyKind.SOCKS5, "10.0.0.1", 65535, "an@na"),
            "socks5://an%40na@10.0.0.1:65535",
        ),
        (
            f"http://{'a' * 255}@proxy:1",
            Proxy(ProxyKind.HTTP, "proxy", 1, "a" * 255),
            f"http://{'a' * 255}@proxy:1",
        ),
        (
            "http://anna@corp@proxy:8080",
            Proxy(ProxyKind.HTTP, "proxy", 8080, "anna@corp"),
            "http://anna%40corp@proxy:8080",
        ),
    ],
)
def test_a_proxy_is_read_and_written_in_one_way(text: str, proxy: Proxy | None, written: str) -> None:
    assert parse(text) == proxy
    if proxy is not None:
        assert str(proxy) == written
        assert parse(written) == proxy
    assert proxy_error(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("proxy", "like socks5://host:port"),
        ("socks5://", "like socks5://host:port"),
        ("socks5://host:1080/path", "like socks5://host:port"),
        ("socks5://ho st:1080", "like socks5://host:port"),
        ("socks5://ho\u202est:1080", "odd characters"),
        ("http://ho\x01st:1080", "odd characters"),
        ("https://host:443", "Only SOCKS5, HTTP and Tor"),
        ("socks4://host:1080", "Only SOCKS5, HTTP and Tor"),
        ("socks5://anna:secret@host:1080", "A password does not belong"),
        ("socks5://host", "Write the port"),
        ("socks5://host:0", "from 1 to 65535"),
        ("tor:65536", "from 1 to 65535"),
        ("socks5://host:999999", "from 1 to 65535"),
        ("socks5://[host]:1080", "Only an IPv6 address"),
        ("socks5://[10.0.0.1]:1080", "Only an IPv6 address"),
        ("socks5://%00@host:1080", "cannot be sent"),
        ("socks5://a%3Ab@host:1080", "cannot be sent"),
        (f"socks5://{'ä' * 128}@host:1080", "cannot be sent"),
    ],
)
def test_what_names_none_is_said(text: str, said: str) -> None:
    with pytest.raises(BadProxy) as bad:
        parse(text)
    assert said in str(bad.value)
    assert "secret" not in str(bad.value)
    assert account_errors(replace(WORK, proxy=text), ())["proxy"] == str(bad.value)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        (SecretSource.KEYRING, SecretSource.KEYRING),
        (SecretSource.COMMAND, SecretSource.KEYRING),
        (SecretSource.OAUTH, SecretSource.KEYRING),
        (SecretSource.FILE, SecretSource.FILE),
    ],
)
def test_the_password_of_a_proxy_is_kept_beside_that_of_the_account(
    source: SecretSource, kept: SecretSource
) -> None:
    account = replace(WORK, secret=source, login=Login.CERTIFICATE, proxy="http://joe@proxy:3128")
    found = credential_account(account)
    assert found is not None
    assert (found.id, found.user, found.host, found.port) == (KEY, "joe", "proxy", 3128)
    assert (found.secret, found.login, found.proxy) == (kept, Login.PASSWORD, "")
    assert found.name == "Work (proxy)"
    assert with_credential_accounts([account, WORK]) == (account, found, WORK)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("http://joe@proxy:3128", KEY),
        # It was given to that one, and no other gets it.
        ("http://joe@elsewhere:3128", "w/proxy/http://joe@elsewhere:3128"),
        ("http://joe@proxy:3129", "w/proxy/http://joe@proxy:3129"),
        ("http://jane@proxy:3128", "w/proxy/http://jane@proxy:3128"),
        ("socks5://joe@proxy:3128", "w/proxy/socks5://joe@proxy:3128"),
        # These have no password, and settings that are wrong are refused elsewhere.
        ("", None),
        ("tor", None),
        ("socks5://proxy:1080", None),
        ("nonsense", None),
    ],
)
def test_a_password_is_kept_for_one_proxy_that_asks_for_it(text: str, key: str | None) -> None:
    accounts = with_credential_accounts([replace(WORK, proxy=text)])
    assert [account.id for account in accounts] == ["w", *([] if key is None else [key])]


def test_a_proxy_has_the_name_of_a_host():
    assert [proxy_error(f"socks5://{host}:1080") is None for host in ("my-host", "my_host")] == [True, False]


def test_the_password_of_a_proxy_is_kept_under_one_spelling_of_its_name():
    one, other = (parse(f"socks5://joe@{host}:1080") for host in ("BÜCHER.example", "xn--bcher-kva.example"))
    assert proxy_id(AccountId("a"), one) == proxy_id(AccountId("a"), other)
