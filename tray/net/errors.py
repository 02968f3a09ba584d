"""Errors that end a connection, or keep one from being opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.status import Problem, ProxyFault


class NetError(Exception):
    """Base of the errors of tray.net."""


class DeadlineExceeded(NetError):  # noqa: N818 -- the contract's name
    """The server did not answer in time; the connection was aborted."""

    def __init__(self, what: str, seconds: float, *, pipelined: bool = False) -> None:
        super().__init__(f"{what}: no answer within {seconds:g} s")
        self.what = what
        self.seconds = seconds
        self.pipelined = pipelined
        """Whether other commands were sent with it, and data arrived: the server may not support pipelining."""


class HandlerFailed(NetError):  # noqa: N818 -- names what happened
    """A handler of an event raised; the connection was aborted, for our picture of the mailbox may be wrong."""


class Stopped(NetError):  # noqa: N818 -- no fault of anybody
    """The connection was ended by us, on purpose."""


class CleartextRefused(NetError):  # noqa: N818
    """A password would cross a network unencrypted: to a host that is not this machine, and nobody has allowed it."""


class StartTlsMissing(NetError):  # noqa: N818
    """STARTTLS is mandatory for the account and the server does not offer it."""


class PreAuthenticated(NetError):  # noqa: N818
    """The server greeted by PREAUTH before TLS, where it may be an attacker (RFC 9051, 11.1)."""


class NoLoginMethod(NetError):  # noqa: N818
    """The server offers no way to log in that we can use on this connection."""


class CertificateRefused(NetError):  # noqa: N818
    """The server's certificate is not trusted; `certificate` holds the reasons."""

    def __init__(self, certificate: Certificate) -> None:
        errors = ", ".join(kind.name for kind in certificate.errors)
        super().__init__(f"certificate of {certificate.host} refused: {errors}")
        self.certificate = certificate


class CertificateUnverified(NetError):  # noqa: N818
    """The TLS handshake ended without a certificate having been looked at."""


class RootsUnusable(NetError):  # noqa: N818
    """The account's file of trusted certificates is missing or holds none."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


class IdentityUnusable(NetError):  # noqa: N818
    """The account's client certificate cannot be shown to a server: its file, why, and perhaps what to do."""

    def __init__(self, path: str, why: str, advice: str = "") -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why
        self.advice = advice


class MailboxChanged(NetError):  # noqa: N818
    """UIDVALIDITY is not the one that the caller spoke of: its UIDs mean nothing any more."""


class MailboxReadOnly(NetError):  # noqa: N818
    """The server lets us read this mailbox and not change it."""


class ActionFailed(NetError):  # noqa: N818 -- the contract's name
    """What the user asked for was not done; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


class ProxyFailed(NetError):  # noqa: N818 -- names what happened
    """No connection through the account's proxy; `told` is what the proxy said, safe to display."""

    def __init__(self, fault: ProxyFault, told: str = "") -> None:
        super().__init__(f"proxy: {fault.value}" + (f" ({told})" if told else ""))
        self.fault = fault
        self.told = told
        self.server = ""
        """Where it was to lead; empty for the account's mail server."""
