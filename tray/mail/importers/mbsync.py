"""mbsync (isync): the IMAP accounts of ``.mbsyncrc`` or ``isyncrc``.

Words are divided as src/config.c does (quotes, backslashes, ``#``), keywords are those of imap_parse_store in
src/drv_imap.c. ``Pass`` is never looked at.
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
    """The accounts of a configuration in `folder`, whose ``~`` is `home`; never raises."""
    found = (_offer(name, keys, place, home, folder) for name, keys in _accounts(text))
    return ImportResult.of(each for each in found if each is not None)


def _accounts(text: str) -> list[tuple[str, Keys]]:
    """The sections that describe a server; an empty line ends one."""
    found: list[tuple[str, Keys]] = []
    keys: Keys | None = None
    for line in text.splitlines():
        try:
            words = list(_words(line))
        except ValueError:  # a quote that is not closed: mbsync passes that line over as well
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
    # A store that only names its account, or only says where its folders are, describes no server.
    return [(name, keys) for name, keys in found if "host" in keys or "tunnel" in keys]


def _words(line: str) -> Iterator[str]:
    """As get_arg does; ValueError for a quote or an escape that does not end."""
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
    return _signed_in(_trusting(offer, get, home, folder), keys)


def _server(get: _Get) -> tuple[str, Security]:
    host = get("host")
    # Without a word on it, it is STARTTLS that is meant, which older versions did not insist on.
    security = Security.STARTTLS
    for prefix, meant in _PREFIXES.items():  # until version 1.1
        if host.lower().startswith(prefix):
            host, security = host[len(prefix) :], meant
    if get("useimaps").lower() in {"yes", "true", "on", "1"}:
        security = Security.TLS
    said = get("tlstype") or get("ssltype")
    return host, _SECURITY.get(said.lower(), security)


def _trusting(offer: ForeignAccount, get: _Get, home: str, folder: str) -> ForeignAccount:
    """With the certificates of the files that are named there."""
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


def _signed_in(offer: ForeignAccount, keys: Keys) -> ForeignAccount | str:
    """With the command that prints the secret, and with what the secret is."""
    account = offer.account
    ways = {way.lower() for way in keys.get("authmechs", keys.get("authmech", []))}
    if ways == {"external"} and account.client_certificate:
        return replace(offer, account=replace(account, login=Login.CERTIFICATE))
    command = keys.get("passcmd", [""])[0].removeprefix("+")
    if command.strip():  # "+" only says that the command may write to the terminal
        return with_command(offer, command, Login.TOKEN if ways and ways <= _TOKENS else Login.PASSWORD)
    if ways and ways <= _TOKENS:
        return replace(offer, account=replace(account, secret=SecretSource.OAUTH))
    if ways and ways <= _TICKETS:
        return with_note(offer, tr("It signs in by Kerberos or NTLM there; here it needs a password."))
    return offer


def _path(text: str, home: str, folder: str) -> str:
    """A path as expand_strdup makes it; empty for none, and for the home of somebody else."""
    path = clean(text)
    if path == "~" or path.startswith("~/"):
        return home + path[1:]
    if not path or path.startswith("~"):
        return ""
    return path if path.startswith("/") else f"{folder}/{path}"


if TYPE_CHECKING:
    from collections.abc import Callable

    _Get = Callable[[str], str]
