"""EXTERNAL (RFC 4422, appendix A): the client certificate of the TLS connection has said who we are."""

from __future__ import annotations

from tray.imap.errors import SaslError
from tray.imap.sasl.mechanism import Steady, octets


class External(Steady):
    """EXTERNAL: only whose mail is wanted."""

    name = "EXTERNAL"

    def __init__(self, user: str) -> None:
        self._message = octets(user)

    def start(self) -> bytes:
        """The user name; empty for the one that the certificate names."""
        return self._message

    def respond(self, challenge: bytes) -> bytes:
        """There is nothing more to say."""
        raise SaslError(f"EXTERNAL was challenged with {len(challenge)} bytes")
