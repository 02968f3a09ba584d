"""Reads Mozilla's autoconfig file ``config-v1.1.xml``, in which a domain names its mail servers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from tray.mail.model.account import DEFAULT_PORTS, Security
from tray.mail.model.host_names import host_key
from tray.mail.setup.providers import is_host_name

if TYPE_CHECKING:
    from typing import NoReturn

SIZE_LIMIT = 65_536
"""Bytes of a file; a larger one is refused."""
_DEPTH_LIMIT = 12
_TEXT_LIMIT = 512  # characters of one value
_PORT_MAX = 65_535
_PORT = re.compile("[0-9]{1,5}")
_SECURITY = {"SSL": Security.TLS, "STARTTLS": Security.STARTTLS}
_PASSWORDS = frozenset(
    {"password-cleartext", "plain", "password-encrypted", "secure"}
)  # the short ones are old
_OAUTH = "OAuth2"


class AutoconfigError(Exception):
    """The file cannot be used; the text says why, and repeats nothing of the file."""


@dataclass(frozen=True, slots=True)
class Server:
    """An encrypted IMAP server in the file."""

    host: str
    port: int
    security: Security
    user: str
    """The user name for the log-in; empty where the file does not say."""
    oauth: bool
    """Whether it takes OAuth2."""
    password: bool
    """Whether it takes a password."""


@dataclass(frozen=True, slots=True)
class Config:
    """The parts of the file that are used."""

    servers: tuple[Server, ...]
    """The best first: implicit TLS (RFC 8314), the usual port, else in the order of the file."""
    webmail: str
    """https address, or empty."""
    weak: bool
    """Whether it names IMAP servers without encryption, which are not among `servers`."""


def read(data: bytes, email: str) -> Config:
    """The configuration in `data` for `email` (a valid address); raises AutoconfigError for any other `data`.

    Document types are refused, so there are no entities to expand or to fetch.
    """
    if len(data) > SIZE_LIMIT:
        raise AutoconfigError("it is too large")
    reader = _Reader(email)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _forbidden
    parser.EntityDeclHandler = _forbidden
    parser.ExternalEntityRefHandler = _forbidden
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: unknown encoding
        raise AutoconfigError("it is not valid XML") from error
    if not reader.begun:
        raise AutoconfigError("it is not an autoconfig file")
    return reader.config()


def _forbidden(*_: object) -> NoReturn:
    raise AutoconfigError("it has a document type")


class _Reader:
    """Collects the servers and the webmail address in ``clientConfig/emailProvider``."""

    def __init__(self, email: str) -> None:
        local, _, domain = email.rpartition("@")
        self._placeholders = {"%EMAILADDRESS%": email, "%EMAILLOCALPART%": local, "%EMAILDOMAIN%": domain}
        self._path: list[str] = []
        self._text = ""
        self._values: dict[str, list[str]] | None = None
        self._servers: list[Server] = []
        self._webmail = ""
        self._weak = False
        self.begun = False

    def config(self) -> Config:
        """All that was read; the sort keeps the order of equal servers."""
        best = sorted(
            self._servers,
            key=lambda server: (
                server.security is not Security.TLS,
                server.port != DEFAULT_PORTS[server.security],
            ),
        )
        return Config(tuple(best), self._webmail, self._weak)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle a start tag (expat)."""
        self._path.append(name)
        self._text = ""
        if len(self._path) > _DEPTH_LIMIT:
            raise AutoconfigError("it is nested too deep")
        if self._path == ["clientConfig", "emailProvider"]:
            self.begun = True
        elif self._path == ["clientConfig", "emailProvider", "incomingServer"]:
            self._values = {} if attributes.get("type", "").lower() == "imap" else None
        elif name == "loginPage" and "webMail" in self._path and not self._webmail:
            self._webmail = _web(attributes.get("url", ""))

    def text(self, data: str) -> None:
        """Handle a piece of text (expat)."""
        if len(self._text) < _TEXT_LIMIT:
            self._text += data

    def end(self, name: str) -> None:
        """Handle an end tag (expat, which has checked that it matches)."""
        inside = self._path[2:] == ["incomingServer", name]
        self._path.pop()
        if self._values is None:
            return
        if inside:
            self._values.setdefault(name, []).append(self._text.strip())
        elif self._path == ["clientConfig", "emailProvider"]:
            self._add(self._values)
            self._values = None

    def _add(self, values: dict[str, list[str]]) -> None:
        host = host_key(self._filled(values, "hostname"))
        port = self._filled(values, "port")
        if not is_host_name(host) or not _PORT.fullmatch(port) or not 0 < int(port) <= _PORT_MAX:
            return
        security = _SECURITY.get(self._filled(values, "socketType"))
        if security is None:
            self._weak = True
            return
        methods = values.get("authentication", [])
        user = self._filled(values, "username")
        self._servers.append(
            Server(
                host,
                int(port),
                security,
                user if "%" not in user and user.isprintable() else "",
                oauth=_OAUTH in methods,
                password=not methods or not _PASSWORDS.isdisjoint(methods),
            )
        )

    def _filled(self, values: dict[str, list[str]], name: str) -> str:
        text = (values.get(name) or [""])[0]
        if len(text) >= _TEXT_LIMIT:
            return ""
        for placeholder, value in self._placeholders.items():
            text = text.replace(placeholder, value)
        return text


def _web(url: str) -> str:
    """`url` where it is a plain https address, else empty; a file may hold unknown placeholders."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].lower()
    fit = url.isascii() and url.isprintable() and not set(url) & set(' %{}"<>')
    return url if fit and scheme == "https" and is_host_name(host) and len(url) <= _TEXT_LIMIT else ""
