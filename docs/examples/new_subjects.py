"""Prints the subject of each new mail of an inbox as it arrives. It needs tray/imap, tray/net and tray/values.py only.

    IMAP_PASSWORD=... python docs/examples/new_subjects.py imap.example.org 993 me@example.org

To try it, run `python -m tray.demo --ca-file demo-ca.pem` beside it, and set SSL_CERT_FILE=demo-ca.pem.
"""

from __future__ import annotations

import os
import sys

from twisted.internet import reactor, ssl, task
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.protocol import Factory

from tray.imap import commands
from tray.imap.envelope import envelope
from tray.imap.events import Event, Exists, Expunged, Fetched
from tray.net.clock import Timer
from tray.net.imap.protocol import MailProtocol

RENEWAL = 25 * 60  # seconds: a server may end an IDLE of half an hour (RFC 2177)


class NewSubjects(MailProtocol):
    """Twisted's IMAP4Client: its methods, such as `login` and `examine`, stand beside `idle` and `request`."""

    def __init__(self) -> None:
        super().__init__(on_event=self.handle)
        self.messages = 0  # in the inbox
        self.watching = False

    def handle(self, event: Event) -> None:
        """Called for each response of the server at the moment it arrives, also while the connection is idle."""
        if isinstance(event, Exists):
            new, self.messages = event.count - self.messages, event.count
            if self.watching and new > 0:
                self.ask(commands.fetch_newest_envelopes(event.count, new, gmail=False))
        elif isinstance(event, Expunged):
            self.messages -= 1
        elif isinstance(event, Fetched) and event.headers is not None:
            print(envelope(event.headers, None).subject, flush=True)

    def ask(self, request: commands.Request) -> None:
        """Send a command, which ends IDLE; an answer other than OK ends the connection."""
        self.request(request).addErrback(lambda failure: self.abort(failure.value))

    async def watch(self, user: str, password: str) -> None:
        """Until the connection ends; raises the reason."""
        await self.greeting.wait()
        await self.login(user, password)
        await self.examine("INBOX")
        self.watching, renewal = True, Timer(reactor)
        while True:
            renewal.set(RENEWAL, self.ask, commands.noop())
            await self.idle(lambda: print("Watching.", file=sys.stderr, flush=True))


async def main(host: str, port: str, user: str) -> None:
    """Connect and watch; the server's certificate is verified."""
    endpoint = wrapClientTLS(ssl.optionsForClientTLS(host), HostnameEndpoint(reactor, host, int(port)))
    protocol = await endpoint.connect(Factory.forProtocol(NewSubjects))
    await protocol.watch(user, os.environ["IMAP_PASSWORD"])


if __name__ == "__main__":
    task.react(lambda _: Deferred.fromCoroutine(main(*sys.argv[1:])))
