"""Chooses the SASL mechanism for a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.errors import LocalProtocolError
from tray.imap.sasl.mechanism import SCRAM_SHA_256, CramMd5, LoginMechanism, OAuthBearer, Plain, XOAuth2

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.imap.sasl.mechanism import Mechanism

_SCRAM_OF_THE_MECHANISM = frozenset(
    {
        "extensions-not-supported",
        "invalid-encoding",
        "invalid-username-encoding",
        "other-error",
    }
)
"""Errors of SCRAM (RFC 5802, 7) that indicate neither a wrong password nor, as with channel bindings, an attack."""


def choose_mechanism(
    capabilities: Collection[str],
    user: str,
    secret: str,
    token: bool,
    host: str,
    port: int,
    encrypted: bool,
    without: Collection[str] = (),
) -> Mechanism | None:
    """The best mechanism that `capabilities` (upper case) offer, except the names in `without`.

    A `token` is never sent as a password: with a server that offers no mechanism for tokens, XOAUTH2 is tried all
    the same. A password is sent in clear only where `encrypted`. None means that only the LOGIN command is left, or
    for a token nothing. LocalProtocolError for a secret that cannot be sent.
    """
    offered = {name.removeprefix("AUTH=") for name in capabilities if name.startswith("AUTH=")} - set(without)
    if token:
        if "OAUTHBEARER" in offered:
            return OAuthBearer(user, secret, host, port)
        return XOAuth2(user, secret) if not without or "XOAUTH2" in offered else None
    if SCRAM_SHA_256 in offered:
        from tray.imap.sasl.scram import ScramSha256  # noqa: PLC0415 -- few servers offer it

        try:
            return ScramSha256(user, secret)
        except LocalProtocolError:
            pass  # characters that SASLprep prohibits: a simpler mechanism may send them
    if encrypted and "PLAIN" in offered:
        return Plain(user, secret)
    if encrypted and "LOGIN" in offered:
        return LoginMechanism(user, secret)
    # After a refusal over TLS, the LOGIN command is preferred: every server has it.
    command = encrypted and without and "LOGINDISABLED" not in capabilities
    if "CRAM-MD5" in offered and not command:
        return CramMd5(user, secret)
    return None


def may_be_the_mechanism(tried: Mechanism, status: str, code: str) -> bool:
    """Whether another mechanism may succeed with the same secret after `status` and `code` answered `tried`.

    A server that stores hashed passwords refuses SCRAM and CRAM-MD5 for every password, before or after the client's
    proof, with AUTHENTICATIONFAILED (Dovecot) or without (GNU mailutils, which invents a salt): only an error of SCRAM
    shows that the proof was checked. For a password sent in clear, AUTHENTICATIONFAILED is final (RFC 5530, 3); for a
    token, so is the reason that comes with the refusal (RFC 7628, 3.2.2).
    """
    if status not in {"NO", "BAD"}:
        return False
    if tried.name == CramMd5.name:
        return True
    if tried.name == SCRAM_SHA_256:
        return not tried.verified and (not tried.failure or tried.failure in _SCRAM_OF_THE_MECHANISM)
    return not tried.failure and code != "AUTHENTICATIONFAILED"
