"""Looking for the outgoing server of an account."""

from __future__ import annotations

from unittest import mock

import pytest
from twisted.internet.defer import Deferred, fail, succeed

from tests.fakes.values import account
from tests.net.loopback import run
from tests.net.smtp.scripted import Smtp, listening
from tests.net.wire import Reactor, result
from tray.mail.model.account import Security
from tray.mail.settings.outgoing import Outgoing
from tray.mail.setup import outgoing as places
from tray.mail.setup.discovery import SOURCE_TIMEOUT, Service
from tray.mail.setup.providers import Provider, Providers
from tray.net.setup.network import FetchRefused
from tray.net.smtp import finding
from tray.net.smtp.finding import find_outgoing

NONE = Providers()


class Net:
    """Our port to the network."""

    def __init__(self, file=None, services=()):
        self.file, self.records, self.asked = file, services, []

    def _answer(self, what, value):
        self.asked.append(what)
        return (
            value
            if isinstance(value, Deferred)
            else fail(FetchRefused("no"))
            if value is None
            else succeed(value)
        )

    async def fetch(self, url):
        return await self._answer(url, self.file)

    async def services(self, name):
        return await self._answer(name, list(self.records))


def found(folder, *servers, email="me@example.org", net=None, providers=NONE, **fields):
    """What is found where these (host, `Smtp`) listen, each at the port of the same place in `ports`."""

    async def main(reactor):
        with mock.patch("twisted.protocols.tls._get_default_clock", create=True, return_value=reactor):
            work = account(email=email, ca_file=str(folder / "ca.pem"), **fields)
            return await find_outgoing(reactor, work, providers, net or Net())

    return run(main)


def test_what_is_set_or_known_is_taken_as_it_is(tmp_path):
    net = Net()
    assert found(tmp_path, net=net, outgoing="smtp.own.example:587").host == "smtp.own.example"
    known = Providers(
        [Provider("a", "A", ("example.org",), (), "imap.example.org", outgoing="smtps://out.example:465")]
    )
    assert found(tmp_path, net=net, providers=known).host == "out.example"
    assert net.asked == []


def test_the_file_of_the_domain_is_tried_then_its_records_then_usual_names(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "TLS_PORT", 1)
    monkeypatch.setattr(places, "STARTTLS_PORT", 1)
    no_log_in = Smtp(offers=())
    with (
        listening(no_log_in, tmp_path, "smtp.example.org") as without,
        listening(good := Smtp(), tmp_path, "smtp.example.org") as port,
    ):
        file = (
            "<clientConfig><emailProvider><outgoingServer type='smtp'><hostname>smtp.example.org</hostname>"
            f"<port>{without}</port><socketType>SSL</socketType></outgoingServer></emailProvider></clientConfig>"
        )
        net = Net(file.encode(), [Service(0, 0, "smtp.example.org", port)])
        assert found(tmp_path, net=net) == Outgoing("smtp.example.org", port, Security.TLS)
    assert no_log_in.connections == 2  # in both files
    assert not any(line.startswith("AUTH") for line in no_log_in.lines + good.lines)
    assert [what.partition("/")[0] for what in net.asked] == [
        "https:",
        "https:",
        "_submissions._tcp.example.org",
        "_submission._tcp.example.org",
    ]


def test_a_server_with_a_wrong_certificate_is_passed_over(tmp_path, monkeypatch):
    with listening(server := Smtp(), tmp_path, "other.example.net") as port:
        monkeypatch.setattr(places, "TLS_PORT", port)
        monkeypatch.setattr(places, "STARTTLS_PORT", 1)
        assert found(tmp_path) is None
    assert server.lines == []


def test_a_file_that_is_none_is_passed_over(tmp_path, monkeypatch):
    with listening(Smtp(), tmp_path, "smtp.example.org") as port:
        monkeypatch.setattr(places, "TLS_PORT", port)
        monkeypatch.setattr(places, "STARTTLS_PORT", 1)
        assert found(tmp_path, net=Net(b"<html>")) == Outgoing("smtp.example.org", port, Security.TLS)


def test_nothing_is_asked_beside_a_proxy():
    net, reactor = Net(), Reactor()
    outcome = result(
        Deferred.fromCoroutine(
            find_outgoing(reactor, account(email="me@example.org", proxy="socks5://localhost:9"), NONE, net)
        )
    )
    assert net.asked == []
    assert [host for host, *_ in reactor.tcpClients] == ["127.0.0.1"]
    assert outcome == []


def test_a_source_that_is_silent_is_left():
    reactor = Reactor()
    net = Net(file=Deferred())
    work = account(email="me@example.org", host="imap.example.org")
    Deferred.fromCoroutine(find_outgoing(reactor, work, NONE, net)).addErrback(lambda _: None)
    assert len(net.asked) == 1
    net.file = None
    reactor.advance(SOURCE_TIMEOUT)
    assert len(net.asked) == 4


def test_a_mistake_of_ours_is_no_answer(tmp_path):
    class Broken(Net):
        async def fetch(self, _url):
            raise TypeError

    with pytest.raises(TypeError):
        found(tmp_path, net=Broken())
    assert finding.GREETING_TIMEOUT > 0
