"""What every mechanism can do, and the wire form of a challenge."""

from __future__ import annotations

import re
from binascii import a2b_base64
from typing import Protocol

from tray.imap.errors import LocalProtocolError, RemoteProtocolError, SaslError

_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


class Mechanism(Protocol):
    """One attempt to authenticate; a new attempt wants a new one.

    With SASL-IR the answer of `start` goes out with AUTHENTICATE; without, it answers the first ``+``, whatever
    that says. Where `start` gives None, and for every later ``+``, `respond` has the answer. The server's OK
    counts only while `verified` is true. `repr` names the mechanism and no secret.
    """

    @property
    def name(self) -> str:
        """As in AUTHENTICATE, such as ``SCRAM-SHA-256``."""

    @property
    def verified(self) -> bool:
        """Whether the server has proved all that this mechanism makes it prove."""

    @property
    def failure(self) -> str:
        """The reason that the server sent before its NO, safe to display; empty where there was none."""

    def start(self) -> bytes | None:
        """The initial response, not yet base64; None where the server sends a challenge first."""

    def respond(self, challenge: bytes) -> bytes:
        """The answer to a decoded challenge, not yet base64; SaslError where the attempt must be given up."""


class OneStepMechanism:
    """What the mechanisms without a proof by the server have in common."""

    verified = True
    failure = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


def octets(text: str, forbidden: str = "\0") -> bytes:
    """`text` as UTF-8; LocalProtocolError where the mechanism cannot carry it. The error never shows the text."""
    if any(char in text for char in forbidden):
        raise LocalProtocolError("a user name or secret with a character that cannot be sent")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise LocalProtocolError("a user name or secret with half a character") from None


def from_base64(text: bytes) -> bytes | None:
    """What `text` holds, or None where it is not base64 through and through (Python 3.10 has no strict mode)."""
    return a2b_base64(text) if len(text) % 4 == 0 and _BASE64.fullmatch(text) else None


def decode_challenge(text: bytes) -> bytes:
    """What the text of a ``+`` holds; RemoteProtocolError if it is no base64."""
    octets = from_base64(text.strip())
    if octets is None:
        raise RemoteProtocolError("a challenge that is not base64")
    return octets


class Plain(OneStepMechanism):
    """PLAIN: all in one message."""

    name = "PLAIN"

    def __init__(self, user: str, password: str) -> None:
        self._message = b"\0" + octets(user) + b"\0" + octets(password)

    def start(self) -> bytes:
        """User name and password."""
        return self._message

    def respond(self, challenge: bytes) -> bytes:
        """There is nothing more to say."""
        raise SaslError(f"PLAIN was challenged with {len(challenge)} bytes")


class LoginMechanism(OneStepMechanism):
    """LOGIN: the user name, then the password, whatever the server's prompts are called."""

    name = "LOGIN"

    def __init__(self, user: str, password: str) -> None:
        self._answers = [octets(password), octets(user)]

    def start(self) -> None:
        """The server asks first."""

    def respond(self, challenge: bytes) -> bytes:
        """User name, then password, then nothing more."""
        if not self._answers:
            raise SaslError(f"LOGIN was challenged again with {len(challenge)} bytes")
        return self._answers.pop()


class External(OneStepMechanism):
    """EXTERNAL (RFC 4422, A): the user name only; the client certificate proves who it is."""

    name = "EXTERNAL"

    def __init__(self, user: str) -> None:
        self._message = octets(user)

    def start(self) -> bytes:
        """The user name; empty for the one that the certificate names."""
        return self._message

    def respond(self, challenge: bytes) -> bytes:
        """There is nothing more to say."""
        raise SaslError(f"EXTERNAL was challenged with {len(challenge)} bytes")


class CramMd5(OneStepMechanism):
    """CRAM-MD5: a digest of the server's challenge, keyed with the password."""

    name = "CRAM-MD5"

    def __init__(self, user: str, password: str) -> None:
        self._user = octets(user)
        self._password = octets(password)
        self._answered = False

    def start(self) -> None:
        """The server asks first."""

    def respond(self, challenge: bytes) -> bytes:
        """User name and digest; an empty challenge is refused, because its digest could be looked up."""
        from hmac import new  # noqa: PLC0415 -- few servers need it

        if self._answered or not challenge:
            raise SaslError("CRAM-MD5 was challenged with nothing, or twice")
        self._answered = True
        return self._user + b" " + new(self._password, challenge, "md5").hexdigest().encode("ascii")
