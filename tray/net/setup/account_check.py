"""Checks an account step by step and reports each step."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IResolutionReceiver
from zope.interface import implementer

from tray.mail.model.account import Security
from tray.mail.model.host_names import parse_address
from tray.mail.model.status import CheckResult, CheckStep
from tray.mail.presentation.problem_texts.proxy import proxy_name
from tray.mail.presentation.setup import check_texts as texts
from tray.mail.presentation.setup.certificate_texts import facts
from tray.mail.settings.proxy import parse
from tray.net.deferreds import OneShotEvent
from tray.net.errors import Stopped
from tray.net.imap.factory import connect, forbid_cleartext
from tray.net.imap.login import authenticate, await_greeting, capabilities, logout
from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox
from tray.net.problems import problem_of
from tray.net.tls.certificates import parsed, read, shown_name
from tray.net.tls.verification import ascii_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.imap.events import Event
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.secret import Secret
    from tray.net.imap.protocol import MailProtocol
    from tray.net.proxy.route import ProxySecret


def server_facts(protocol: MailProtocol, host: str) -> list[tuple[str, str]]:
    """The server's greeting and capabilities, and the encryption of the connection, as far as known."""
    found: list[tuple[str, str]] = []
    greeting = protocol.greeting.value
    if greeting is not None:
        found.append(("greeting", f"{greeting.status} {greeting.text}"))
    if protocol.capabilities is not None:
        found.append(("capabilities so far", " ".join(sorted(protocol.capabilities))))
    if not protocol.encrypted:
        return found
    connection = protocol.transport.getHandle()
    found.append(("TLS", f"{connection.get_protocol_version_name()}, {connection.get_cipher_name()}"))
    certificate = shown_certificate(protocol, host)
    return found + list(facts(certificate)) if certificate is not None else found


def shown_certificate(protocol: MailProtocol, host: str) -> Certificate | None:
    """The certificate that the server has shown; None without encryption."""
    shown = protocol.transport.getHandle().get_peer_certificate() if protocol.encrypted else None
    return None if shown is None else read(shown, host)


class AccountCheck:
    """One check of an account: name, connection, encryption, login, mailboxes and IDLE."""

    def __init__(
        self,
        reactor: Any,
        account: Account,
        secret: Callable[[Account], Awaitable[Secret]],
        on_step: Callable[[CheckResult], None],
        proxy_secret: ProxySecret | None = None,
    ) -> None:
        """`on_step` is called with the result of each step; `secret` and `proxy_secret` may raise SecretUnavailable."""
        self._reactor = reactor
        self._account = account
        self._secret = secret
        self._on_step = on_step
        self._proxy_secret = proxy_secret
        self._step = CheckStep.NAME
        self._facts: list[tuple[str, str]] = []
        """Of the current step."""
        self._protocol: MailProtocol | None = None
        self._mailbox: MailboxName | None = None
        self._selected: SelectedMailbox | None = None

    async def run(self) -> bool:
        """Take the steps until one fails; whether all succeeded. Raises only what `on_step` raises."""
        try:
            protocol = await self._take_steps()
        except Exception as error:  # noqa: BLE001 -- every error is a problem
            problem = problem_of(error, self._account, self._mailbox)
            self._on_step(CheckResult(self._step, problem.sentence, problem, facts=tuple(self._facts)))
            return False
        else:
            await logout(self._reactor, protocol)
            return True
        finally:
            if self._protocol is not None:
                self._protocol.abort(Stopped())

    def _passed(
        self,
        following: CheckStep,
        sentence: str,
        *,
        warning: bool = False,
        certificate: Certificate | None = None,
    ) -> None:
        """The current step has succeeded; go on to `following`."""
        facts = tuple(self._facts)
        self._on_step(CheckResult(self._step, sentence, None, warning, facts, certificate))
        self._step, self._facts = following, []

    async def _take_steps(self) -> MailProtocol:
        account = self._account
        forbid_cleartext(account)
        proxy = parse(account.proxy)
        place = proxy_name(proxy) if proxy is not None else ""
        self._passed(CheckStep.CONNECT, await self._found(place))
        protocol = self._protocol = await connect(
            self._reactor, account, self._on_event, proxy_secret=self._proxy_secret
        )
        if account.security is not Security.TLS:
            await protocol.greeting.wait()
        self._passed(CheckStep.ENCRYPT, texts.connected(account.host, account.port, place))
        try:
            greeted = await await_greeting(protocol, account)
        finally:
            self._facts += server_facts(protocol, account.host)
        sentence, shown = self._encryption(protocol), shown_certificate(protocol, account.host)
        self._passed(CheckStep.LOGIN, sentence, warning=not protocol.encrypted, certificate=shown)
        self._passed(CheckStep.MAILBOX, texts.no_login_needed() if greeted else await self._log_in(protocol))
        self._passed(CheckStep.IDLE, await self._open(protocol))
        if "IDLE" in (protocol.capabilities or ()):
            await _idle(protocol)
            self._passed(CheckStep.IDLE, texts.idle())
        else:
            self._passed(CheckStep.IDLE, texts.no_idle(), warning=True)
        return protocol

    async def _found(self, proxy: str) -> str:
        host = self._account.host
        if proxy:  # a look-up here would reveal the server
            return texts.looked_up_by_proxy(host, proxy)
        if parse_address(host):
            return texts.nothing_to_look_up(host)
        return texts.name_found(host, await look_up(self._reactor, ascii_name(host)))

    def _encryption(self, protocol: MailProtocol) -> str:
        if not protocol.encrypted:
            return texts.not_encrypted()
        connection = protocol.transport.getHandle()
        issuer = shown_name(parsed(connection.get_peer_certificate()).issuer)
        version = connection.get_protocol_version_name().replace("TLSv", "TLS ")
        return (
            texts.encrypted_as_pinned(version) if self._account.pinned else texts.encrypted(version, issuer)
        )

    async def _log_in(self, protocol: MailProtocol) -> str:
        self._facts.append(("capabilities before", " ".join(sorted(await capabilities(protocol)))))
        secret = await self._secret(self._account)
        await authenticate(protocol, self._account, secret)
        self._facts.append(("capabilities after", " ".join(sorted(await capabilities(protocol)))))
        return texts.logged_in(self._account.user)

    async def _open(self, protocol: MailProtocol) -> str:
        counts: list[tuple[MailboxName, int]] = []
        for mailbox in self._account.mailboxes:
            self._mailbox = mailbox
            selected = self._selected = SelectedMailbox(protocol, mailbox)
            await selected.examine()
            counts.append((mailbox, selected.exists))
        return texts.mailboxes_opened(counts)

    def _on_event(self, event: Event) -> None:
        if self._selected is not None:
            self._selected.handle(event)


async def _idle(protocol: MailProtocol) -> None:
    """Begin IDLE; the end of the connection after that is no failure."""
    begun: OneShotEvent[None] = OneShotEvent()
    ended = protocol.idle(lambda: begun.set(None))
    ended.addCallbacks(lambda _: begun.set(None), lambda failure: begun.fail(failure.value))
    await begun.wait()


@implementer(IResolutionReceiver)
class _Addresses:
    def __init__(self) -> None:
        self.found: list[str] = []
        self.done: Deferred[list[str]] = Deferred()

    def resolutionBegan(self, resolutionInProgress: object) -> None:  # noqa: N803 -- Twisted's name
        """Do nothing."""

    def addressResolved(self, address: Any) -> None:
        """Add an address."""
        if address.host not in self.found:
            self.found.append(address.host)

    def resolutionComplete(self) -> None:
        """Fire with all addresses."""
        self.done.callback(self.found)


async def look_up(reactor: Any, host: str) -> list[str]:
    """The addresses of `host`, never none; raises DNSLookupError."""
    receiver = _Addresses()
    reactor.nameResolver.resolveHostName(receiver, host)
    found = await receiver.done
    if not found:
        raise DNSLookupError(host)
    return found


_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for documentation (RFC 5737, RFC 3849)."""


def has_network() -> bool:
    """Whether there is a route to other networks. The kernel is asked; nothing is sent (UDP, and no data)."""
    for family, address in _ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
        except OSError:
            continue
        return True
    return False
