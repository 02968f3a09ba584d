"""OAuth2 access tokens: OAUTHBEARER (RFC 7628) and its forerunner XOAUTH2 (Google's and Microsoft's documents)."""

from __future__ import annotations

from tray.imap.errors import SaslError
from tray.imap.sasl.mechanism import OneStepMechanism, octets
from tray.imap.text import decode_bytes, display_safe

_FAILURE_LIMIT = 1000
_NOT_SENT = "\0\x01\r\n"  # \x01 parts the fields


class _Bearer(OneStepMechanism):
    _farewell: bytes

    def __init__(self, message: bytes) -> None:
        self._message = message

    def start(self) -> bytes:
        """User name and token."""
        return self._message

    def respond(self, challenge: bytes) -> bytes:
        """A challenge means refusal, with its reason as JSON; the answer only lets the server say NO."""
        if self.failure:
            raise SaslError("the token was refused twice")
        self.failure = display_safe(decode_bytes(challenge), _FAILURE_LIMIT) or "refused without a reason"
        return self._farewell


class XOAuth2(_Bearer):
    """XOAUTH2: what Gmail and Outlook take."""

    name = "XOAUTH2"
    _farewell = b""

    def __init__(self, user: str, token: str) -> None:
        super().__init__(
            b"user=%b\x01auth=Bearer %b\x01\x01" % (octets(user, _NOT_SENT), octets(token, _NOT_SENT))
        )


class OAuthBearer(_Bearer):
    """OAUTHBEARER: the standard."""

    name = "OAUTHBEARER"
    _farewell = b"\x01"

    def __init__(self, user: str, token: str, host: str, port: int) -> None:
        name = octets(user.replace("=", "=3D").replace(",", "=2C"), _NOT_SENT)
        super().__init__(
            b"n,a=%b,\x01host=%b\x01port=%d\x01auth=Bearer %b\x01\x01"
            % (name, octets(host, _NOT_SENT), port, octets(token, _NOT_SENT))
        )
