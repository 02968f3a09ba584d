"""Which mechanism to use with a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.errors import LocalProtocolError
from tray.imap.sasl.cram import CramMd5
from tray.imap.sasl.oauth import OAuthBearer, XOAuth2
from tray.imap.sasl.plain import Login, Plain
from tray.imap.sasl.scram import ScramSha256

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.imap.sasl.mechanism import Mechanism


def choose(
    capabilities: Collection[str],
    user: str,
    secret: str,
    token: bool,
    host: str,
    port: int,
    encrypted: bool,
    without: Collection[str] = (),
) -> Mechanism | None:
    """The best mechanism that `capabilities` (upper case) offer, but none of the names in `without`.

    A `token` is never sent as a password: with a server that offers neither way for tokens, XOAUTH2 is tried all
    the same and its refusal is the server's own word. A password goes out as it is only where `encrypted`. None
    means that only the LOGIN command is left, which is the caller's to allow. LocalProtocolError for a secret that
    cannot be carried.
    """
    offered = {name.removeprefix("AUTH=") for name in capabilities if name.startswith("AUTH=")} - set(without)
    if token:
        if "OAUTHBEARER" in offered:
            return OAuthBearer(user, secret, host, port)
        return XOAuth2(user, secret)
    if "SCRAM-SHA-256" in offered:
        try:
            return ScramSha256(user, secret)
        except LocalProtocolError:
            pass  # characters that SASLprep forbids: a simpler mechanism may carry them
    if encrypted and "PLAIN" in offered:
        return Plain(user, secret)
    if encrypted and "LOGIN" in offered:
        return Login(user, secret)
    if "CRAM-MD5" in offered:
        return CramMd5(user, secret)
    return None
