"""Authentication (RFC 4422): mechanisms as small machines that take challenges and give answers, and their choice."""

from __future__ import annotations

from tray.imap.errors import SaslError
from tray.imap.sasl.choice import choose_mechanism, may_be_the_mechanism
from tray.imap.sasl.mechanism import CramMd5, External, LoginMechanism, Mechanism, Plain, decode_challenge
from tray.imap.sasl.oauth import OAuthBearer, XOAuth2
from tray.imap.sasl.scram import ScramSha256

__all__ = [
    "CramMd5",
    "External",
    "LoginMechanism",
    "Mechanism",
    "OAuthBearer",
    "Plain",
    "SaslError",
    "ScramSha256",
    "XOAuth2",
    "choose_mechanism",
    "decode_challenge",
    "may_be_the_mechanism",
]
