"""CRAM-MD5 (RFC 2195): old and weak, yet better than a password in clear where no TLS is to be had."""

from __future__ import annotations

from tray.imap.errors import SaslError
from tray.imap.sasl.mechanism import Steady, octets


class CramMd5(Steady):
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
