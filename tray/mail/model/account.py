"""An account: where the mail is, who asks for it, and where the secret comes from (never the secret itself)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import NewType

from tray.imap.types import INBOX, MailboxName

AccountId = NewType("AccountId", str)
"""Short random key that never changes: state and secrets hang on it, so an account can be renamed."""


class Security(enum.Enum):
    """How the connection is protected; there is no "if available"."""

    TLS = "tls"
    """Implicit TLS, port 993 (RFC 8314)."""
    STARTTLS = "starttls"
    """Upgrade in place, mandatory: without it no credential is sent."""
    NONE = "none"
    """Cleartext; refused for any host but loopback unless allowed by name."""


DEFAULT_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}


class Login(enum.Enum):
    """What the secret is."""

    PASSWORD = "password"  # noqa: S105 -- the name of a way, not a password
    TOKEN = "token"  # noqa: S105
    """An OAuth2 access token, as token commands print it (XOAUTH2, OAUTHBEARER)."""
    CERTIFICATE = "certificate"
    """None: the client certificate tells who logs in (SASL EXTERNAL, RFC 4422, appendix A)."""


class SecretSource(enum.Enum):
    """Where the secret of an account comes from."""

    KEYRING = "keyring"
    COMMAND = "command"
    """First line that `Account.password_command` prints."""
    ASK = "ask"
    """Asked for at each start, kept in memory only."""
    FILE = "insecure-file"
    """A file of ours with mode 0600, only where it was asked for by its name."""
    OAUTH = "oauth"
    """Tokens in the keyring, from a sign-in with the provider in the user's browser; see `tray.mail.oauth.flows`."""
    ONLINE = "online-accounts"
    """The desktop's online accounts (GNOME) are asked each time; we keep nothing."""

    @property
    def in_keyring(self) -> bool:
        """Whether we keep it in the keyring."""
        return self in {SecretSource.KEYRING, SecretSource.OAUTH}

    @property
    def is_kept(self) -> bool:
        """Whether we keep it anywhere beyond the end of the program."""
        return self.in_keyring or self is SecretSource.FILE


@dataclass(frozen=True, slots=True)
class Account:
    """One mail account; see `tray.mail.settings.settings` for how it stands in the settings file."""

    id: AccountId
    name: str
    """What the user calls it; unique among the accounts."""
    email: str
    host: str
    user: str
    port: int = 993
    security: Security = Security.TLS
    login: Login = Login.PASSWORD
    secret: SecretSource = SecretSource.KEYRING
    password_command: str = ""
    """Shell command, run when `secret` is COMMAND."""
    ca_file: str = ""
    """PEM file of roots to trust for this account instead of the system's; empty for the system's."""
    pinned: str = ""
    """SHA-256 fingerprint of the one certificate to trust, 64 lower-case hexadecimal digits; empty for any with a
    trusted root. See `tray.net.tls.verification`."""
    mailboxes: tuple[MailboxName, ...] = (INBOX,)
    webmail: str = ""
    """https address that opens the mail in a browser; empty: the mail program."""
    open_command: str = ""
    """Command run to open a mail, before webmail; see `tray.mail.settings.open_message` for its placeholders."""
    enabled: bool = True
    allow_cleartext: bool = False
    """Whether `Security.NONE` was allowed for a host that is not loopback."""
    oauth: str = ""
    """Whose sign-in it is when `secret` is OAUTH, such as ``google``."""
    online_account: str = ""
    """Its id among the desktop's online accounts when `secret` is ONLINE."""
    proxy: str = ""
    """``socks5://host:port`` or ``http://host:port`` to connect through; empty for a direct connection."""
    client_certificate: str = ""
    """PEM file of the certificate that we show the server; empty for none."""
    client_key: str = ""
    """PEM file of its key; empty where both stand in one file."""
    colour: str = ""
    """``#rrggbb`` by which the account is told apart; empty for none."""
    sound: str = ""
    """Sound of its toasts: a path, ``mailbell``, or a name of the desktop's sound theme; ``none`` for silence, empty
    for what the desktop does by itself. See `tray.mail.model.toast`."""
    muted: bool = False
    """Whether its mails are counted and listed, and never told of."""
    quiet_hours: tuple[str, ...] = ()
    """When its mails wait to be told of, such as ``mon-fri 22:00-07:00``; see `tray.mail.settings.quiet_hours`."""


def connection_of(account: Account) -> Account:
    """`account` without all that no connection knows of; equal for two accounts that connect and log in alike.

    A field that is new in `Account` matters until it is named here.
    """
    return replace(
        account,
        name="",
        email="",
        mailboxes=(INBOX,),
        webmail="",
        open_command="",
        colour="",
        sound="",
        muted=False,
        quiet_hours=(),
    )
