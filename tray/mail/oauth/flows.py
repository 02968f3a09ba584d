"""OAuth 2 requests, responses and tokens as values (RFC 6749, 7636, 8252, 8628, 9207)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import parse_qsl, urlencode, urlsplit

from tray.i18n import tr
from tray.imap.text import display_safe
from tray.mail.model.secret import Secret
from tray.mail.settings.oauth_clients import DEVICE_GRANT, is_endpoint
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.mail.settings.oauth_clients import OAuthProvider

ANSWER_LIMIT = 64 * 1024
"""Bytes of a response; those of the large providers have four or five thousand."""
DEVICE_INTERVAL = 5.0
"""Seconds between two requests where the server gives none (RFC 8628, 3.2), and added for each `slow_down`."""
RENEW_BEFORE = 300.0
"""Seconds before its end from which an access token is not used; half its life where that is shorter."""
_DEVICE_LIFE = 900.0
_DEVICE_LIFE_LIMIT = 3600.0
_INTERVAL_LIMIT = 120.0
_LIFE_LIMIT = 10 * 365 * 86_400.0
_TEXT_LIMIT = 300
_TOKEN_LIMIT = 16 * 1024
_USER_CODE_LIMIT = 64
_PARAMETERS_LIMIT = 40
_VERSION = 1
"""Of the form in which a token set is stored."""
_VERIFIER_OCTETS = 32  # RFC 7636, 4.1: 43 characters


class OAuthError(Exception):
    """The authorisation server refused; `code` is its error code (RFC 6749, 4.1.2.1 and 5.2; RFC 8628, 3.5)."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.description = description
        """Its text, safe to display; may be empty."""


class MalformedOAuthAnswer(Exception):  # noqa: N818
    """The response is not a valid one of the authorisation server; the text says why, without the response."""


@dataclass(frozen=True, slots=True)
class OAuthClientCredentials:
    """Client id and client secret for a provider (RFC 6749, 2.3.1)."""

    provider: OAuthProvider
    client_id: str
    secret: Secret | None = None
    """The client secret; None where the provider has none."""

    def form(self, **fields: str) -> dict[str, str]:
        """`fields` with client id and client secret, as a form for the provider."""
        fields["client_id"] = self.client_id
        if self.secret is not None:
            fields["client_secret"] = self.secret.reveal()
        return fields


class NewerTokenSet(ValueError):  # noqa: N818 -- a state, not a defect
    """A token set was stored by a newer version of the program."""


@dataclass(frozen=True, slots=True, repr=False)
class TokenSet:
    """The tokens of a sign-in, stored in the keyring as one line."""

    provider: str
    """The `OAuthProvider.id`."""
    access: str
    obtained: float
    """Unix seconds."""
    expires: float | None = None
    """Unix seconds when `access` expires; None where that is unknown."""
    refresh: str = ""
    """The refresh token; empty where the server gave none."""

    def __repr__(self) -> str:
        return f"TokenSet({self.provider!r}, …)"

    def fresh(self, now: float) -> bool:
        """Whether the access token does not need to be renewed yet."""
        if self.expires is None:
            return True
        return now < self.expires - min(RENEW_BEFORE, (self.expires - self.obtained) / 2)

    def alive(self, now: float) -> bool:
        """Whether the access token has not expired yet."""
        return self.expires is None or now < self.expires

    def to_secret(self) -> Secret:
        """The form for the keyring."""
        document = {
            "version": _VERSION,
            "provider": self.provider,
            "access": self.access,
            "obtained": self.obtained,
            "expires": self.expires,
            "refresh": self.refresh,
        }
        return Secret(json.dumps(document))

    @classmethod
    def from_secret(cls, secret: Secret) -> TokenSet:
        """The token set in a secret of the keyring; raises ValueError, which does not show it, for any other.

        One of a newer version raises `NewerTokenSet`.
        """
        try:
            document = json.loads(secret.reveal())
            newer = document.get("version", 1) > _VERSION  # an early 0.1.0 wrote none
            if not newer:
                provider, access, refresh = (document[key] for key in ("provider", "access", "refresh"))
                obtained, expires = document["obtained"], document["expires"]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise ValueError("no token set") from None
        if newer:
            raise NewerTokenSet
        if not all(isinstance(text, str) for text in (provider, access, refresh)) or not access:
            raise ValueError("no token set")
        if not _is_number(obtained) or not (expires is None or _is_number(expires)):
            raise ValueError("no token set")
        return cls(provider, access, float(obtained), None if expires is None else float(expires), refresh)


@dataclass(frozen=True, slots=True)
class OpenPage:
    """The sign-in waits for the user to open `url` in the browser."""

    url: str


@dataclass(frozen=True, slots=True)
class EnterCode:
    """The sign-in waits for the user to type `code` at `url`, on any device."""

    code: str
    url: str
    filled_in: str
    """`url` with the code in it; empty where the server gave none."""
    until: float
    """Seconds from now until the code expires."""


Progress = OpenPage | EnterCode


@dataclass(frozen=True, slots=True, repr=False)
class DeviceCode:
    """The response of the device authorisation endpoint."""

    secret: str
    """The device code."""
    shown: EnterCode
    interval: float

    def __repr__(self) -> str:
        return "DeviceCode(…)"


@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """One sign-in through the browser, with the values that its answer must match."""

    client: OAuthClientCredentials
    redirect: str
    state: str
    verifier: str

    def __repr__(self) -> str:
        return f"Attempt({self.client.provider.id!r}, …)"

    @property
    def challenge(self) -> str:
        """The code challenge of the method S256 (RFC 7636, 4.2)."""
        return urlsafe_b64encode(sha256(self.verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")

    def url(self, email: str = "") -> str:
        """The authorisation request, to open in the browser (RFC 6749, 4.1.1)."""
        provider = self.client.provider
        parameters = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.redirect,
            "scope": " ".join(provider.scopes),
            "state": self.state,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **({"login_hint": email} if email else {}),
            **dict(provider.parameters),
        }
        address = provider.authorize
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(parameters)}"

    def code(self, query: str) -> str | None:
        """The authorisation code in the query of the redirect; None where it does not belong to this attempt.

        Raises OAuthError for an error (RFC 6749, 4.1.2.1), and MalformedOAuthAnswer where the issuer is known and
        missing or different (RFC 9207, 2.4).
        """
        try:
            pairs = parse_qsl(
                query, keep_blank_values=True, max_num_fields=_PARAMETERS_LIMIT, errors="strict"
            )
        except ValueError:
            return None
        parameters = dict(pairs)
        if len(parameters) < len(pairs) or not _same(parameters.get("state", ""), self.state):
            return None
        if not (parameters.get("code") or parameters.get("error")):
            return None
        issuer = self.client.provider.issuer
        if issuer and parameters.get("iss") != issuer:
            raise MalformedOAuthAnswer(tr("the answer came from another server than the one that was asked"))
        if parameters.get("error"):
            raise OAuthError(_short(parameters["error"]), _short(parameters.get("error_description", "")))
        return parameters["code"]

    def exchange(self, code: str) -> dict[str, str]:
        """The form that asks the token endpoint for tokens by `code` (RFC 6749, 4.1.3; RFC 7636, 4.5)."""
        return self.client.form(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.redirect,
            code_verifier=self.verifier,
        )


def begin(client: OAuthClientCredentials, redirect: str) -> Attempt:
    """A new attempt; `redirect` is the provider's, with the port of the listener."""
    from secrets import token_urlsafe  # noqa: PLC0415 -- for sign-ins only

    return Attempt(client, redirect, token_urlsafe(_VERIFIER_OCTETS), token_urlsafe(_VERIFIER_OCTETS))


def renewal(client: OAuthClientCredentials, tokens: TokenSet) -> dict[str, str]:
    """The form that asks the token endpoint for the next access token (RFC 6749, 6)."""
    return client.form(grant_type="refresh_token", refresh_token=tokens.refresh)


def device_request(client: OAuthClientCredentials) -> dict[str, str]:
    """The form for the device authorisation endpoint (RFC 8628, 3.1)."""
    return client.form(scope=" ".join(client.provider.scopes))


def device_poll(client: OAuthClientCredentials, code: DeviceCode) -> dict[str, str]:
    """The form for the token endpoint, sent repeatedly until the user has typed the code (RFC 8628, 3.4)."""
    grant = client.provider.device_grant
    form = client.form(grant_type=grant, device_code=code.secret)
    if grant != DEVICE_GRANT:  # Yandex, older than the standard, has another name for the code, too
        form["code"] = code.secret
    return form


def tokens(provider: str, status: int, body: bytes, now: float, before: TokenSet | None = None) -> TokenSet:
    """The tokens in a response of the token endpoint (RFC 6749, 5.1).

    `before` is the renewed token set: its refresh token stays where the response has none. Raises OAuthError or
    MalformedOAuthAnswer.
    """
    document = _answer(status, body)
    access = document.get("access_token")
    refresh = document.get("refresh_token", "")
    if not _is_token(access) or not isinstance(refresh, str) or (refresh and not _is_token(refresh)):
        raise MalformedOAuthAnswer(tr("the answer holds no access token"))
    kind = document.get("token_type", "bearer")  # Yahoo and others write it in any case
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise MalformedOAuthAnswer(tr("the access token is of a kind that mail servers do not take"))
    life = _seconds(document.get("expires_in"))
    expires = None if life is None else now + min(life, _LIFE_LIMIT)
    found = TokenSet(provider, access, now, expires, refresh)
    return found if before is None or refresh else replace(found, refresh=before.refresh)


def device_code(status: int, body: bytes) -> DeviceCode:
    """The response of the device authorisation endpoint (RFC 8628, 3.2). Raises OAuthError or MalformedOAuthAnswer."""
    document = _answer(status, body)
    secret, code = document.get("device_code"), document.get("user_code")
    # Google and Yandex use the name of a draft of the standard.
    url = document.get("verification_uri", document.get("verification_url"))
    if not (_is_token(secret) and isinstance(code, str) and 0 < len(code) <= _USER_CODE_LIMIT):
        raise MalformedOAuthAnswer(tr("the answer holds no code"))
    if not isinstance(url, str) or not is_endpoint(url):
        raise MalformedOAuthAnswer(tr("the answer names no page to enter the code at"))
    filled_in = document.get("verification_uri_complete")
    if not isinstance(filled_in, str) or not is_endpoint(filled_in) or _site(filled_in) != _site(url):
        filled_in = ""  # on another site than the displayed address
    life = min(_seconds(document.get("expires_in")) or _DEVICE_LIFE, _DEVICE_LIFE_LIMIT)
    asked = _seconds(document.get("interval"))
    interval = DEVICE_INTERVAL if asked is None else min(max(asked, 1.0), _INTERVAL_LIMIT)
    return DeviceCode(secret, EnterCode(display_safe(code), url, filled_in, life), interval)


def _site(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _answer(status: int, body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        if status >= 500:  # noqa: PLR2004 -- RFC 9110, 15.6
            raise OAuthError("server_error", f"HTTP {status}")
        raise MalformedOAuthAnswer(
            tr("the answer is not what an authorisation server says (HTTP {status})").format(status=status)
        )
    error = document.get("error")
    if isinstance(error, str) and error:
        description = document.get("error_description", "")
        raise OAuthError(_short(error), _short(description) if isinstance(description, str) else "")
    if status != 200:  # noqa: PLR2004 -- RFC 6749, 5.1
        raise OAuthError("server_error" if status >= 500 else "refused", f"HTTP {status}")  # noqa: PLR2004
    return document


def _is_token(value: object) -> TypeGuard[str]:
    return (
        isinstance(value, str) and 0 < len(value) <= _TOKEN_LIMIT and value.isascii() and value.isprintable()
    )


def _seconds(value: object) -> float | None:
    """A positive number of seconds, also as text; None for any other value."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:  # noqa: PLR2004
        value = int(value)
    if not _is_number(value):
        return None
    return float(value) if value > 0 else None


def _is_number(value: object) -> TypeGuard[float]:
    """Whether a JSON value is a number within the range of times."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12  # noqa: PLR2004


def _same(left: str, right: str) -> bool:
    from hmac import compare_digest  # noqa: PLC0415 -- for sign-ins only

    return compare_digest(left.encode(), right.encode())


def _short(text: str) -> str:
    return display_safe(text.partition("\n")[0], _TEXT_LIMIT)
