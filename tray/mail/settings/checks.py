"""Errors in the values of an account, and good values for a new one."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.imap.text import misleading, unseen_in_code
from tray.mail.model.account import Account, AccountId, Login, SecretSource, Security, is_colour
from tray.mail.model.host_names import (
    BadHost,
    ascii_host,
    host_key,
    is_loopback,
    not_a_host_name,
    parse_address,
)
from tray.mail.model.toast import is_sound
from tray.mail.settings.fields import PORT_MAX, PORT_MIN, hidden_character
from tray.mail.settings.open_message import web_address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    _Errors = Iterator[tuple[str, str]]  # names of fields, and sentences about them

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
_PUNCTUATION = "-·.\u3002\uff0e\uff61"
"""Characters of host names beside letters and digits; the last are the dots of RFC 3490, 3.1."""
_CODE = frozenset({"email", "user", "webmail", "password_command", "open_command"})
_DISPLAYED = (
    *_CODE,
    "name",
    "ca_file",
    "client_certificate",
    "client_key",
    "online_account",
    "oauth",
    "outgoing",
    "sound",
)
"""Text settings that are shown, logged or run: invisible characters in them are errors. A new one belongs here."""


def guess_account(email: str, account_id: AccountId, taken: Iterable[str] = ()) -> Account:
    """A new account for `email` with the values that most servers need; its name is none of `taken`."""
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
    """`wanted`, followed by a number where it is one of `taken`."""
    used = {name.casefold() for name in taken}
    name, number = wanted, 1
    while name.casefold() in used:
        number += 1
        name = f"{wanted} {number}"
    return name


def duplicate_account_warning(account: Account, others: Iterable[Account]) -> str:
    """A sentence where one of `others` has the same server and user; empty where none has.

    It is no error: the accounts may watch different folders, or have different sounds.
    """
    if not account.host or not account.user:
        return ""
    twins = [other for other in others if other.id != account.id and _login_of(other) == _login_of(account)]
    if not twins:
        return ""
    twin = next((other for other in twins if other.enabled), twins[0])
    watched = tr("“{name}” is the same user on the same server.")
    idle = tr("“{name}” is the same user on the same server, and is switched off.")
    return (watched if twin.enabled else idle).format(name=twin.name)


def _login_of(account: Account) -> tuple[str, str]:
    return host_key(account.host), account.user.casefold()


def account_errors(account: Account, others: Collection[Account]) -> dict[str, str]:
    """One sentence for each field whose value is invalid.

    `others` are the other accounts; one with the same id is an older version of this one and ignored. Whether `ca_file`
    exists is not checked.
    """
    checks = (
        _identity_errors(account, others),
        _connection_errors(account),
        _credential_errors(account),
        _opening_errors(account),
        _network_errors(account),
        _toast_errors(account),
        _invisible_characters(account),
    )
    return dict(error for errors in checks for error in errors)


def _identity_errors(account: Account, others: Collection[Account]) -> _Errors:
    if not account.name.strip():
        yield "name", tr("Give the account a name.")
    elif account.name.casefold() in {other.name.casefold() for other in others if other.id != account.id}:
        yield "name", tr("Another account has this name; choose a different one.")
    if account.email and not _EMAIL.fullmatch(account.email):  # it is not needed to watch, and may be empty
        yield "email", tr("This is no e-mail address; write it like name@example.org.")


def _connection_errors(account: Account) -> _Errors:
    host_error = _host_error(account.host)
    if host_error:
        yield "host", host_error
    if not PORT_MIN <= account.port <= PORT_MAX:
        yield "port", tr("The port is a number from {low} to {high}.").format(low=PORT_MIN, high=PORT_MAX)
    if account.security is Security.NONE:
        local = (
            is_loopback(account.host) and not account.proxy
        )  # behind a proxy, loopback is the proxy's machine
        if not (account.allow_cleartext or local):
            yield (
                "security",
                tr(
                    "Without encryption everybody on the way can read your password; choose TLS or STARTTLS, "
                    "or allow cleartext for this account."
                ),
            )
        if account.pinned:
            yield "pinned", tr("Without encryption there is no certificate to trust; choose TLS or STARTTLS.")


def _host_error(host: str) -> str | None:
    if not host:
        return tr("Enter the name of the mail server, such as imap.example.org.")
    if "://" in host:
        scheme = host.partition("://")[0]
        return tr("Write only the name of the server, without “{scheme}://”.").format(scheme=scheme)
    if host.count(":") == 1:
        return tr("Write only the name of the server; the port has a field of its own.")
    try:
        ascii_host(host)
    except BadHost as error:
        return str(error)
    # Other characters could be invisible, or change the direction of the text beside the name.
    plain = all(char in _PUNCTUATION or unicodedata.category(char)[0] in "LMN" for char in host)
    return None if plain or parse_address(host) else not_a_host_name()


def _credential_errors(account: Account) -> _Errors:
    if not account.user.strip():
        yield "user", tr("Enter the user name that the server knows you by.")
    if account.secret is SecretSource.COMMAND and not account.password_command.strip():
        yield "password_command", tr("Enter the command that prints the password.")
    if account.secret is SecretSource.ONLINE and not account.online_account:
        yield (
            "online_account",
            tr("Import the account from the desktop’s online accounts, or log in another way."),
        )
    if account.secret is SecretSource.OAUTH and not account.oauth:
        yield "oauth", tr("Say whose sign-in it is, such as google, or log in another way.")


def _opening_errors(account: Account) -> _Errors:
    if not account.mailboxes:
        yield "mailboxes", tr("Choose at least one folder, such as INBOX.")
    if account.webmail and not web_address(account.webmail):
        yield (
            "webmail",
            tr("The webmail address must begin with https://, and a placeholder cannot name the site."),
        )
    if account.open_command:
        from tray.mail.settings.open_command import mistake  # noqa: PLC0415 -- most accounts have none

        sentence = mistake(account.open_command)
        if sentence:
            yield "open_command", sentence


def _network_errors(account: Account) -> _Errors:
    if account.proxy:
        from tray.mail.settings.proxy import proxy_error  # noqa: PLC0415 -- most accounts have none

        sentence = proxy_error(account.proxy)
        if sentence:
            yield "proxy", sentence
    if account.outgoing:
        from tray.mail.settings.outgoing import outgoing_error  # noqa: PLC0415 -- most accounts have none

        sentence = outgoing_error(account.outgoing)
        if sentence:
            yield "outgoing", sentence
    if account.login is Login.CERTIFICATE and not account.client_certificate:
        yield "client_certificate", tr("Choose the file of the certificate to log in with.")
    elif account.client_certificate and account.security is Security.NONE:
        yield "client_certificate", tr("Without encryption no certificate is shown; choose TLS or STARTTLS.")
    if account.client_key and not account.client_certificate:
        yield "client_key", tr("A key is of use only with its certificate; choose that, too.")


def _toast_errors(account: Account) -> _Errors:
    if account.colour and not is_colour(account.colour):
        yield "colour", tr("Write the colour like #2457d6, or choose one.")
    if not is_sound(account.sound):
        yield "sound", tr("Give the whole path of a sound file, or a name of the desktop's sound theme.")
    if account.quiet_hours:
        from tray.mail.settings.quiet_hours import InvalidQuietHours, parse  # noqa: PLC0415 -- as above

        try:
            for entry in account.quiet_hours:
                parse(entry)
        except InvalidQuietHours as error:
            yield "quiet_hours", str(error)


def _invisible_characters(account: Account) -> _Errors:
    """Invisible characters make a name look like another one, and hide what a command does."""
    for field in _DISPLAYED:
        text = getattr(account, field)
        code = unseen_in_code(text) if field in _CODE else misleading(text)
        if code:
            yield field, hidden_character(code)
