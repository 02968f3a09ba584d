"""Settings of OAuth2 sign-ins: authorisation servers and the user's client ids."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tray.i18n import tr
from tray.mail.model.account import Account, AccountId, SecretSource
from tray.mail.model.host_names import is_loopback
from tray.mail.settings.fields import PLAIN_TEXT, YES_NO, Setting, list_of, text
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


def parse_oauth_providers(*documents: Mapping[str, Any]) -> dict[str, OAuthProvider]:
    """The providers of the shipped TOML documents (plain dicts, lists and values), by their ids."""
    tables = (table for document in documents for table in document["oauth"])
    return {table["id"]: OAuthProvider(**{key: _frozen(table[key]) for key in table}) for table in tables}


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value


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


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """One ``[[oauth]]`` table of the settings; what is empty is as we ship it for a provider of that id."""

    id: str
    """A provider that Mailbell ships (`mailbell oauth list`), or a name of your own for another one."""
    client_id: str
    """The id of the program at the provider."""
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


def is_scope(text: str) -> bool:
    """Whether `text` is one scope-token (RFC 6749, 3.3)."""
    return bool(text) and text.isascii() and text.isprintable() and not set(text) & set(' "\\')


_NAME = text(
    lambda: tr("a short name of small letters, digits, dots and dashes"),
    re.compile(r"[a-z0-9][a-z0-9.-]{0,39}").fullmatch,
)
_ENDPOINT = text(lambda: tr("an address that begins with https://"), lambda url: not url or is_endpoint(url))
_REDIRECT = text(
    lambda: tr("an address of this machine such as http://127.0.0.1/ or http://localhost:8080/"),
    lambda url: not url or is_redirect(url),
)
_SCOPES = list_of(
    lambda: tr("a list of scopes in quotes, without spaces in them"),
    text(str, is_scope, tidy=str).read,
)

OAUTH = (
    Setting("id", _NAME),
    Setting("client_id", PLAIN_TEXT),
    Setting("has_secret", YES_NO),
    Setting("name", PLAIN_TEXT),
    Setting("authorize", _ENDPOINT, private=True),
    Setting("token", _ENDPOINT, private=True),
    Setting("device", _ENDPOINT, private=True),
    Setting("scopes", _SCOPES),
    Setting("redirect", _REDIRECT),
    Setting("issuer", PLAIN_TEXT),
)


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
