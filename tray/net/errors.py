"""Errors that end a connection, or keep one from being opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.status import Problem, ProxyFault
    from tray.mail.presentation.problem_texts.tls import FileFault


class NetError(Exception):
    """Base of the errors of tray.net."""


class DeadlineExceeded(NetError):  # noqa: N818
    """The server did not answer in time; the connection was aborted."""

    def __init__(self, what: str, seconds: float, *, pipelined: bool = False) -> None:
        super().__init__(f"{what}: no answer within {seconds:g} s")
        self.what = what
        self.seconds = seconds
        self.pipelined = pipelined
        """Whether other commands were sent with it, and data arrived: the server may not support pipelining."""


class HandlerFailed(NetError):  # noqa: N818
    """An event handler raised; the connection was aborted, because the state of the mailbox may be wrong."""


class Stopped(NetError):  # noqa: N818
    """The connection was ended by this program, on purpose."""


class CleartextRefused(NetError):  # noqa: N818
    """A password would be sent unencrypted to another machine, and the account does not allow that."""


class StartTlsMissing(NetError):  # noqa: N818
    """STARTTLS is mandatory for the account and the server does not offer it."""


class PreAuthenticated(NetError):  # noqa: N818
    """The server sent PREAUTH before TLS, where it may come from an attacker (RFC 9051, 11.1)."""


class NoLoginMethod(NetError):  # noqa: N818
    """The server offers no login method that can be used on this connection."""


class CertificateRefused(NetError):  # noqa: N818
    """The server's certificate is not trusted; `certificate` holds the reasons."""

    def __init__(self, certificate: Certificate) -> None:
        errors = ", ".join(kind.name for kind in certificate.errors)
        super().__init__(f"certificate of {certificate.host} refused: {errors}")
        self.certificate = certificate


class CertificateUnverified(NetError):  # noqa: N818
    """The TLS handshake ended without verification of the certificate."""


class FileUnusable(NetError):  # noqa: N818
    """A file for TLS cannot be used; `cause` says why it cannot be read."""

    def __init__(self, path: str, fault: FileFault, cause: OSError | None = None) -> None:
        super().__init__(f"{path}: {cause.strerror if cause else fault}")
        self.path = path
        self.fault = fault
        self.cause = cause


class RootsUnusable(FileUnusable):
    """The account's file of trusted certificates cannot be read or contains none."""


class IdentityUnusable(FileUnusable):
    """The account's client certificate cannot be used."""


class NoNameServer(NetError):  # noqa: N818
    """A name could not be looked up: no name server answers, or none that it asks in its turn."""


class MailboxChanged(NetError):  # noqa: N818
    """UIDVALIDITY is not that of the caller, whose UIDs are invalid now."""


class MailboxReadOnly(NetError):  # noqa: N818
    """The server allows no changes of this mailbox."""


class AlreadyThere(NetError):  # noqa: N818
    """Messages were to be moved into the mailbox where they are."""


class ActionFailed(NetError):  # noqa: N818
    """An action of the user failed; `problem` is the reason."""

    def __init__(self, problem: Problem, *, refused: bool = False, begun: bool = False) -> None:
        super().__init__(problem.sentence)
        self.problem = problem
        self.refused = refused
        """Whether it would fail again; else there was no connection, or it ended."""
        self.begun = begun
        """Whether commands may have been sent."""


class ProxyFailed(NetError):  # noqa: N818
    """No connection through the account's proxy; `text` is the proxy's message, safe to display."""

    def __init__(self, fault: ProxyFault, text: str = "") -> None:
        super().__init__(f"proxy: {fault.value}" + (f" ({text})" if text else ""))
        self.fault = fault
        self.text = text
        self.server = ""
        """The server behind the proxy; empty for the account's mail server."""
