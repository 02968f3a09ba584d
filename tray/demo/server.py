"""The demo mail server: start, stop, deliver."""

from __future__ import annotations

import secrets
from random import Random
from typing import TYPE_CHECKING, Any, Final

from twisted.cred.portal import Portal
from twisted.internet.defer import Deferred, DeferredList, maybeDeferred
from twisted.internet.protocol import Factory
from twisted.internet.ssl import CertificateOptions

from tray.demo.account import DemoAccount, DemoRealm, OnePassword
from tray.demo.certificate import issue
from tray.demo.deliveries import Deliveries
from tray.demo.mailbox import Mailbox
from tray.demo.protocol import DemoProtocol
from tray.demo.sample_messages import INBOX, SEEN, SPOKEN, SampleMessage, encoded, letter, person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted.internet.interfaces import IAddress

_FIRST_UID: Final = 4201
_MAILS_LIMIT: Final = 500
"""Messages in INBOX; beyond, the oldest are removed, to bound the memory."""
_CLOSE_TIMEOUT: Final = 0.5
"""Seconds that a client has to answer the end of the connection."""

_OTHER_MAILBOXES: Final = {
    "Lists/Garden": (
        letter(
            "Garden list", "garden@lists.example", "[garden] Slugs: a philosophy", flags=frozenset({SEEN})
        ),
        letter("Garden list", "garden@lists.example", "[garden] Re: Slugs: a philosophy"),
    ),
    "Büro": (letter("Empfang", "empfang@buero.example", "Schlüssel gefunden", flags=frozenset({SEEN})),),
}


def _cancel(_: None, call: Any) -> None:
    if call.active():
        call.cancel()


class DemoServer(Factory):
    """An IMAP server with TLS on 127.0.0.1 whose INBOX gets new messages all the time.

    ``interval`` is the mean time between deliveries in seconds, 0 for none but those of ``deliver``; they begin when
    the first client opens a mailbox. The same ``seed`` gives the same times. ``ca_pem`` is the authority that a client
    has to trust; its key is never written to disk.
    """

    noisy = False
    host = "localhost"

    def __init__(
        self,
        reactor: Any,
        *,
        interval: float = 6.0,
        seed: int | None = None,
        port: int = 0,
        user: str = "demo@mailbell.example",
        password: str | None = None,
    ) -> None:
        self.port = port
        self.user = user
        self.password = password if password is not None else secrets.token_urlsafe(12)
        self._reactor = reactor
        self._interval = interval
        now = reactor.seconds()
        self._issued = issue(now)
        self.ca_pem: bytes = self._issued.ca_pem
        self.mailbox = Mailbox("INBOX", uid_validity=int(now), uid_next=_FIRST_UID)
        self._mailboxes = {"INBOX": self.mailbox}
        self._fill(self.mailbox, INBOX, now)
        for name, letters in _OTHER_MAILBOXES.items():
            self._mailboxes[name] = Mailbox(name, uid_validity=int(now) + len(self._mailboxes))
            self._fill(self._mailboxes[name], letters, now)
        realm: Any = DemoRealm(self._account)
        checker: Any = OnePassword(self.user, self.password)
        self._portal = Portal(realm, [checker])
        rhythm = Random(seed)  # noqa: S311  # a rhythm, not a secret
        self._deliveries = Deliveries(reactor, rhythm, interval, self._deliver, self.read)
        self._listening: Any = None
        self._clients: dict[DemoProtocol, Deferred[None]] = {}

    def __repr__(self) -> str:
        return f"DemoServer({self.host}:{self.port})"

    def start(self) -> Deferred[int]:
        """Listen; fires with the port, or fails with twisted.internet.error.CannotListenError."""
        return maybeDeferred(self._listen)

    def _listen(self) -> int:
        # Twisted's annotations still name the deprecated classes of pyOpenSSL.
        key: Any = self._issued.key
        certificate: Any = self._issued.certificate
        options = CertificateOptions(privateKey=key, certificate=certificate)
        self._listening = self._reactor.listenSSL(self.port, self, options, interface="127.0.0.1")
        self.port = self._listening.getHost().port
        return self.port

    def stop(self) -> Deferred[None]:
        """Send BYE to all clients and close; fires when all connections are closed, within a second."""
        self._deliveries.stop()
        listening, self._listening = self._listening, None
        ends: list[Deferred[Any]] = [maybeDeferred(listening.stopListening)] if listening else []
        for client, gone in tuple(self._clients.items()):
            ends.append(gone)
            client.shut_down()
            # A plain close would wait for ever for a client that does not answer TLS's close_notify.
            abort = self._reactor.callLater(_CLOSE_TIMEOUT, client.abort)
            gone.addCallback(_cancel, abort)
        return DeferredList(ends).addCallback(lambda _: None)

    def deliver(self, subject: str | None = None, sender: str | None = None) -> int:
        """Deliver one message to INBOX and return its UID; ``sender`` is an address or ``Name <address>``."""
        if subject is None and sender is None:
            return self._deliver(SPOKEN)
        name, _, address = (sender or "Demo visitor <visitor@mailbell.example>").rpartition("<")
        origin = (
            person(name.strip(), address.rstrip(">"))
            if name.strip()
            else f"<{address.rstrip('>')}>".encode("ascii")
        )
        return self._deliver(SampleMessage(origin, encoded(subject) if subject is not None else None))

    def read(self, uid: int) -> None:
        """Mark a message as seen, as another device would; an unknown UID is ignored."""
        mail = self.mailbox.by_uid(uid)
        if mail is not None:
            self.mailbox.flag(mail, mail.flags | {SEEN})

    def remove(self, uid: int) -> None:
        """Expunge a message, as another device would; an unknown UID is ignored."""
        mail = self.mailbox.by_uid(uid)
        if mail is not None:
            self.mailbox.remove([mail])

    def buildProtocol(self, addr: IAddress | None) -> DemoProtocol:  # noqa: ARG002
        """Return the protocol of a new connection (Factory)."""
        protocol = DemoProtocol(self._reactor, self._attached, self._gone)
        protocol.factory = self
        protocol.portal = self._portal
        return protocol

    def _attached(self, client: DemoProtocol) -> None:
        self._clients[client] = Deferred()

    def _gone(self, client: DemoProtocol) -> None:
        self._clients.pop(client).callback(None)

    def _account(self) -> DemoAccount:
        return DemoAccount(self._mailboxes, self._opened)

    def _opened(self) -> None:
        if self._interval > 0 and self._listening is not None:
            self._deliveries.start()

    def _fill(self, mailbox: Mailbox, letters: Iterable[SampleMessage], now: float) -> None:
        oldest_first = tuple(letters)
        for newer, message in zip(range(len(oldest_first) - 1, -1, -1), oldest_first, strict=True):
            # The newest is a few minutes old, the oldest some days.
            self._put(mailbox, message, now - 180 - newer * 2900 - newer * newer * 410)

    def _deliver(self, letter: SampleMessage) -> int:
        uid = self._put(self.mailbox, letter, self._reactor.seconds())
        if len(self.mailbox.mails) > _MAILS_LIMIT:
            self.mailbox.remove(self.mailbox.mails[: len(self.mailbox.mails) - _MAILS_LIMIT])
        return uid

    def _put(self, mailbox: Mailbox, letter: SampleMessage, when: float) -> int:
        message_id = f"{mailbox.uid_validity}.{mailbox.uid_next}@mailbell.example"
        return mailbox.add(letter.mail(self.user, message_id, when), when, letter.flags).uid
