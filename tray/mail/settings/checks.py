"""What is wrong with an account as it was entered, and good guesses for a new one."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.imap.text import misleading, unseen_in_code
from tray.mail.model.account import Account, AccountId, Login, SecretSource, Security
from tray.mail.model.colour import is_colour
from tray.mail.model.host_names import (
    BadHost,
    ascii_host,
    host_key,
    is_loopback,
    not_a_host_name,
    parse_address,
)
from tray.mail.model.toast import is_sound
from tray.mail.settings.fields import PORT_MAX, PORT_MIN
from tray.mail.settings.open_message import web_address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
_BETWEEN = "-·.\u3002\uff0e\uff61"
"""What stands in the name of a host beside letters and digits; the last are the dots of RFC 3490, 3.1."""
_CODE = frozenset({"email", "user", "webmail", "password_command", "open_command"})
_SEEN = (*_CODE, "name", "ca_file", "client_certificate", "client_key", "online_account", "oauth", "sound")


def guess_account(email: str, account_id: AccountId, taken: Iterable[str] = ()) -> Account:
    """A new account for `email` with what most servers want; the name is none of `taken`."""
    email = email.strip()
    domain = email.rpartition("@")[2].lower()
    return Account(
        id=account_id,
        name=free_name(domain, taken),
        email=email,
        host=f"imap.{domain}" if domain else "",
        user=email,
    )


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """`wanted`, with a number behind it where another account has that name already."""
    used = {name.casefold() for name in taken}
    name, number = wanted, 1
    while name.casefold() in used:
        number += 1
        name = f"{wanted} {number}"
    return name


def duplicate_account_warning(account: Account, others: Iterable[Account]) -> str:
    """A sentence where one of `others` logs in to the same server by the same name; empty where none does.

    No problem: other folders may be watched there, or with other sounds.
    """
    if not account.host or not account.user:
        return ""
    twins = [each for each in others if each.id != account.id and _login_of(each) == _login_of(account)]
    if not twins:
        return ""
    twin = next((each for each in twins if each.enabled), twins[0])
    watched = tr("“{name}” watches this mailbox already.")
    idle = tr("“{name}” has this mailbox already, and is switched off.")
    return (watched if twin.enabled else idle).format(name=twin.name)


def _login_of(account: Account) -> tuple[str, str]:
    return host_key(account.host), account.user.casefold()


def account_errors(account: Account, others: Collection[Account]) -> dict[str, str]:
    """For each field that cannot stay as it is, one sentence for the user; empty when all is well.

    `others` are the other accounts; one with the same id is taken for an older version of this one.
    Whether `ca_file` exists is for the caller to check.
    """
    names = {other.name.casefold() for other in others if other.id != account.id}
    found = {
        "name": _name(account.name, names),
        "email": _email(account.email),
        "host": _host(account.host),
        "port": None if PORT_MIN <= account.port <= PORT_MAX else _port(),
        "security": _security(account),
        "pinned": _pinned(account),
        "user": None if account.user.strip() else tr("Enter the user name that the server knows you by."),
        "password_command": _password_command(account),
        "online_account": _online_account(account),
        "oauth": _oauth(account),
        "mailboxes": None if account.mailboxes else tr("Name at least one mailbox, such as INBOX."),
        "webmail": _webmail(account.webmail),
        "proxy": _proxy(account.proxy),
        "client_certificate": _client_certificate(account),
        "client_key": _client_key(account),
        "open_command": _open_command(account.open_command),
        "colour": _colour(account.colour),
        "sound": _sound(account.sound),
        "quiet_hours": _quiet_hours(account.quiet_hours),
    }
    found.update(
        (field, sentence) for field in _SEEN if (sentence := _unseen(field, getattr(account, field)))
    )
    return {field: sentence for field, sentence in found.items() if sentence is not None}


def _unseen(field: str, text: str) -> str | None:
    """What cannot be seen makes a name look like another one, and a command run what it does not show."""
    code = unseen_in_code(text) if field in _CODE else misleading(text)
    if not code:
        return None
    return tr("There is a character in it that cannot be seen ({code}): type it anew.").format(code=code)


def _proxy(proxy: str) -> str | None:
    if not proxy:
        return None
    from tray.mail.settings.proxy import proxy_error  # noqa: PLC0415 -- most accounts have none

    return proxy_error(proxy)


def _name(name: str, taken: Collection[str]) -> str | None:
    if not name.strip():
        return tr("Give the account a name.")
    if name.casefold() in taken:
        return tr("Another account has this name; choose a different one.")
    return None


def _email(email: str) -> str | None:
    """An address is not needed to look for mail, so it may be empty."""
    if not email or _EMAIL.fullmatch(email):
        return None
    return tr("This is no e-mail address; write it like name@example.org.")


def _host(host: str) -> str | None:
    if not host:
        return tr("Enter the name of the mail server, such as imap.example.org.")
    if "://" in host:
        return tr("Write only the name of the server, without “{scheme}://”.").format(
            scheme=host.partition("://")[0]
        )
    if host.count(":") == 1:
        return tr("Write only the name of the server; the port has a field of its own.")
    try:
        ascii_host(host)
    except BadHost as bad:
        return str(bad)
    return None if _is_plain(host) or parse_address(host) else not_a_host_name()


def _is_plain(host: str) -> bool:
    """Whether nothing in it hides or turns what stands beside it."""
    return all(char in _BETWEEN or unicodedata.category(char)[0] in "LMN" for char in host)


def _port() -> str:
    return tr("The port is a number from {low} to {high}.").format(low=PORT_MIN, high=PORT_MAX)


def _security(account: Account) -> str | None:
    at_home = is_loopback(account.host) and not account.proxy  # behind a proxy, that is the proxy's machine
    if account.security is not Security.NONE or account.allow_cleartext or at_home:
        return None
    return tr(
        "Without encryption everybody on the way can read your password; choose TLS or STARTTLS, "
        "or allow cleartext for this account."
    )


def _pinned(account: Account) -> str | None:
    if not account.pinned or account.security is not Security.NONE:
        return None
    return tr("Without encryption there is no certificate to trust; choose TLS or STARTTLS.")


def _password_command(account: Account) -> str | None:
    if account.secret is not SecretSource.COMMAND or account.password_command.strip():
        return None
    return tr("Enter the command that prints the password.")


def _oauth(account: Account) -> str | None:
    if account.secret is not SecretSource.OAUTH or account.oauth:
        return None
    return tr("Say whose sign-in it is, such as google, or log in another way.")


def _online_account(account: Account) -> str | None:
    if account.secret is not SecretSource.ONLINE or account.online_account:
        return None
    return tr("Take the account over from the desktop's Online Accounts, or log in another way.")


def _webmail(address: str) -> str | None:
    if not address or web_address(address):
        return None
    return tr("The webmail address must begin with https://, and a placeholder cannot name the site.")


def _client_certificate(account: Account) -> str | None:
    if account.login is Login.CERTIFICATE and not account.client_certificate:
        return tr("Choose the file of the certificate to log in with.")
    if account.client_certificate and account.security is Security.NONE:
        return tr("Without encryption no certificate is shown; choose TLS or STARTTLS.")
    return None


def _client_key(account: Account) -> str | None:
    if not account.client_key or account.client_certificate:
        return None
    return tr("A key is of use only with its certificate; choose that, too.")


def _open_command(command: str) -> str | None:
    if not command:
        return None
    from tray.mail.settings.open_command import mistake  # noqa: PLC0415 -- as above

    return mistake(command)


def _colour(colour: str) -> str | None:
    return None if not colour or is_colour(colour) else tr("Write the colour like #2457d6, or choose one.")


def _sound(sound: str) -> str | None:
    if is_sound(sound):
        return None
    return tr("Give the whole path of a sound file, or a name of the desktop's sound theme.")


def _quiet_hours(entries: Collection[str]) -> str | None:
    if not entries:
        return None
    from tray.mail.settings.quiet_hours import InvalidQuietHours, parse  # noqa: PLC0415 -- as above

    try:
        for entry in entries:
            parse(entry)
    except InvalidQuietHours as error:
        return str(error)
    return None
