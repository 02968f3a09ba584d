"""OAuth2 access tokens: OAUTHBEARER (RFC 7628) and the older XOAUTH2 (documented by Google and Microsoft)."""

from __future__ import annotations

from tray.imap.commands import utf8
from tray.imap.errors import SaslError
from tray.imap.sasl.mechanism import OneMessage
from tray.imap.text import decode_bytes, display_safe

_FAILURE_LIMIT = 1000
_FORBIDDEN = "\0\x01\r\n"  # \x01 separates the fields


class _Bearer(OneMessage):
    _answer_to_refusal: bytes

    def respond(self, challenge: bytes) -> bytes:
        """A challenge is a refusal with its reason as JSON; after the answer the server sends NO."""
        if self.failure:
            raise SaslError("the token was refused twice")
        self.failure = display_safe(decode_bytes(challenge), _FAILURE_LIMIT) or "refused without a reason"
        return self._answer_to_refusal


class XOAuth2(_Bearer):
    """XOAUTH2, for Gmail and Outlook."""

    name = "XOAUTH2"
    _answer_to_refusal = b""

    def __init__(self, user: str, token: str) -> None:
        super().__init__(
            b"user=%b\x01auth=Bearer %b\x01\x01" % (utf8(user, _FORBIDDEN), utf8(token, _FORBIDDEN))
        )


class OAuthBearer(_Bearer):
    """OAUTHBEARER (RFC 7628)."""

    name = "OAUTHBEARER"
    _answer_to_refusal = b"\x01"

    def __init__(self, user: str, token: str, host: str, port: int) -> None:
        name = utf8(user.replace("=", "=3D").replace(",", "=2C"), _FORBIDDEN)
        super().__init__(
            b"n,a=%b,\x01host=%b\x01port=%d\x01auth=Bearer %b\x01\x01"
            % (name, utf8(host, _FORBIDDEN), port, utf8(token, _FORBIDDEN))
        )
