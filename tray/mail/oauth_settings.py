"""What the user sets up for OAuth2 sign-ins: a client id of one's own, and perhaps a server of one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.account import Account, AccountId, SecretSource
from tray.mail.fields import PlainText, Setting, YesNo
from tray.mail.kinds import AsItIs, AsList, NotTaken
from tray.mail.oauth_providers import is_endpoint, is_redirect, with_client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.mail.oauth_providers import OAuthProvider

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """One ``[[oauth]]`` table of the settings; what is empty is as we ship it for a provider of that id."""

    id: str
    """A provider that we know, or a name of the user's for another one."""
    client_id: str
    """By which the provider knows the program; we ship none."""
    has_secret: bool = False
    """Whether a client secret is kept for it, in the keyring under `keeper`."""
    name: str = ""
    authorize: str = ""
    token: str = ""
    device: str = ""
    scopes: tuple[str, ...] = ()
    redirect: str = ""
    issuer: str = ""


def keeper(client: str) -> Account:
    """Under what the client secret for a provider is kept: an account of its own to whoever keeps secrets."""
    return Account(
        id=AccountId(f"oauth/{client}"),
        name=tr("the client secret for {provider}").format(provider=client),
        email="",
        host="",
        user="",
        secret=SecretSource.KEYRING,
    )


class ShortName(AsItIs):
    """The id of a provider."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("a short name of small letters, digits, dots and dashes")

    def read(self, value: object) -> str:
        """The name itself."""
        if not isinstance(value, str) or not _ID.fullmatch(value):
            raise NotTaken(self.expected)
        return value


class Scopes(AsList):
    """What a sign-in asks for (RFC 6749, 3.3)."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("a list of scopes in quotes, without spaces in them")

    def read(self, value: object) -> tuple[str, ...]:
        """The scopes."""
        if not isinstance(value, list) or not all(isinstance(each, str) and is_scope(each) for each in value):
            raise NotTaken(self.expected)
        return tuple(value)


class Endpoint(AsItIs):
    """An address to which secrets may be sent, or nothing."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("an address that begins with https://")

    def read(self, value: object) -> str:
        """The address itself; http only where it does not leave this machine."""
        if not isinstance(value, str) or (value and not is_endpoint(value)):
            raise NotTaken(self.expected)
        return value


class Redirect(AsItIs):
    """An address of this machine, or nothing."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("an address of this machine such as http://127.0.0.1/ or http://localhost:8080/")

    def read(self, value: object) -> str:
        """The address itself."""
        if not isinstance(value, str) or (value and not is_redirect(value)):
            raise NotTaken(self.expected)
        return value


OAUTH = (
    Setting("id", ShortName()),
    Setting("client_id", PlainText()),
    Setting("has_secret", YesNo()),
    Setting("name", PlainText()),
    Setting("authorize", Endpoint(), private=True),
    Setting("token", Endpoint(), private=True),
    Setting("device", Endpoint(), private=True),
    Setting("scopes", Scopes()),
    Setting("redirect", Redirect()),
    Setting("issuer", PlainText()),
)


def is_scope(text: str) -> bool:
    """Whether `text` is one scope-token (RFC 6749, 3.3)."""
    return bool(text) and text.isascii() and text.isprintable() and not set(text) & set(' "\\')


def lacking(client: OAuthClient, shipped: Mapping[str, OAuthProvider]) -> str | None:
    """The sentence that says what `client` still needs before anybody can sign in with it; None for nothing."""
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
