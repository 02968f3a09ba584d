"""mbsync (isync): the IMAP accounts of ``.mbsyncrc`` or ``isyncrc``.

Lines are split as in src/config.c (quotes, backslashes, ``#``), keywords are those of imap_parse_store in
src/drv_imap.c. ``Pass`` is never read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.importers.candidates import (
    LIMIT,
    ImportResult,
    SourceProgram,
    account_prefix,
    build,
    clean,
    number,
    with_command,
    with_note,
)
from tray.mail.model.account import Login, SecretSource, Security

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.mail.importers.candidates import ForeignAccount

_ACCOUNTS = {"imapaccount", "imapstore"}
_SECTIONS = _ACCOUNTS | {"maildirstore", "channel", "group"}
_SECURITY = {"imaps": Security.TLS, "starttls": Security.STARTTLS, "none": Security.NONE}
_PREFIXES = {"imaps:": Security.TLS, "imap:": Security.STARTTLS}
_SECRETS = {"pass"}
_TOKENS = {"xoauth2", "oauthbearer"}
_TICKETS = {"gssapi", "ntlm"}
_SYSTEM_ROOTS = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/tls/cert.pem",
    "/etc/ca-certificates/extracted/tls-ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/usr/share/ssl/certs/ca-bundle.crt",
    "/usr/local/etc/openssl/cert.pem",
}

Keys = dict[str, list[str]]


def parse(text: str, place: str, home: str, folder: str) -> ImportResult:
    """The accounts in a file of `folder`; `home` replaces ``~``. Never raises."""
    found = (_offer(name, keys, place, home, folder) for name, keys in _accounts(text))
    return ImportResult.of(found)


def _accounts(text: str) -> list[tuple[str, Keys]]:
    """The sections that describe a server; an empty line ends one."""
    found: list[tuple[str, Keys]] = []
    keys: Keys | None = None
    for line in text.splitlines():
        try:
            words = list(_words(line))
        except ValueError:  # an open quote: mbsync ignores that line as well
            continue
        if not words:
            if "#" not in line:
                keys = None
            continue
        keyword, *values = words
        keyword = keyword.lower()
        if keyword in _SECTIONS:
            keys = None
            if keyword in _ACCOUNTS and values and len(found) < LIMIT:
                keys = {}
                found.append((values[0], keys))
        elif keys is not None and values and keyword not in _SECRETS:
            keys[keyword] = values
    # A store without them refers to an account, or only says where its folders are.
    return [(name, keys) for name, keys in found if "host" in keys or "tunnel" in keys]


def _words(line: str) -> Iterator[str]:
    """The words of a line (get_arg); raises ValueError for an unfinished quote or escape."""
    word: list[str] | None = None
    escaped = quoted = False
    for character in line:
        if word is None:
            if character.isspace():
                continue
            if character == "#":
                return
            word = []
        if escaped:
            escaped = False
            word.append(character)
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character.isspace() and not quoted:
            yield "".join(word)
            word = None
        else:
            word.append(character)
    if escaped or quoted:
        raise ValueError
    if word is not None:
        yield "".join(word)


def _offer(name: str, keys: Keys, place: str, home: str, folder: str) -> ForeignAccount | str:
    def get(keyword: str) -> str:
        return keys.get(keyword, [""])[0]

    if get("tunnel"):
        return account_prefix(SourceProgram.MBSYNC, place, name) + tr(
            "it reaches its server through a tunnel command, which Mailbell cannot use."
        )
    if not get("user") and get("usercmd"):
        return account_prefix(SourceProgram.MBSYNC, place, name) + tr(
            "its user name comes from a command, which Mailbell does not run; add the account by hand."
        )
    host, security = _server(get)
    offer = build(
        SourceProgram.MBSYNC,
        place,
        name=name,
        host=host,
        user=get("user"),
        port=number(get("port")),
        security=security,
    )
    return _with_secret(_with_certificates(offer, get, home, folder), keys)


def _server(get: _Get) -> tuple[str, Security]:
    host = get("host")
    # STARTTLS is the default, which was optional in older versions.
    security = Security.STARTTLS
    for prefix, value in _PREFIXES.items():  # until version 1.1
        if host.lower().startswith(prefix):
            host, security = host[len(prefix) :], value
    if get("useimaps").lower() in {"yes", "true", "on", "1"}:
        security = Security.TLS
    return host, _SECURITY.get((get("tlstype") or get("ssltype")).lower(), security)


def _with_certificates(offer: ForeignAccount, get: _Get, home: str, folder: str) -> ForeignAccount:
    """The offer with the certificate files of the configuration."""
    account = offer.account
    roots = _path(get("certificatefile"), home, folder)
    if roots and roots not in _SYSTEM_ROOTS and account.security is not Security.NONE:
        account = replace(account, ca_file=roots)
        offer = with_note(offer, tr("Only the certificates in {file} are trusted.").format(file=roots))
    return replace(
        offer,
        account=replace(
            account,
            client_certificate=_path(get("clientcertificate"), home, folder),
            client_key=_path(get("clientkey"), home, folder),
        ),
    )


def _with_secret(offer: ForeignAccount, keys: Keys) -> ForeignAccount | str:
    """The offer with log-in and secret, or a complaint."""
    account = offer.account
    methods = {method.lower() for method in keys.get("authmechs", keys.get("authmech", []))}
    if methods == {"external"} and account.client_certificate:
        return replace(offer, account=replace(account, login=Login.CERTIFICATE))
    command = keys.get("passcmd", [""])[0].removeprefix("+")
    if command.strip():  # "+" means that the command may write to the terminal
        return with_command(offer, command, Login.TOKEN if methods and methods <= _TOKENS else Login.PASSWORD)
    if methods and methods <= _TOKENS:
        return replace(offer, account=replace(account, secret=SecretSource.OAUTH))
    if methods and methods <= _TICKETS:
        return with_note(offer, tr("It signs in by Kerberos or NTLM there; here it needs a password."))
    return offer


def _path(text: str, home: str, folder: str) -> str:
    """The path as by expand_strdup; empty for none, and for the home of another user."""
    path = clean(text)
    if path == "~" or path.startswith("~/"):
        return home + path[1:]
    if not path or path.startswith("~"):
        return ""
    return path if path.startswith("/") else f"{folder}/{path}"


if TYPE_CHECKING:
    from collections.abc import Callable

    _Get = Callable[[str], str]
