"""The methods of IMAP4Client against a real server: STARTTLS, log-in, and a message from APPEND to EXPUNGE."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet import _producer_helpers, ssl
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.task import Cooperator
from twisted.mail.imap4 import Query
from twisted.protocols import tls

from tests.net.loopback import run
from tests.real.dovecot import Dovecot
from tray.net.imap.protocol import MailProtocol

if TYPE_CHECKING:
    import pytest

MESSAGE = b"Subject: Hello\r\nFrom: bob@example.org\r\n\r\nA line {5}\r\n)\r\n"


def test_a_message_is_appended_found_read_marked_copied_and_expunged(monkeypatch: pytest.MonkeyPatch) -> None:
    with Dovecot() as server:
        authority = ssl.Certificate.loadPEM(Path(server.ca_file).read_bytes())
        creator = ssl.optionsForClientTLS("localhost", ssl.trustRootFromCertificates([authority]))

        async def main(reactor: Any) -> list[Any]:
            # TLS sends what is to be sent on the global reactor, which does not run here.
            monkeypatch.setattr(tls, "_get_default_clock", lambda: reactor, raising=False)
            cooperator = Cooperator(scheduler=lambda work: reactor.callLater(0, work))
            monkeypatch.setattr(_producer_helpers, "cooperate", cooperator.cooperate)
            factory = Factory.forProtocol(lambda: MailProtocol(creator, clock=reactor))
            client = await TCP4ClientEndpoint(reactor, "127.0.0.1", server.port_starttls).connect(factory)
            await client.greeting.wait()
            await client.login(server.user, server.password)
            assert client.encrypted
            await client.create("Entwürfe")
            await client.append("INBOX", BytesIO(MESSAGE), ["\\Flagged"])
            selected = await client.select("INBOX")
            found = await client.search(Query(subject="Hello"))
            body = await client.fetchSpecific("1", peek=True)
            await client.addFlags("1", ["\\Deleted"])
            flags = await client.fetchFlags("1")
            await client.copy("1", "Entwürfe", uid=False)
            status = await client.status("Entwürfe", "MESSAGES")
            names = [name for _, _, name in await client.list("", "*")]
            expunged = await client.expunge()
            await client.logout()
            await client.lost.wait()
            return [selected["EXISTS"], found, body, flags, status, sorted(names), expunged]

        exists, found, body, flags, status, names, expunged = run(main)
    assert (exists, found, status, names, expunged) == (1, [1], {"MESSAGES": 1}, ["Entwürfe", "INBOX"], [1])
    assert body == {1: [["BODY", [], MESSAGE.decode()]]}
    assert {"\\Flagged", "\\Deleted"} <= set(flags[1]["FLAGS"])
