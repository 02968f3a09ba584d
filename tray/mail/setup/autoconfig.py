"""Reads Mozilla's autoconfig file ``config-v1.1.xml``, in which a domain names its mail servers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from tray.mail.model.account import DEFAULT_PORTS, Security
from tray.mail.model.host_names import host_key, is_host_name
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import NoReturn

SIZE_LIMIT = 65_536
"""Bytes of a file; a larger one is refused."""
_PIECE = 64  # bytes; within one piece a document type, once found, is read on, and entities are expanded
_TEXT_LIMIT = 512  # characters of one value
_PORT_MAX = 65_535
_PORT = re.compile("[0-9]{1,5}")
_SECURITY = {"SSL": Security.TLS, "STARTTLS": Security.STARTTLS}
_OUTGOING_PORTS = {Security.TLS: 465, Security.STARTTLS: 587}
_PASSWORDS = frozenset(
    {"password-cleartext", "plain", "password-encrypted", "secure"}
)  # the short ones are old
_OAUTH = "OAuth2"


class AutoconfigError(Exception):
    """The file cannot be used; the text says why, and repeats nothing of the file."""


@dataclass(frozen=True, slots=True)
class Server:
    """An encrypted server in the file."""

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
    outgoing: tuple[Server, ...] = ()
    """Encrypted servers that take mail, the best first."""


def read(data: bytes, email: str) -> Config:
    """The configuration in `data` for `email` (a valid address); raises AutoconfigError for any other `data`.

    Document types are refused, so there are no entities to expand or to fetch.
    """
    if len(data) > SIZE_LIMIT:
        raise AutoconfigError("it is too large")
    parser = XMLParser(target=_Builder())  # noqa: S314 -- no document types
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
        root = parser.close()
    except (ParseError, LookupError, ValueError) as error:  # LookupError: unknown encoding
        raise AutoconfigError("it is not valid XML") from error
    if root.tag != "clientConfig" or root.find("emailProvider") is None:
        raise AutoconfigError("it is not an autoconfig file")
    local, _, domain = email.rpartition("@")
    placeholders = {"%EMAILADDRESS%": email, "%EMAILLOCALPART%": local, "%EMAILDOMAIN%": domain}
    named = _servers(root, "incomingServer", "imap", placeholders)
    servers = _encrypted(named, DEFAULT_PORTS)
    weak = len(servers) < len(named)
    outgoing = _encrypted(_servers(root, "outgoingServer", "smtp", placeholders), _OUTGOING_PORTS)
    pages = (_web(page.get("url", "")) for page in root.iterfind(".//webMail//loginPage"))
    return Config(servers, next(filter(None, pages), ""), weak, outgoing)


class _Builder(TreeBuilder):
    def doctype(self, *_: object) -> NoReturn:
        """Refuse a document type."""
        raise AutoconfigError("it has a document type")


def _servers(root: Element, name: str, kind: str, placeholders: Mapping[str, str]) -> list[Server]:
    elements = root.iterfind(f"emailProvider/{name}")
    named = (
        _server(element, placeholders) for element in elements if element.get("type", "").lower() == kind
    )
    return [server for server in named if server is not None]


def _encrypted(servers: Iterable[Server], ports: Mapping[Security, int]) -> tuple[Server, ...]:
    """Those with encryption, the best first."""
    found = [server for server in servers if server.security is not Security.NONE]
    found.sort(
        key=lambda server: (server.security is not Security.TLS, server.port != ports[server.security])
    )
    return tuple(found)


def _server(element: Element, placeholders: Mapping[str, str]) -> Server | None:
    """The server, perhaps without encryption; None for an invalid one."""

    def value(name: str) -> str:
        text = element.findtext(name, "").strip()
        for placeholder, filled_in in placeholders.items():
            text = text.replace(placeholder, filled_in)
        return text if len(text) < _TEXT_LIMIT else ""

    host, port, user = host_key(value("hostname")), value("port"), value("username")
    if not is_host_name(host) or not _PORT.fullmatch(port) or not 0 < int(port) <= _PORT_MAX:
        return None
    methods = [(method.text or "").strip() for method in element.iterfind("authentication")]
    return Server(
        host,
        int(port),
        _SECURITY.get(value("socketType"), Security.NONE),
        user if "%" not in user and user.isprintable() else "",
        oauth=_OAUTH in methods,
        password=not methods or not _PASSWORDS.isdisjoint(methods),
    )


def _web(url: str) -> str:
    """`url` where it is a plain https address, else empty; a file may hold unknown placeholders."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].lower()
    fit = url.isascii() and url.isprintable() and not set(url) & set(' %{}"<>')
    return url if fit and scheme == "https" and is_host_name(host) and len(url) <= _TEXT_LIMIT else ""
