"""Where an outgoing server may be."""

from __future__ import annotations

import pytest

from tests.fakes.values import account
from tray.mail.model.account import Security
from tray.mail.settings.outgoing import Outgoing, parse
from tray.mail.setup.autoconfig import read
from tray.mail.setup.discovery import Service
from tray.mail.setup.outgoing import (
    configured_outgoing,
    known_outgoing,
    served_outgoing,
    service_names,
    usual_outgoing,
)
from tray.mail.setup.providers import Provider, Providers

TLS, STARTTLS = Security.TLS, Security.STARTTLS
PROVIDERS = Providers(
    [
        Provider("a", "A", ("a.example",), (), "imap.big.example", outgoing="smtps://out.a.example:465"),
        Provider("b", "B", ("b.example",), (), "imap.big.example", outgoing="smtps://out.b.example:465"),
        Provider("c", "C", ("c.example",), (), "imap.c.example"),
    ]
)


@pytest.mark.parametrize(
    ("email", "host", "expected"),
    [
        ("me@b.example", "imap.big.example", "out.b.example"),
        ("me@own.example", "IMAP.big.example", "out.a.example"),
        ("me@b.example", "imap.own.example", None),
        ("me@c.example", "imap.c.example", None),
        ("", "imap.own.example", None),
    ],
)
def test_a_known_provider_has_a_known_server(email, host, expected):
    found = known_outgoing(account(email=email, host=host), PROVIDERS)
    assert (found and found.host) == expected


@pytest.mark.parametrize(("port", "known"), [(1143, True), (993, False)])
def test_a_program_on_this_machine_is_known_by_its_port(port, known):
    bridge = Provider("p", "P", (), (), "127.0.0.1", port=1143, outgoing="smtp://127.0.0.1:1025")
    found = known_outgoing(account(host="127.0.0.1", port=port), Providers([bridge]))
    assert (found is not None) is known


def test_the_file_of_a_domain_names_encrypted_servers_the_best_first():
    def server(host, port, socket, kind="smtp"):
        return f"<outgoingServer type='{kind}'><hostname>{host}</hostname><port>{port}</port><socketType>{socket}</socketType></outgoingServer>"

    servers = (
        server("a.example", 587, "STARTTLS")
        + server("b.example", 25, "plain")
        + server("c.example", 465, "SSL")
    )
    file = f"<clientConfig><emailProvider>{servers}{server('d.example', 1, 'SSL', 'x')}</emailProvider></clientConfig>"
    config = read(file.encode(), "me@example.org")
    assert configured_outgoing(config) == [
        Outgoing("c.example", 465, TLS),
        Outgoing("a.example", 587, STARTTLS),
    ]
    assert config.servers == ()
    assert not config.weak


def test_records_count_only_within_the_domain_or_for_the_imap_server():
    work = account(email="me@example.org", host="imap.hoster.example")
    implicit = [
        Service(20, 0, "late.example.org", 465),
        Service(10, 0, "Smtp.Example.org.", 465),
        Service(0, 0, "evil.example", 465),
        Service(0, 0, "evilexample.org", 465),
        Service(0, 0, ".", 0),
    ]
    upgraded = [Service(0, 0, "imap.hoster.example", 587)]
    assert service_names(work) == ("_submissions._tcp.example.org", "_submission._tcp.example.org")
    assert served_outgoing(work, implicit, upgraded) == [
        Outgoing("smtp.example.org", 465, TLS),
        Outgoing("late.example.org", 465, TLS),
        Outgoing("imap.hoster.example", 587, STARTTLS),
    ]


@pytest.mark.parametrize(
    ("email", "host", "hosts"),
    [
        ("me@example.org", "imap.example.org", ["smtp.example.org", "imap.example.org"]),
        (
            "me@own.example",
            "imap.hoster.example",
            ["smtp.hoster.example", "imap.hoster.example", "smtp.own.example"],
        ),
        ("me@example.org", "server7.example.net", ["server7.example.net", "smtp.example.org"]),
        ("me@example.org", "imap.org", ["imap.org", "smtp.example.org"]),
        ("", "192.0.2.1", ["192.0.2.1"]),
        ("", "localhost", ["localhost"]),
    ],
)
def test_usual_names_are_those_of_the_same_owner(email, host, hosts):
    found = usual_outgoing(account(email=email, host=host))
    assert [each.host for each in found[::2]] == hosts
    assert [(each.port, each.security) for each in found[:2]] == [(465, TLS), (587, STARTTLS)]


def test_the_outgoing_servers_that_come_with_mailbell_can_be_read():
    from tray.desktop.storage.shipped_tables import _documents

    named = [
        table["outgoing"]
        for document in _documents("providers")
        for table in document["provider"]
        if "outgoing" in table
    ]
    assert len(named) > 5
    assert [str(parse(text)) for text in named] == named
