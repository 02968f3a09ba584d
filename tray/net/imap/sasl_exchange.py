"""AUTHENTICATE with a SASL mechanism (RFC 3501, 6.2.2; SASL-IR: RFC 4959)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap import commands
from tray.imap.errors import CommandRefused, LoginRefused, RemoteProtocolError, SaslError
from tray.imap.sasl.mechanism import decode_challenge

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.sasl.mechanism import Mechanism
    from tray.net.imap.protocol import MailProtocol


async def exchange_sasl(
    protocol: MailProtocol, mechanism: Mechanism, *, initial: bool, sent: Callable[[bytes], None]
) -> None:
    """Authenticate; `initial` if the server accepts the first response in the command (SASL-IR).

    `sent` is called with each message that is sent, before base64. Raises CommandRefused, LoginRefused if the mechanism
    got a reason, or SaslError: the server did not give the proof that the mechanism requires, or sent an invalid
    challenge.
    """
    first = mechanism.start()
    with_command = first if initial else None
    if with_command is not None:
        sent(with_command)
        first = None
    errors: list[SaslError] = []
    cancelled = False

    def respond(text: bytes) -> bytes:
        """The line that answers one ``+``; ``*`` cancels after an invalid challenge."""
        nonlocal first, cancelled
        if cancelled:
            return commands.SASL_CANCEL
        try:
            response, first = mechanism.respond(decode_challenge(text)) if first is None else first, None
            sent(response)
            return commands.sasl_response(response)
        except RemoteProtocolError as error:
            errors.append(SaslError(str(error)))
        except SaslError as error:
            if not mechanism.failure:  # else the server's tagged response is the error
                errors.append(error)
        cancelled = True
        return commands.SASL_CANCEL

    try:
        await protocol.request(commands.authenticate(mechanism.name, with_command), respond=respond)
    except CommandRefused as error:
        if errors:
            raise errors[0] from None
        if mechanism.failure:  # after "*" the server sends BAD (RFC 3501, 6.2.2)
            raise LoginRefused(error.command, "NO", error.code, error.text, mechanism.failure) from None
        raise
    if errors:
        raise errors[0]
    if not mechanism.verified:
        raise SaslError("the server did not prove that it knows the password")
