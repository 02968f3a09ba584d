"""An account: its server, its user, and the source of its secret (never the secret itself)."""

from __future__ import annotations

import enum
import re
from dataclasses import replace
from typing import NewType

from tray.imap.types import INBOX, MailboxName
from tray.values import dataclass

AccountId = NewType("AccountId", str)
"""Short random key that never changes; state and secrets are stored under it, so an account can be renamed."""

SWATCHES = ("#f4f4f4", "#303030")
"""Drawn around a dot, the outer one first: one of the two contrasts with any background."""

_COLOUR = re.compile("#[0-9a-f]{6}", re.ASCII)


class Security(enum.Enum):
    """How the connection is protected; there is no opportunistic encryption."""

    TLS = "tls"
    """Implicit TLS, port 993 (RFC 8314)."""
    STARTTLS = "starttls"
    """Upgrade in place, mandatory: without it no credential is sent. Port 143."""
    NONE = "none"
    """Cleartext, port 143; refused for any host but this machine unless `allow_cleartext` is set."""


DEFAULT_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}


class Login(enum.Enum):
    """What the account logs in with."""

    PASSWORD = "password"  # noqa: S105 -- the name of a method, not a password
    TOKEN = "token"  # noqa: S105
    """An OAuth2 access token, as token commands print it (XOAUTH2, OAUTHBEARER)."""
    CERTIFICATE = "certificate"
    """The client certificate; there is no secret (SASL EXTERNAL, RFC 4422, appendix A)."""


class SecretSource(enum.Enum):
    """Where the secret of an account comes from."""

    KEYRING = "keyring"
    """The system's keyring."""
    COMMAND = "command"
    """The first line that `password_command` prints."""
    ASK = "ask"
    """Asked for at each start, kept in memory only."""
    FILE = "insecure-file"
    """A file of mode 0600 in the profile, for machines without a keyring."""
    OAUTH = "oauth"
    """Tokens in the keyring, from a sign-in with the provider in the browser."""
    ONLINE = "online-accounts"
    """The desktop's online accounts (GNOME), asked at each log-in; nothing is kept."""

    @property
    def in_keyring(self) -> bool:
        """Whether the program stores it in the keyring."""
        return self in {SecretSource.KEYRING, SecretSource.OAUTH}

    @property
    def is_kept(self) -> bool:
        """Whether the program stores it beyond its own end."""
        return self.in_keyring or self is SecretSource.FILE


@dataclass(frozen=True, slots=True)
class Account:
    """One mail account; see `tray.mail.settings.settings` for its form in the settings file."""

    id: AccountId
    """A short random text that never changes: the key of its state and secrets. Made where it is missing."""
    name: str
    """What the user calls it; unique among the accounts."""
    email: str
    """The address, from which an empty `user` is taken."""
    host: str
    """The IMAP server: a name or an address."""
    user: str
    """The user name for the log-in."""
    port: int = 993
    """The server's port; the usual one of `security` where the file has none."""
    security: Security = Security.TLS
    """How the connection is protected."""
    login: Login = Login.PASSWORD
    """What the secret is."""
    secret: SecretSource = SecretSource.KEYRING
    """Where the secret comes from; it is never in this file."""
    password_command: str = ""
    """A shell command whose first line of output is the secret, run when `secret` is ``"command"``."""
    ca_file: str = ""
    """A PEM file of roots to trust for this account instead of the system's; empty for the system's."""
    pinned: str = ""
    """The SHA-256 fingerprint of the one certificate to trust, 64 hexadecimal digits; empty for any with a trusted
    root."""
    mailboxes: tuple[MailboxName, ...] = (INBOX,)
    """The folders that are watched, by their names on the server."""
    webmail: str = ""
    """The https address that opens the mail in a browser; empty for the mail program."""
    open_command: str = ""
    """A command that opens a mail, used instead of `webmail`. It runs without a shell unless it needs one; ``{uid}``,
    ``{mailbox}``, ``{message_id}``, ``{account}`` and ``{email}`` are filled in, in `webmail` too."""
    enabled: bool = True
    """Whether the account is watched."""
    allow_cleartext: bool = False
    """Whether ``security = "none"`` is allowed for a host that is not this machine: the password can be read on the
    way."""
    oauth: str = ""
    """The provider of the sign-in when `secret` is ``"oauth"``, such as ``"google"``."""
    online_account: str = ""
    """The id among the desktop's online accounts when `secret` is ``"online-accounts"``."""
    proxy: str = ""
    """``socks5://host:port`` or ``http://host:port`` to connect through; empty for a direct connection."""
    client_certificate: str = ""
    """A PEM file of the certificate that is shown to the server; empty for none."""
    client_key: str = ""
    """A PEM file of its key; empty where both stand in one file."""
    outgoing: str = ""
    """The server that takes replies: ``smtps://host:port`` (TLS) or ``smtp://host:port`` (STARTTLS); empty until it is
    found by itself, with the first reply."""
    colour: str = ""
    """The colour that marks the account, ``#rrggbb``; one is given where it is empty."""
    sound: str = ""
    """The sound of its toasts: a path, ``mailbell``, or a name of the desktop's sound theme; ``none`` for silence, and
    empty for what the desktop does by itself."""
    muted: bool = False
    """Whether its mails are counted and listed, but never announced."""
    quiet_hours: tuple[str, ...] = ()
    """Times in which its mails are counted but not announced; their end announces them."""

    @property
    def uses_token(self) -> bool:
        """Whether the account logs in with an access token."""
        return self.login is Login.TOKEN or self.secret is SecretSource.OAUTH

    @property
    def connection_key(self) -> Account:
        """The account without the fields that do not affect connections: equal where no reconnection is needed.

        A new field counts as affecting connections until it is listed below.
        """
        return replace(
            self,
            name="",
            email="",
            mailboxes=(INBOX,),
            webmail="",
            open_command="",
            outgoing="",
            colour="",
            sound="",
            muted=False,
            quiet_hours=(),
        )


def is_colour(text: str) -> bool:
    """Whether `text` is ``#rrggbb`` in lower case."""
    return _COLOUR.fullmatch(text) is not None
