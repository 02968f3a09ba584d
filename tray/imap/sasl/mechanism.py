"""SASL mechanisms (RFC 4422) but for SCRAM, and decoding of challenges."""

from __future__ import annotations

import re
from binascii import a2b_base64

from tray.imap.commands import utf8
from tray.imap.errors import RemoteProtocolError, SaslError
from tray.imap.text import decode_bytes, display_safe

_FAILURE_LIMIT = 1000  # characters
_FORBIDDEN = "\0\x01\r\n"  # in the message of a token, whose fields \x01 separates
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


class Mechanism:
    """One attempt to authenticate; another attempt needs a new object.

    The result of `start` is sent with AUTHENTICATE if the server has SASL-IR, else as the answer to the first ``+``.
    Every later ``+``, and the first one if `start` returns None, is answered by `respond`. `repr` shows no secret.
    """

    name: str
    """As in AUTHENTICATE, such as ``SCRAM-SHA-256``."""
    verified = True
    """Whether the server has given every proof that the mechanism requires; otherwise its OK is not valid."""
    failure = ""
    """The reason that the server sent before its NO, safe to display; may be empty."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def start(self) -> bytes | None:
        """The initial response, not yet base64; None if the server sends a challenge first."""

    def respond(self, challenge: bytes) -> bytes:
        """The answer to a decoded challenge, not yet base64; SaslError if the attempt must be cancelled."""
        raise SaslError(f"{self.name} was challenged with {len(challenge)} bytes")


def from_base64(text: bytes) -> bytes | None:
    """Decode `text`; None where it is not entirely base64 (Python 3.10 has no strict mode)."""
    return a2b_base64(text) if len(text) % 4 == 0 and _BASE64.fullmatch(text) else None


def decode_challenge(text: bytes) -> bytes:
    """Decode the text of a ``+``; RemoteProtocolError if it is not base64."""
    challenge = from_base64(text.strip())
    if challenge is None:
        raise RemoteProtocolError("a challenge that is not base64")
    return challenge


class _OneMessage(Mechanism):
    def __init__(self, message: bytes) -> None:
        self._message = message

    def start(self) -> bytes:
        return self._message


class Plain(_OneMessage):
    """PLAIN (RFC 4616)."""

    name = "PLAIN"

    def __init__(self, user: str, password: str) -> None:
        super().__init__(b"\0" + utf8(user) + b"\0" + utf8(password))


class External(_OneMessage):
    """EXTERNAL (RFC 4422, A): the user name, or nothing for the one in the client certificate."""

    name = "EXTERNAL"

    def __init__(self, user: str) -> None:
        super().__init__(utf8(user))


class LoginMechanism(Mechanism):
    """LOGIN: the user name, then the password; the text of the prompts is ignored."""

    name = "LOGIN"

    def __init__(self, user: str, password: str) -> None:
        self._answers = [utf8(password), utf8(user)]

    def respond(self, challenge: bytes) -> bytes:
        """The user name, then the password; SaslError for a third prompt."""
        return self._answers.pop() if self._answers else super().respond(challenge)


class CramMd5(Mechanism):
    """CRAM-MD5 (RFC 2195): a digest of the server's challenge, keyed with the password."""

    name = "CRAM-MD5"

    def __init__(self, user: str, password: str) -> None:
        self._user = utf8(user)
        self._password = utf8(password)
        self._answered = False

    def respond(self, challenge: bytes) -> bytes:
        """User name and digest; SaslError for an empty challenge, whose digest could be looked up."""
        from hmac import new  # noqa: PLC0415 -- few servers need it

        if self._answered or not challenge:
            raise SaslError("CRAM-MD5 was challenged with nothing, or twice")
        self._answered = True
        return self._user + b" " + new(self._password, challenge, "md5").hexdigest().encode("ascii")


class _Bearer(_OneMessage):
    _answer_to_refusal: bytes

    def respond(self, challenge: bytes) -> bytes:
        """A challenge is a refusal with its reason as JSON; after the answer the server sends NO."""
        if self.failure:
            raise SaslError("the token was refused twice")
        self.failure = display_safe(decode_bytes(challenge), _FAILURE_LIMIT) or "refused without a reason"
        return self._answer_to_refusal


class XOAuth2(_Bearer):
    """XOAUTH2, for Gmail and Outlook (documented by Google and Microsoft)."""

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
