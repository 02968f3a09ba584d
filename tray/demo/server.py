"""The demo mail server: start, stop, deliver."""

from __future__ import annotations

import secrets
from itertools import cycle
from random import Random
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL.crypto import X509, PKey
from twisted.internet.defer import CancelledError, Deferred, DeferredList, maybeDeferred
from twisted.internet.ssl import CertificateOptions
from twisted.internet.task import deferLater

from tray.demo.certificate import issue
from tray.demo.mailbox import INBOX, SEEN, Mailbox
from tray.demo.protocol import DemoFactory
from tray.demo.sample_messages import (
    ARRIVING,
    MAILBOXES,
    READ_ELSEWHERE,
    USES,
    SampleMessage,
    encoded,
    person,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.demo.protocol import DemoProtocol

_USER: Final = "demo@mailbell.example"
_FIRST_UID: Final = 4201
_MAILS_LIMIT: Final = 500
"""Messages in INBOX; beyond, the oldest are removed, to bound the memory."""
_CLOSE_TIMEOUT: Final = 0.5
"""Seconds that a client has to answer the end of the connection."""
_BURSTS: Final = (1, 1, 3, 1, 0, 1, 2, 8, 1, 1, 0, 2, 1, 14)
"""Messages that arrive together; 0 stands for the message that is read on another device."""
_READ_AFTER: Final = 4.0
"""Seconds."""


async def deliver_mail(
    clock: Any,
    random: Random,
    interval: float,
    deliver: Callable[[SampleMessage], int],
    read: Callable[[int], None],
) -> None:
    """Deliver messages about every `interval` seconds, the first after a third of that, until cancelled."""
    messages = cycle(ARRIVING)
    await deferLater(clock, interval / 3)
    for size in cycle(_BURSTS):
        if size == 0:
            uid = deliver(READ_ELSEWHERE)
            await deferLater(clock, _READ_AFTER)
            read(uid)
        for _ in range(size):
            deliver(next(messages))
            await deferLater(clock, random.uniform(0, interval / 2 / size))
        await deferLater(clock, interval * random.uniform(0.6, 1.4))


def _ignore_cancelled(failure: Failure) -> None:
    failure.trap(CancelledError)


class DemoServer(DemoFactory):
    """An IMAP server with TLS on 127.0.0.1 whose INBOX gets new messages all the time.

    `interval` is the mean time between deliveries in seconds, 0 for none but those of `deliver`; they begin when the
    first client opens a mailbox. The same `seed` gives the same times. `ca_pem` is the certificate that a client has to
    trust; its key is never written to disk.
    """

    host = "localhost"

    def __init__(
        self,
        reactor: Any,
        *,
        interval: float = 6.0,
        seed: int | None = None,
        port: int = 0,
        password: str | None = None,
    ) -> None:
        mailboxes: dict[str, Mailbox] = {}
        super().__init__(_USER, secrets.token_urlsafe(12) if password is None else password, mailboxes)
        self.port = port
        self._reactor = reactor
        self._interval = interval
        self._random = Random(seed)  # noqa: S311  # a rhythm, not a secret
        now = reactor.seconds()
        self._certificate, self._key = issue(now)
        self.ca_pem: bytes = self._certificate.public_bytes(Encoding.PEM)
        for name, messages in MAILBOXES.items():
            first_uid = _FIRST_UID if name == INBOX else 1
            mailbox = Mailbox(int(now) + len(mailboxes), first_uid, use=USES.get(name, ""))
            mailboxes[name] = mailbox
            for newer, message in zip(range(len(messages) - 1, -1, -1), messages, strict=True):
                # The newest is a few minutes old, the oldest some days.
                self._put(mailbox, message, now - 180 - newer * 2900 - newer * newer * 410)
        self._deliveries: Deferred[None] | None = None
        self._listening: Any = None
        self._all_gone: Deferred[None] | None = None

    def __repr__(self) -> str:
        return f"DemoServer({self.host}:{self.port})"

    def start(self) -> Deferred[int]:
        """Listen; fires with the port, or fails with twisted.internet.error.CannotListenError."""
        return maybeDeferred(self._listen)

    def _listen(self) -> int:
        # Twisted's annotations still name the deprecated classes of pyOpenSSL.
        key: Any = self._key
        certificate: Any = self._certificate
        options = CertificateOptions(privateKey=key, certificate=certificate)
        try:
            options.getContext()
        except TypeError:  # pyOpenSSL before 24.3 takes only those classes
            key, certificate = PKey.from_cryptography_key(key), X509.from_cryptography(certificate)
            options = CertificateOptions(privateKey=key, certificate=certificate)
        self._listening = self._reactor.listenSSL(self.port, self, options, interface="127.0.0.1")
        self.port = self._listening.getHost().port
        return self.port

    def stop(self) -> Deferred[None]:
        """Send BYE to all clients and close; fires when all connections are closed, within a second."""
        if self._deliveries is not None:
            self._deliveries.cancel()
        listening, self._listening = self._listening, None
        ends: list[Deferred[Any]] = [maybeDeferred(listening.stopListening)] if listening else []
        if self.clients:
            self._all_gone = Deferred()
            # A plain close would wait for ever for a client that does not answer TLS's close_notify.
            abort = self._reactor.callLater(_CLOSE_TIMEOUT, self._abort)
            self._all_gone.addCallback(lambda _: abort.cancel() if abort.active() else None)
            ends.append(self._all_gone)
            for client in tuple(self.clients):
                client.shut_down()
        return DeferredList(ends).addCallback(lambda _: None)

    def _abort(self) -> None:
        for client in tuple(self.clients):
            client.transport.abortConnection()

    def on_client_lost(self, client: DemoProtocol) -> None:
        """Once the last one has ended, the server is down."""
        super().on_client_lost(client)
        if self._all_gone is not None and not self.clients:
            self._all_gone.callback(None)

    def on_mailbox_opened(self) -> None:
        """Begin to deliver."""
        if self._interval > 0 and self._deliveries is None:
            deliveries = deliver_mail(self._reactor, self._random, self._interval, self._deliver, self.read)
            self._deliveries = Deferred.fromCoroutine(deliveries).addErrback(_ignore_cancelled)

    def deliver(self, subject: str) -> int:
        """Deliver one message to INBOX and return its UID."""
        return self._deliver(
            SampleMessage(person("Demo visitor", "visitor@mailbell.example"), encoded(subject))
        )

    def read(self, uid: int) -> None:
        """Mark a message as seen, as another device would; an unknown UID is ignored."""
        inbox = self.mailboxes[INBOX]
        if uid in inbox.mails:
            inbox.flag(uid, inbox.mails[uid].flags | {SEEN})

    def remove(self, uid: int) -> None:
        """Expunge a message, as another device would; an unknown UID is ignored."""
        self.mailboxes[INBOX].remove([uid])

    def _deliver(self, message: SampleMessage) -> int:
        inbox = self.mailboxes[INBOX]
        uid = self._put(inbox, message, self._reactor.seconds())
        inbox.remove(list(inbox.mails)[:-_MAILS_LIMIT])
        return uid

    def _put(self, mailbox: Mailbox, message: SampleMessage, when: float) -> int:
        message_id = f"{mailbox.uid_validity}.{mailbox.uid_next}@mailbell.example"
        return mailbox.add(message.mail(self.user, message_id, when), when, message.flags)
