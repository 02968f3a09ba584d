"""Why a mail was not handed over to its outgoing server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tray.net.errors import NetError

if TYPE_CHECKING:
    from tray.net.smtp.replies import SmtpReply

Stage = Literal["greeting", "log-in", "sender", "recipient", "mail"]
"""What the server was asked for when it refused."""


class SmtpRefused(NetError):  # noqa: N818
    """The server refused, so that it has not accepted the mail; `text` is safe to display, and repeats no secret."""

    def __init__(self, stage: Stage, reply: SmtpReply, text: str) -> None:
        super().__init__(f"{stage}: {reply.code} {reply.enhanced}".rstrip())
        self.stage = stage
        self.code = reply.code
        self.enhanced = reply.enhanced
        self.text = text

    @property
    def temporary(self) -> bool:
        """Whether the server asks to try again later (4xx)."""
        return self.code // 100 == 4  # noqa: PLR2004 -- RFC 5321, 4.2.1


class TooLarge(NetError):  # noqa: N818
    """The mail has more bytes than the server accepts (RFC 1870)."""


class NoInternationalMail(NetError):  # noqa: N818
    """An address is not in ASCII, and the server has no SMTPUTF8 (RFC 6531)."""


class DeliveryUnknown(NetError):  # noqa: N818
    """The connection ended after the end of the mail and before the answer: it may have been accepted."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(f"no answer to the mail: {type(cause).__name__}")
        self.cause = cause
