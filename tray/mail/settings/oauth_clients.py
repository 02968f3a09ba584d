"""Settings of OAuth2 sign-ins: authorisation servers and the user's client ids."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tray.i18n import tr
from tray.mail.model.account import Account, AccountId, SecretSource
from tray.mail.model.host_names import is_loopback
from tray.mail.settings.fields import AsItIs, AsList, InvalidValue, PlainText, Setting, YesNo
from tray.mail.settings.shipped_tables import read_row, read_text, read_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_TABLE = "oauth"
_URL_LIMIT = 2000
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
"""RFC 8628, 3.4."""


@dataclass(frozen=True, slots=True)
class OAuthProvider:
    """One authorisation server; each field is a key of its table in ``resources/oauth``."""

    id: str
    """Short name that never changes; `tray.mail.setup.providers.Provider.oauth` names it."""
    name: str
    """The name to display."""
    authorize: str = ""
    """Authorisation endpoint (RFC 6749, 3.1); empty where there is only a device code."""
    token: str = ""
    """Token endpoint (RFC 6749, 3.2)."""
    device: str = ""
    """Device authorisation endpoint (RFC 8628, 3.1); empty where there is none for mail."""
    device_grant: str = DEVICE_GRANT
    scopes: tuple[str, ...] = ()
    """The scopes: IMAP, and a refresh token where that is a scope."""
    parameters: tuple[tuple[str, str], ...] = ()
    """More parameters of the authorisation request."""
    redirect: str = "http://127.0.0.1/"
    """The redirect address (RFC 8252, 7.3); without a port, a free one is used each time."""
    issuer: str = ""
    """The issuer in its responses (RFC 9207); empty where it is not known, and not checked."""
    client_secret: bool = False
    """Whether it gives programs a client secret, and requires it."""
    register: str = ""
    """https page that creates a client id."""
    notes: tuple[str, ...] = ()
    """English sentences: what to choose on that page."""


class OAuthProviderError(Exception):
    """A table is invalid; the text says which one and why."""


def parse_oauth_providers(*documents: Mapping[str, object]) -> dict[str, OAuthProvider]:
    """The providers of TOML documents (plain dicts, lists and values) by their ids; raises OAuthProviderError."""
    found: dict[str, OAuthProvider] = {}
    for document in documents:
        tables = document.get(_TABLE, [])
        if not isinstance(tables, list) or len(document) > (_TABLE in document):
            raise OAuthProviderError(f"a file of sign-ins has only tables [[{_TABLE}]]")
        for table in tables:
            provider = _provider(table)
            if provider.id in found:
                raise OAuthProviderError(f"{provider.id} is there twice")
            found[provider.id] = provider
    return found


def is_endpoint(url: str) -> bool:
    """Whether secrets may be sent to `url`: https, or http to this machine."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _URL_LIMIT
    if not (plain and host and parts.username is None and not parts.fragment):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def is_redirect(url: str) -> bool:
    """Whether `url` can be the redirect address: http to this machine (RFC 8252, 7.3)."""
    return is_endpoint(url) and url.startswith("http://") and "?" not in url


def with_client(shipped: Mapping[str, OAuthProvider], client: OAuthClient) -> OAuthProvider:
    """The provider of `client`: its own values over those of the shipped table."""
    base = shipped.get(client.id, OAuthProvider(client.id, client.id))
    own = {
        name: value
        for name in ("name", "authorize", "token", "device", "scopes", "redirect", "issuer")
        if (value := getattr(client, name))
    }
    return replace(base, **own)


def available_providers(
    shipped: Mapping[str, OAuthProvider], clients: Iterable[OAuthClient]
) -> tuple[OAuthProvider, ...]:
    """All providers: those with a client id first, then those that still need one."""
    own = {client.id: with_client(shipped, client) for client in clients}
    return (*own.values(), *(provider for provider in shipped.values() if provider.id not in own))


def _provider(table: object) -> OAuthProvider:
    if not isinstance(table, dict):
        raise OAuthProviderError(f"a file of sign-ins has only tables [[{_TABLE}]]")
    place = table.get("id", "?")
    values = read_row(table, OAuthProvider, _READERS, OAuthProviderError)
    lacking = [key for key in ("id", "name", "token", "scopes") if key not in values]
    if lacking or not ("authorize" in values or "device" in values):
        raise OAuthProviderError(f"{place}: {', '.join(lacking) or 'authorize or device'} is missing")
    return OAuthProvider(**values)


def _read_if(accepts: Callable[[str], object]) -> Callable[[object], str]:
    """A reader of texts for which `accepts` is true."""

    def read(value: object) -> str:
        text = read_text(value)
        if not accepts(text):
            raise ValueError
        return text

    return read


def _read_parameters(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise ValueError  # noqa: TRY004 -- handled with the other values
    return tuple((read_text(key), read_text(text)) for key, text in value.items())


_READERS: dict[str, Any] = {
    "authorize": _read_if(is_endpoint),
    "token": _read_if(is_endpoint),
    "device": _read_if(is_endpoint),
    "register": _read_if(lambda url: url.startswith("https://") and is_endpoint(url.partition("#")[0])),
    "redirect": _read_if(is_redirect),
    "scopes": read_texts,
    "notes": read_texts,
    "parameters": _read_parameters,
    "client_secret": YesNo().read,
}


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """One ``[[oauth]]`` table of the settings; what is empty is as we ship it for a provider of that id."""

    id: str
    """A provider that Mailbell ships (`mailbell oauth list`), or a name of your own for another one."""
    client_id: str
    """By which the provider knows the program."""
    has_secret: bool = False
    """Whether a client secret is kept for it in the keyring."""
    name: str = ""
    """What the provider is called in the dialogs."""
    authorize: str = ""
    """The authorization endpoint (RFC 6749, section 3.1)."""
    token: str = ""
    """The token endpoint (RFC 6749, section 3.2)."""
    device: str = ""
    """The device authorization endpoint (RFC 8628, section 3.1)."""
    scopes: tuple[str, ...] = ()
    """What is asked for; one of them has to allow reading mail."""
    redirect: str = ""
    """The address that the browser is sent back to; empty for one of a free port."""
    issuer: str = ""
    """The issuer that answers have to name (RFC 9207); empty for any."""


def find_client(clients: Iterable[OAuthClient], provider: str) -> OAuthClient | None:
    """The client for the provider of that id, None for none."""
    return next((client for client in clients if client.id == provider), None)


def credential_account(client: str) -> Account:
    """The account under whose id the secret store keeps the client secret for a provider."""
    return Account(
        id=AccountId(f"oauth/{client}"),
        name=tr("the client secret for {provider}").format(provider=client),
        email="",
        host="",
        user="",
        secret=SecretSource.KEYRING,
    )


class CheckedText(AsItIs):
    """A text for which `accepts` is true; `expected` returns the phrase for errors."""

    __slots__ = ("_accepts", "_expected")

    def __init__(self, accepts: Callable[[str], object], expected: Callable[[], str]) -> None:
        self._accepts = accepts
        self._expected = expected

    @property
    def expected(self) -> str:
        """The phrase for errors."""
        return self._expected()

    def read(self, value: object) -> str:
        """The text itself."""
        if not isinstance(value, str) or not self._accepts(value):
            raise InvalidValue(self.expected)
        return value


class Scopes(AsList):
    """The scopes of a sign-in (RFC 6749, 3.3)."""

    expected = property(lambda _: tr("a list of scopes in quotes, without spaces in them"))

    def read(self, value: object) -> tuple[str, ...]:
        """The scopes."""
        if not isinstance(value, list) or not all(
            isinstance(scope, str) and is_scope(scope) for scope in value
        ):
            raise InvalidValue(self.expected)
        return tuple(value)


_NAME = CheckedText(
    re.compile(r"[a-z0-9][a-z0-9.-]{0,39}").fullmatch,
    lambda: tr("a short name of small letters, digits, dots and dashes"),
)
_ENDPOINT = CheckedText(
    lambda url: not url or is_endpoint(url), lambda: tr("an address that begins with https://")
)
_REDIRECT = CheckedText(
    lambda url: not url or is_redirect(url),
    lambda: tr("an address of this machine such as http://127.0.0.1/ or http://localhost:8080/"),
)

OAUTH = (
    Setting("id", _NAME),
    Setting("client_id", PlainText()),
    Setting("has_secret", YesNo()),
    Setting("name", PlainText()),
    Setting("authorize", _ENDPOINT, private=True),
    Setting("token", _ENDPOINT, private=True),
    Setting("device", _ENDPOINT, private=True),
    Setting("scopes", Scopes()),
    Setting("redirect", _REDIRECT),
    Setting("issuer", PlainText()),
)


def is_scope(text: str) -> bool:
    """Whether `text` is one scope-token (RFC 6749, 3.3)."""
    return bool(text) and text.isascii() and text.isprintable() and not set(text) & set(' "\\')


def missing_fields(client: OAuthClient, shipped: Mapping[str, OAuthProvider]) -> str | None:
    """The sentence that says what `client` still needs for a sign-in; None for nothing."""
    provider = with_client(shipped, client)
    if not client.client_id:
        return tr("{name} needs a client id.").format(name=provider.name)
    if not provider.token or not (provider.authorize or provider.device):
        return tr(
            "“{id}” is not known here: give the addresses of its authorisation server, authorize (or device) and token."
        ).format(id=client.id)
    if not provider.scopes:
        return tr("“{id}” needs the scope that allows to read mail.").format(id=client.id)
    return None
