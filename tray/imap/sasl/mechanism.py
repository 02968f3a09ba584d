"""Interface of SASL mechanisms (RFC 4422), the simple ones, and decoding of challenges."""

from __future__ import annotations

import re
from binascii import a2b_base64
from typing import Protocol

from tray.imap.commands import utf8
from tray.imap.errors import RemoteProtocolError, SaslError

_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


class Mechanism(Protocol):
    """One attempt to authenticate; another attempt needs a new object.

    The result of `start` is sent with AUTHENTICATE if the server has SASL-IR, else as the answer to the first ``+``.
    Every later ``+``, and the first one if `start` returns None, is answered by `respond`. The server's OK is valid
    only if `verified` is true. `repr` shows no secret.
    """

    @property
    def name(self) -> str:
        """As in AUTHENTICATE, such as ``SCRAM-SHA-256``."""

    @property
    def verified(self) -> bool:
        """Whether the server has given every proof that the mechanism requires."""

    @property
    def failure(self) -> str:
        """The reason that the server sent before its NO, safe to display; may be empty."""

    def start(self) -> bytes | None:
        """The initial response, not yet base64; None if the server sends a challenge first."""

    def respond(self, challenge: bytes) -> bytes:
        """The answer to a decoded challenge, not yet base64; SaslError if the attempt must be cancelled."""


def from_base64(text: bytes) -> bytes | None:
    """Decode `text`; None where it is not entirely base64 (Python 3.10 has no strict mode)."""
    return a2b_base64(text) if len(text) % 4 == 0 and _BASE64.fullmatch(text) else None


def decode_challenge(text: bytes) -> bytes:
    """Decode the text of a ``+``; RemoteProtocolError if it is not base64."""
    challenge = from_base64(text.strip())
    if challenge is None:
        raise RemoteProtocolError("a challenge that is not base64")
    return challenge


class _WithoutProof:
    """A mechanism that requires no proof by the server."""

    name: str
    verified = True
    failure = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class OneMessage(_WithoutProof):
    """A mechanism of one message by the client."""

    def __init__(self, message: bytes) -> None:
        self._message = message

    def start(self) -> bytes:
        """The whole message."""
        return self._message

    def respond(self, challenge: bytes) -> bytes:
        """Raise SaslError: there is no second message."""
        raise SaslError(f"{self.name} was challenged with {len(challenge)} bytes")


class Plain(OneMessage):
    """PLAIN (RFC 4616)."""

    name = "PLAIN"

    def __init__(self, user: str, password: str) -> None:
        super().__init__(b"\0" + utf8(user) + b"\0" + utf8(password))


class External(OneMessage):
    """EXTERNAL (RFC 4422, A): the user name, or nothing for the one in the client certificate."""

    name = "EXTERNAL"

    def __init__(self, user: str) -> None:
        super().__init__(utf8(user))


class LoginMechanism(_WithoutProof):
    """LOGIN: the user name, then the password; the text of the prompts is ignored."""

    name = "LOGIN"

    def __init__(self, user: str, password: str) -> None:
        self._answers = [utf8(password), utf8(user)]

    def start(self) -> None:
        """The server sends the first message."""

    def respond(self, challenge: bytes) -> bytes:
        """The user name, then the password; SaslError for a third prompt."""
        if not self._answers:
            raise SaslError(f"LOGIN was challenged again with {len(challenge)} bytes")
        return self._answers.pop()


class CramMd5(_WithoutProof):
    """CRAM-MD5 (RFC 2195): a digest of the server's challenge, keyed with the password."""

    name = "CRAM-MD5"

    def __init__(self, user: str, password: str) -> None:
        self._user = utf8(user)
        self._password = utf8(password)
        self._answered = False

    def start(self) -> None:
        """The server sends the first message."""

    def respond(self, challenge: bytes) -> bytes:
        """User name and digest; SaslError for an empty challenge, whose digest could be looked up."""
        from hmac import new  # noqa: PLC0415 -- few servers need it

        if self._answered or not challenge:
            raise SaslError("CRAM-MD5 was challenged with nothing, or twice")
        self._answered = True
        return self._user + b" " + new(self._password, challenge, "md5").hexdigest().encode("ascii")
