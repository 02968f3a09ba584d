"""SASL mechanisms (RFC 4422) but for SCRAM, and decoding of challenges."""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Generator

from tray.imap.commands import utf8
from tray.imap.errors import RemoteProtocolError, SaslError
from tray.imap.text import decode_bytes, display_safe

Dialogue = Generator[bytes | None, bytes, None]
"""Gives what the client sends, beginning with the initial response; is sent the challenges."""

_FAILURE_LIMIT = 1000  # characters
_FORBIDDEN = "\0\x01\r\n"  # in the message of a token, whose fields \x01 separates
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


SCRAM_SHA_256 = "SCRAM-SHA-256"
"""Name of the mechanism in `scram`, which is imported where a server offers it."""
PROVING = frozenset({"CRAM-MD5", SCRAM_SHA_256})
"""Names of the mechanisms that send a proof of the secret; the others send the secret itself."""
ONE_LINE = frozenset({"PLAIN", "EXTERNAL"})
"""Names of the mechanisms that consist of the initial response: the server challenges nobody."""


class Mechanism:
    """One attempt to authenticate; another attempt needs a new object. `repr` shows no secret.

    `start` is sent with AUTHENTICATE if the server has SASL-IR, else as the answer to the first ``+``. Every later
    ``+``, and the first one if `start` is None, is answered by `respond`.
    """

    name: str
    """As in AUTHENTICATE, such as ``SCRAM-SHA-256``."""
    verified = True
    """Whether the server has given every proof that the mechanism requires; otherwise its OK is not valid."""
    failure = ""
    """The reason that the server sent before its NO, safe to display; may be empty."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._first = next(dialogue)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def start(self) -> bytes | None:
        """The initial response, not yet base64; None if the server sends a challenge first."""
        return self._first

    def respond(self, challenge: bytes) -> bytes:
        """The answer to a decoded challenge, not yet base64; SaslError if the attempt must be cancelled."""
        try:
            return self._dialogue.send(challenge) or b""
        except StopIteration:
            raise SaslError(f"{self.name} was challenged again with {len(challenge)} bytes") from None


def from_base64(text: bytes) -> bytes | None:
    """Decode `text`; None where it is not entirely base64 (Python 3.10 has no strict mode)."""
    return a2b_base64(text) if len(text) % 4 == 0 and _BASE64.fullmatch(text) else None


def decode_challenge(text: bytes) -> bytes:
    """Decode the text of a ``+``; RemoteProtocolError if it is not base64."""
    challenge = from_base64(text.strip())
    if challenge is None:
        raise RemoteProtocolError("a challenge that is not base64")
    return challenge


def _in_turn(*answers: bytes | None) -> Dialogue:
    """The dialogue with these answers, whatever the server says."""
    for answer in answers:  # noqa: UP028 -- a tuple takes no challenges
        yield answer


class Plain(Mechanism):
    """PLAIN (RFC 4616)."""

    name = "PLAIN"

    def __init__(self, user: str, password: str) -> None:
        super().__init__(_in_turn(b"\0" + utf8(user) + b"\0" + utf8(password)))


class External(Mechanism):
    """EXTERNAL (RFC 4422, A): the user name, or nothing for the one in the client certificate."""

    name = "EXTERNAL"

    def __init__(self, user: str) -> None:
        super().__init__(_in_turn(utf8(user)))


class LoginMechanism(Mechanism):
    """LOGIN: the user name, then the password; the text of the prompts is ignored."""

    name = "LOGIN"

    def __init__(self, user: str, password: str) -> None:
        super().__init__(_in_turn(None, utf8(user), utf8(password)))


class CramMd5(Mechanism):
    """CRAM-MD5 (RFC 2195): a digest of the server's challenge, keyed with the password."""

    name = "CRAM-MD5"

    def __init__(self, user: str, password: str) -> None:
        super().__init__(self._sign(utf8(user), utf8(password)))

    def _sign(self, user: bytes, password: bytes) -> Dialogue:
        from hmac import new  # noqa: PLC0415 -- few servers need it

        challenge = yield None
        if not challenge:
            raise SaslError("CRAM-MD5 was challenged with nothing, of which the digest could be looked up")
        yield user + b" " + new(password, challenge, "md5").hexdigest().encode("ascii")


class _Bearer(Mechanism):
    """A challenge is a refusal with its reason as JSON; after the answer the server sends NO."""

    def __init__(self, message: bytes, answer_to_refusal: bytes) -> None:
        super().__init__(self._present(message, answer_to_refusal))

    def _present(self, message: bytes, answer_to_refusal: bytes) -> Dialogue:
        challenge = yield message
        self.failure = display_safe(decode_bytes(challenge), _FAILURE_LIMIT) or "refused without a reason"
        yield answer_to_refusal


class XOAuth2(_Bearer):
    """XOAUTH2, for Gmail and Outlook (documented by Google and Microsoft)."""

    name = "XOAUTH2"

    def __init__(self, user: str, token: str) -> None:
        fields = utf8(user, _FORBIDDEN), utf8(token, _FORBIDDEN)
        super().__init__(b"user=%b\x01auth=Bearer %b\x01\x01" % fields, b"")


class OAuthBearer(_Bearer):
    """OAUTHBEARER (RFC 7628)."""

    name = "OAUTHBEARER"

    def __init__(self, user: str, token: str, host: str, port: int) -> None:
        name = utf8(user.replace("=", "=3D").replace(",", "=2C"), _FORBIDDEN)
        fields = name, utf8(host, _FORBIDDEN), port, utf8(token, _FORBIDDEN)
        super().__init__(b"n,a=%b,\x01host=%b\x01port=%d\x01auth=Bearer %b\x01\x01" % fields, b"\x01")
