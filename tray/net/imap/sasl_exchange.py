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


class SaslExchange:
    """One attempt with one mechanism; `initial` if the server accepts the first response in the command (SASL-IR).

    `sent` is called with each message that is sent, before base64.
    """

    def __init__(self, mechanism: Mechanism, *, initial: bool, sent: Callable[[bytes], None]) -> None:
        self._mechanism = mechanism
        self._sent = sent
        self._first = mechanism.start()
        self._with_command = initial and self._first is not None
        self._error: SaslError | None = None
        self._cancelled = False

    async def run(self, protocol: MailProtocol) -> None:
        """Authenticate. Raises CommandRefused, LoginRefused if the mechanism got a reason, or SaslError.

        SaslError: the server did not give the proof that the mechanism requires, or sent an invalid challenge.
        """
        line = self._first if self._with_command else None
        if line is not None:
            self._sent(line)
            self._first = None
        try:
            await protocol.request(commands.authenticate(self._mechanism.name, line), respond=self._respond)
        except CommandRefused as error:
            failure = self._mechanism.failure
            if failure and self._error is None:
                # After "*" the server sends BAD (RFC 3501, 6.2.2).
                raise LoginRefused(error.command, "NO", error.code, error.text, failure) from None
            if self._error is not None:
                raise self._error from None
            raise
        if self._error is not None:
            raise self._error
        if not self._mechanism.verified:
            raise SaslError("the server did not prove that it knows the password")

    def _respond(self, text: bytes) -> bytes:
        """The line that answers one ``+``; ``*`` cancels after an invalid challenge."""
        if self._cancelled:
            return commands.SASL_CANCEL
        first, self._first = self._first, None
        try:
            response = self._mechanism.respond(decode_challenge(text)) if first is None else first
            self._sent(response)
            return commands.sasl_response(response)
        except RemoteProtocolError as error:
            self._error = SaslError(str(error))
        except SaslError as error:
            if not self._mechanism.failure:  # else the server's tagged response is the error
                self._error = error
        self._cancelled = True
        return commands.SASL_CANCEL
