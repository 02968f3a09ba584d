"""mbsync (isync): the IMAP accounts of ``.mbsyncrc`` or ``isyncrc``.

Lines are split as in src/config.c (quotes, backslashes, ``#``), keywords are those of imap_parse_store in
src/drv_imap.c. ``Pass`` is never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.importers.candidates import LIMIT, ImportResult, clean
from tray.mail.model.account import Login, SecretSource, Security
from tray.mail.model.host_names import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tray.mail.importers.candidates import ForeignAccount, Source

    Get = Callable[[str], str]

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


def parse(text: str, source: Source, home: str, folder: str) -> ImportResult:
    """The accounts in a file of `folder`; `home` replaces ``~``. Never raises."""
    return ImportResult.of(_entry(name, keys, source, home, folder) for name, keys in _accounts(text))


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


def _entry(name: str, keys: Keys, source: Source, home: str, folder: str) -> ForeignAccount | str:
    def get(keyword: str) -> str:
        return keys.get(keyword, [""])[0]

    if get("tunnel"):
        sentence = tr("it reaches its server through a tunnel command, which Mailbell cannot use.")
        return source.complaint(sentence, name)
    if not get("user") and get("usercmd"):
        sentence = tr(
            "its user name comes from a command, which Mailbell does not run; add the account by hand."
        )
        return source.complaint(sentence, name)
    host, security = _server(get)
    notes = []
    roots, certificate, client_key = (
        _path(get(keyword), home, folder) for keyword in ("certificatefile", "clientcertificate", "clientkey")
    )
    if roots in _SYSTEM_ROOTS or (security is Security.NONE and is_loopback(clean(host))):
        roots = ""
    if roots:
        notes.append(tr("Only the certificates in {file} are trusted.").format(file=roots))
    methods = {method.lower() for method in keys.get("authmechs", keys.get("authmech", []))}
    only_tokens = bool(methods) and methods <= _TOKENS
    login, secret, command = Login.PASSWORD, SecretSource.KEYRING, get("passcmd").removeprefix("+").strip()
    if methods == {"external"} and certificate:
        login, command = Login.CERTIFICATE, ""
    elif command:  # "+" means that the command may write to the terminal
        login = Login.TOKEN if only_tokens else Login.PASSWORD
    elif only_tokens:
        secret = SecretSource.OAUTH
    elif methods and methods <= _TICKETS:
        notes.append(tr("It signs in by Kerberos or NTLM there; here it needs a password."))
    return source.entry(
        name=name,
        host=host,
        user=get("user"),
        port=get("port"),
        security=security,
        notes=notes,
        command=command,
        secret=secret,
        login=login,
        ca_file=roots,
        client_certificate=certificate,
        client_key=client_key,
    )


def _server(get: Get) -> tuple[str, Security]:
    host = get("host")
    # STARTTLS is the default, which was optional in older versions.
    security = Security.STARTTLS
    for prefix, value in _PREFIXES.items():  # until version 1.1
        if host.lower().startswith(prefix):
            host, security = host[len(prefix) :], value
    if get("useimaps").lower() in {"yes", "true", "on", "1"}:
        security = Security.TLS
    return host, _SECURITY.get((get("tlstype") or get("ssltype")).lower(), security)


def _path(text: str, home: str, folder: str) -> str:
    """The path as by expand_strdup; empty for none, and for the home of another user."""
    path = clean(text)
    if path == "~" or path.startswith("~/"):
        return home + path[1:]
    if not path or path.startswith("~"):
        return ""
    return path if path.startswith("/") else f"{folder}/{path}"
