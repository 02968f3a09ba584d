"""Thunderbird: its profiles, and the IMAP accounts in the ``prefs.js`` of one.

The values of ``socketType`` and ``authMethod`` are those of mailnews/base/public/MailNewsTypes2.idl; the choice
between two host or user names is nsMsgIncomingServer::GetRealHostName's. Passwords are in other files, and never read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.importers.candidates import LIMIT, ImportResult, number
from tray.mail.importers.ini import sections
from tray.mail.model.account import SecretSource, Security
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.mail.importers.candidates import ForeignAccount, Source

PROFILES_LIMIT = 50
_LINE_LIMIT = 10_000

# Thunderbird writes one setting on a line, so that a damaged one affects no other.
_PREFERENCE = re.compile(
    r"""[ \t]*(?:user_)?pref[ \t]*\([ \t]*
        (["'])(mail\.(?:accountmanager\.accounts|(?:account|server|identity)\.\w{1,64}\.\w{1,64}))\1
        [ \t]*,[ \t]*
        (?: "((?:[^"\\\n]|\\.)*)" | '((?:[^'\\\n]|\\.)*)' | (-?[0-9]{1,10}|true|false) )
        [ \t]*\)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))")
_ESCAPES = {"n": "\n", "r": "\r"}

_SECURITY = {2: Security.STARTTLS, 3: Security.TLS}
"""0 is none, and 1 was "STARTTLS if it is offered"."""
_OAUTH2 = 10


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile in ``profiles.ini``."""

    name: str
    path: str
    relative: bool
    """Whether `path` is relative to the folder of ``profiles.ini``."""


def profiles(text: str) -> tuple[Profile, ...]:
    """The profiles in a ``profiles.ini``; never raises."""
    found = [
        Profile(keys.get("name", ""), keys["path"], relative=keys.get("isrelative", "1") != "0")
        for section, keys in sections(text).items()
        if section.lower().startswith("profile") and keys.get("path") and "\0" not in keys["path"]
    ]
    return tuple(found[:PROFILES_LIMIT])


def parse(text: str, source: Source) -> ImportResult:
    """The IMAP accounts in a ``prefs.js``; never raises. News, POP3, feeds and local folders are ignored."""
    preferences = dict(_preferences(text))
    keys = dict.fromkeys(preferences.get("mail.accountmanager.accounts", "").split(","))
    found = (_entry(preferences, key.strip(), source) for key in list(keys)[:LIMIT])
    return ImportResult.of(entry for entry in found if entry is not None)


def _preferences(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):  # one search over the whole text would hold the GIL too long
        match = _PREFERENCE.match(line) if len(line) < _LINE_LIMIT and "mail." in line else None
        if match is None:
            continue
        quoted = match[3] if match[3] is not None else match[4]
        yield match[2], match[5] if quoted is None else _ESCAPE.sub(_character, quoted)


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPES.get(match[3], match[3])


def _entry(preferences: dict[str, str], key: str, source: Source) -> ForeignAccount | str | None:
    server = preferences.get(f"mail.account.{key}.server", "")

    def get(name: str) -> str:
        return preferences.get(f"mail.server.{server}.{name}", "")

    if get("type") != "imap":
        return None
    identity = preferences.get(f"mail.account.{key}.identities", "").partition(",")[0].strip()
    email = preferences.get(f"mail.identity.{identity}.useremail", "")
    host = get("realhostname") or get("hostname")
    user = get("realuserName") or get("userName")
    name = get("name") or email or user
    if not host:
        return source.complaint(tr("the name of its server is missing."), name)
    # Before version 3, TLS was the setting "isSecure".
    kind = number(get("socketType")) if get("socketType") else 3 if get("isSecure") == "true" else 0
    method = number(get("authMethod"))
    notes = []
    if method in {5, 6}:
        notes.append(tr("It signs in by Kerberos or NTLM there; here it needs a password."))
    if method == 7:  # noqa: PLR2004 -- External
        notes.append(
            tr(
                "It signs in with a certificate there; give the files of the certificate in the account's settings."
            )
        )
    return source.entry(
        name=name,
        host=host,
        user=user,
        email=email,
        port=get("port"),
        security=_SECURITY.get(kind or 0, Security.NONE),
        notes=notes,
        secret=SecretSource.OAUTH if method == _OAUTH2 else SecretSource.KEYRING,
    )
