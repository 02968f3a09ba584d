"""An account: where the mail is, who asks for it, and where the secret comes from (never the secret itself)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
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


class SecretSource(enum.Enum):
    """Where the secret of an account comes from."""

    KEYRING = "keyring"
    COMMAND = "command"
    """First line that `Account.password_command` prints."""
    ASK = "ask"
    """Asked for at each start, kept in memory only."""
    FILE = "insecure-file"
    """A file of ours with mode 0600, only where it was asked for by its name."""


@dataclass(frozen=True, slots=True)
class Account:
    """One mail account; see `tray.mail.settings` for how it stands in the settings file."""

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
    trusted root. See `tray.net.trust`."""
    mailboxes: tuple[MailboxName, ...] = (INBOX,)
    webmail: str = ""
    """https address that opens the mail in a browser; empty: the mail program."""
    open_command: str = ""
    """Command run to open a mail, before webmail; see `tray.mail.opening` for its placeholders."""
    enabled: bool = True
    allow_cleartext: bool = False
    """Whether `Security.NONE` was allowed for a host that is not loopback."""
