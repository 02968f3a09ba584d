"""Reads the file by which a domain tells mail programs its servers (Mozilla's autoconfig, ``config-v1.1.xml``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from tray.mail.model.account import DEFAULT_PORTS, Security
from tray.mail.model.host_names import host_key
from tray.mail.setup.providers import is_host_name

if TYPE_CHECKING:
    from typing import NoReturn

SIZE_MOST = 65_536
"""Bytes of a file that is read at all."""
_DEPTH_MOST = 12
_TEXT_MOST = 512  # characters of one value
_PORT_MOST = 65_535
_SECURITY = {"SSL": Security.TLS, "STARTTLS": Security.STARTTLS}
_PASSWORDS = frozenset(
    {
        "password-cleartext",
        "plain",  # how old files write it
        "password-encrypted",
        "secure",
    }
)
_OAUTH = "OAuth2"


class AutoconfigError(Exception):
    """The file cannot be used; the text says why, in words of ours."""


@dataclass(frozen=True, slots=True)
class Server:
    """An IMAP server that the file names, with encryption."""

    host: str
    port: int
    security: Security
    user: str
    """As the server wants it; empty where the file does not say."""
    oauth: bool
    """Whether it takes OAuth2."""
    password: bool
    """Whether it takes a password."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the file says, as far as we use it."""

    servers: tuple[Server, ...]
    """The best first: TLS from the beginning (RFC 8314), port 993, else in the order of the file."""
    webmail: str
    """https address, or empty."""
    weak: bool
    """Whether it names IMAP servers without encryption, which are not among `servers`."""


def read(data: bytes, email: str) -> Config:
    """What `data` says for `email` (a valid address); raises AutoconfigError, whatever `data` is.

    The parser knows no document types, so there are no entities to expand nor to fetch.
    """
    if len(data) > SIZE_MOST:
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
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: an encoding that nobody knows
        raise AutoconfigError("it is no XML that can be read") from error
    if not reader.begun:
        raise AutoconfigError("it is no autoconfig file")
    return reader.config()


def _forbidden(*_: object) -> NoReturn:
    raise AutoconfigError("it holds a document type, which no such file needs")


class _Reader:
    """Collects what stands in ``clientConfig/emailProvider``."""

    def __init__(self, email: str) -> None:
        local, _, domain = email.rpartition("@")
        self._fill = {
            "%EMAILADDRESS%": email,
            "%EMAILLOCALPART%": local,
            "%EMAILDOMAIN%": domain,
        }
        self._path: list[str] = []
        self._text = ""
        self._values: dict[str, list[str]] | None = None
        self._servers: list[Server] = []
        self._webmail = ""
        self._weak = False
        self.begun = False

    def config(self) -> Config:
        """All that was read; the sort is stable."""
        best = sorted(
            self._servers,
            key=lambda each: (each.security is not Security.TLS, each.port != DEFAULT_PORTS[each.security]),
        )
        return Config(tuple(best), self._webmail, self._weak)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._path.append(name)
        self._text = ""
        if len(self._path) > _DEPTH_MOST:
            raise AutoconfigError("it is nested too deep")
        if self._path == ["clientConfig", "emailProvider"]:
            self.begun = True
        elif self._path == ["clientConfig", "emailProvider", "incomingServer"]:
            self._values = {} if attributes.get("type", "").lower() == "imap" else None
        elif name == "loginPage" and "webMail" in self._path and not self._webmail:
            self._webmail = _web(attributes.get("url", ""))

    def text(self, data: str) -> None:
        """Characters, in pieces."""
        if len(self._text) < _TEXT_MOST:
            self._text += data

    def end(self, name: str) -> None:
        """An element ends; expat has seen to it that it is the one that began last."""
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
        if (
            not is_host_name(host)
            or not port.isascii()
            or not port.isdigit()
            or len(port) > len(str(_PORT_MOST))
        ):
            return
        if not 0 < int(port) <= _PORT_MOST:
            return
        security = _SECURITY.get(self._filled(values, "socketType"))
        if security is None:
            self._weak = True
            return
        ways = values.get("authentication", [])
        user = self._filled(values, "username")
        self._servers.append(
            Server(
                host,
                int(port),
                security,
                user if "%" not in user and user.isprintable() else "",
                oauth=_OAUTH in ways,
                password=not ways or any(way in _PASSWORDS for way in ways),
            )
        )

    def _filled(self, values: dict[str, list[str]], name: str) -> str:
        text = (values.get(name) or [""])[0]
        if len(text) >= _TEXT_MOST:
            return ""
        for placeholder, value in self._fill.items():
            text = text.replace(placeholder, value)
        return text


def _web(url: str) -> str:
    """`url` where it can be opened safely, else nothing; a file may hold placeholders that we do not know."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].lower()
    fit = url.isascii() and url.isprintable() and not any(each in url for each in ' %{}"<>')
    return url if fit and scheme == "https" and is_host_name(host) and len(url) <= _TEXT_MOST else ""
