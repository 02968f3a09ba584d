"""The name of a host, encoded once (UTS 46)."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from tray.mail.model.host_names import (
    BadHost,
    ascii_host,
    host_key,
    is_host_name,
    is_loopback,
    parse_address,
    same_host,
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("mail.example.org", "mail.example.org"),
        ("Mail.EXAMPLE.org.", "mail.example.org"),
        (" mail.example.org ", "mail.example.org"),
        ("BÜCHER.example.test", "xn--bcher-kva.example.test"),
        ("bu\u0308cher.example.test", "xn--bcher-kva.example.test"),
        ("XN--BCHER-KVA.example.test", "xn--bcher-kva.example.test"),
        ("bücher。example．test｡", "xn--bcher-kva.example.test"),
        ("ｍａｉｌ.example.org", "mail.example.org"),
        ("straße.example", "xn--strae-oqa.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("r3---sn.example", "r3---sn.example"),
        ("localhost", "localhost"),
        ("192.0.2.1", "192.0.2.1"),
        ("１９２.０.２.１", "192.0.2.1"),
        ("[::1]", "::1"),
        ("[2001:DB8:0:0::1]", "2001:db8::1"),
        ("2001:0DB8::0001", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
        ("a." * 126 + "a", "a." * 126 + "a"),
    ],
)
def test_whatever_spells_a_host_gives_one_name(typed, name):
    assert ascii_host(typed) == name
    assert ascii_host(name) == name
    assert same_host(typed, name)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "no server name"),
        (".", "no server name"),
        ("a..b", "no server name"),
        ("mail example.org", "no server name"),
        ("mail.example.org..", "no server name"),
        ("[mail.example.org]", "no server name"),
        ("[::1", "no server name"),
        ("\u2603.example", "no server name"),
        ("\u202egro.example", "no server name"),
        ("mail\n.example", "no server name"),
        ("user@mail.example.org", "no server name"),
        ("my_host", "underscore"),
        ("a" * 64 + ".example", "too long"),
        ("ü" * 63 + ".example", "too long"),
        ("a." * 126 + "ab", "too long"),
        ("ü" * 100_000, "too long"),
        ("\ud800.example", "no server name"),
    ],
)
def test_what_no_host_can_be_called_is_said(typed, why):
    with pytest.raises(BadHost, match=why):
        ascii_host(typed)
    assert parse_address(typed) is None
    assert host_key(f" {typed.upper()}. ") == typed.rstrip(".").casefold()  # compared as it is, but for case


def test_an_address_is_known_however_it_is_spelt():
    assert parse_address("[::1]") == ip_address("::1")
    assert parse_address("１２７.０.０.１") == ip_address("127.0.0.1")
    assert parse_address("localhost") is None


@pytest.mark.parametrize(
    ("hosts", "local"),
    [
        ("localhost LocalHost. ｌｏｃａｌｈｏｓｔ 127.0.0.1 127.9.9.9 １２７.０.０.１ ::1 [::1]", True),
        ("localhost.example.org 127.0.0.1.example.org 192.0.2.1 ::2 notlocalhost mail.localhost", False),
    ],
)
def test_only_a_name_that_dns_may_not_answer_for_is_this_machine(hosts, local):
    """Many resolvers ask DNS for ``mail.localhost``, and a password may go out in clear to this machine only."""
    assert [host for host in hosts.split() if is_loopback(host) is not local] == []
    assert not is_loopback("")


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("example.org", True), ("a-b.example.org", True), ("xn--bcher-kva.example", True), ("example", False),
        ("-a.example.org", False), ("a-.example.org", False), ("a..org", False), ("", False), ("10.0.0.1", False),
        ("a" * 64 + ".org", False), ("a." * 126 + "a", True), ("a." * 126 + "ab", False), ("exämple.org", False), ("a.org\n", False),
    ],
)  # fmt: skip
def test_a_full_dns_name_has_a_domain_and_is_in_its_one_form(name, good):
    assert is_host_name(name) is good
