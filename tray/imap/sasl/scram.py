"""SCRAM-SHA-256 (RFC 5802, RFC 7677): client and server prove that they know the password without sending it."""

from __future__ import annotations

from binascii import b2a_base64

from tray.imap.commands import utf8
from tray.imap.errors import LocalProtocolError, SaslError
from tray.imap.sasl.mechanism import SCRAM_SHA_256, Dialogue, Mechanism, from_base64
from tray.imap.text import decode_bytes, display_safe


def saslprep(text: str) -> str:
    """`text` prepared as a query (RFC 4013): unassigned code points pass; LocalProtocolError for prohibited ones."""
    if text.isascii() and text.isprintable():
        return text
    import stringprep  # noqa: PLC0415 -- rarely needed
    from unicodedata import ucd_3_2_0  # noqa: PLC0415

    mapped = "".join(
        " " if stringprep.in_table_c12(char) else char for char in text if not stringprep.in_table_b1(char)
    )
    prepared = ucd_3_2_0.normalize("NFKC", mapped)
    names = ("c12", "c21_c22", "c3", "c4", "c5", "c6", "c7", "c8", "c9")
    prohibited = [getattr(stringprep, f"in_table_{name}") for name in names]
    if any(table(char) for char in prepared for table in prohibited):
        raise LocalProtocolError("a user name or password with a character that is not allowed (RFC 4013)")
    right_to_left = [stringprep.in_table_d1(char) for char in prepared]
    if any(right_to_left):  # RFC 3454, 6
        mixed = any(map(stringprep.in_table_d2, prepared))
        if mixed or not (right_to_left[0] and right_to_left[-1]):
            raise LocalProtocolError("a user name or password that mixes writing directions (RFC 4013)")
    return prepared


MIN_ITERATIONS = 4096
"""RFC 7677, 4; with fewer, the password could be guessed from the client's proof."""
MAX_ITERATIONS = 300_000
"""Takes less than a tenth of a second; more would let a server block the program."""

_HEADER = b"n,,"  # no channel binding


class ScramSha256(Mechanism):
    """SCRAM-SHA-256 without channel binding."""

    name = SCRAM_SHA_256

    def __init__(self, user: str, password: str, nonce: str | None = None) -> None:
        name = saslprep(user).replace("=", "=3D").replace(",", "=2C")
        self._nonce = utf8(nonce or _nonce())
        self.verified = False
        super().__init__(self._prove(utf8(name), utf8(saslprep(password))))

    def _prove(self, name: bytes, password: bytes) -> Dialogue:
        """User name and nonce; the client's proof; and the empty answer, if the server's proof is right."""
        first = b"n=%b,r=%b" % (name, self._nonce)
        challenge = yield _HEADER + first
        from hashlib import pbkdf2_hmac, sha256  # noqa: PLC0415 -- not needed at start
        from hmac import compare_digest  # noqa: PLC0415

        nonce, salt, iterations = self._parameters(challenge)
        salted = pbkdf2_hmac("sha256", password, salt, iterations)
        bare = b"c=" + b2a_base64(_HEADER, newline=False) + b",r=" + nonce
        signed = b",".join((first, challenge, bare))
        client_key = _hmac(salted, b"Client Key")
        signature = _hmac(sha256(client_key).digest(), signed)
        proof = bytes(key ^ mask for key, mask in zip(client_key, signature, strict=True))
        challenge = yield bare + b",p=" + b2a_base64(proof, newline=False)
        self._check_refusal(challenge)
        server = challenge.split(b",")[0]
        server_signature = _hmac(_hmac(salted, b"Server Key"), signed)
        if not server.startswith(b"v=") or not compare_digest(_base64(server[2:]), server_signature):
            raise SaslError("the server does not know the password: it may be another server")
        self.verified = True
        yield b""

    def _parameters(self, challenge: bytes) -> tuple[bytes, bytes, int]:
        self._check_refusal(challenge)
        fields = challenge.split(b",")  # in this order, extensions may follow (RFC 5802, 7)
        names = tuple(field[:2] for field in fields[:3])
        if names != (b"r=", b"s=", b"i="):
            raise SaslError("invalid SCRAM parameters")
        nonce, salt, count = (field[2:] for field in fields[:3])
        if not nonce.startswith(self._nonce) or len(nonce) == len(self._nonce):
            raise SaslError("a SCRAM nonce that does not continue the client's")
        if not (count.isdigit() and len(count) <= len(str(MAX_ITERATIONS))):
            raise SaslError("a SCRAM iteration count out of bounds")
        iterations = int(count)
        if not MIN_ITERATIONS <= iterations <= MAX_ITERATIONS:
            raise SaslError("a SCRAM iteration count out of bounds")
        return nonce, _base64(salt), iterations

    def _check_refusal(self, challenge: bytes) -> None:
        if challenge.startswith(b"e="):
            self.failure = display_safe(decode_bytes(challenge[2:].split(b",")[0])) or "other-error"
            raise SaslError(f"SCRAM was refused: {self.failure}")


def _nonce() -> str:
    from secrets import token_urlsafe  # noqa: PLC0415 -- not needed at start

    return token_urlsafe(24)


def _hmac(key: bytes, text: bytes) -> bytes:
    from hmac import digest  # noqa: PLC0415 -- not needed at start

    return digest(key, text, "sha256")


def _base64(text: bytes) -> bytes:
    decoded = from_base64(text)
    if not decoded:
        raise SaslError("a SCRAM field that is not base64")
    return decoded
