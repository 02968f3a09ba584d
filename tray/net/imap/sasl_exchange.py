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
    """One try of one mechanism; `initial` where the server takes the first response with the command (SASL-IR).

    `sent` is called with each message that goes out, before base64.
    """

    def __init__(self, mechanism: Mechanism, *, initial: bool, sent: Callable[[bytes], None]) -> None:
        self._mechanism = mechanism
        self._sent = sent
        self._first = mechanism.start()
        self._with_command = initial and self._first is not None
        self._error: SaslError | None = None
        self._given_up = False

    async def run(self, protocol: MailProtocol) -> None:
        """Authenticate. Raises CommandRefused (LoginRefused where the mechanism got a reason), or SaslError.

        The latter where the server did not prove what it has to, or its challenge made no sense.
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
                # BAD where we gave up by "*" (RFC 3501, 6.2.2): a refusal all the same.
                raise LoginRefused(error.command, "NO", error.code, error.text, failure) from None
            if self._error is not None:
                raise self._error from None
            raise
        if self._error is not None:
            raise self._error
        if not self._mechanism.verified:
            raise SaslError("the server did not prove that it knows the password")

    def _respond(self, text: bytes) -> bytes:
        """The line that answers one ``+``; ``*`` cancels where the challenge makes no sense."""
        if self._given_up:
            return commands.SASL_CANCEL
        first, self._first = self._first, None
        try:
            response = self._mechanism.respond(decode_challenge(text)) if first is None else first
            self._sent(response)
            return commands.sasl_response(response)
        except RemoteProtocolError as error:
            self._error = SaslError(str(error))
        except SaslError as error:
            if (
                not self._mechanism.failure
            ):  # else it is no nonsense, but a no: the server's own answer ends it
                self._error = error
        self._given_up = True
        return commands.SASL_CANCEL
