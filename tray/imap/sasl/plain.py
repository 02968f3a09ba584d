"""PLAIN (RFC 4616) and LOGIN (draft-murchison-sasl-login): the password as it is, so over TLS only."""

from __future__ import annotations

from tray.imap.errors import SaslError
from tray.imap.sasl.mechanism import Steady, octets


class Plain(Steady):
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


class Login(Steady):
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
