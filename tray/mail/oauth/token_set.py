"""The tokens of a sign-in, and their form in the keyring."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeGuard

from tray.mail.model.secret import Secret

RENEW_BEFORE = 300.0
"""Seconds before its end from which an access token is not used; half its life where that is shorter."""


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
        return now < self.expires - min(RENEW_BEFORE, max(0.0, self.expires - self.obtained) / 2)

    def alive(self, now: float) -> bool:
        """Whether the access token has not expired yet."""
        return self.expires is None or now < self.expires

    def to_secret(self) -> Secret:
        """The form for the keyring."""
        document = {
            "provider": self.provider,
            "access": self.access,
            "obtained": self.obtained,
            "expires": self.expires,
            "refresh": self.refresh,
        }
        return Secret(json.dumps(document))

    @classmethod
    def from_secret(cls, secret: Secret) -> TokenSet:
        """The token set in a secret of the keyring; raises ValueError, which does not show it, for any other."""
        try:
            document = json.loads(secret.reveal())
            provider, access, refresh = (document[key] for key in ("provider", "access", "refresh"))
            obtained, expires = document["obtained"], document["expires"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise ValueError("no token set") from None
        if not all(isinstance(text, str) for text in (provider, access, refresh)) or not access:
            raise ValueError("no token set")
        if not is_number(obtained) or not (expires is None or is_number(expires)):
            raise ValueError("no token set")
        return cls(provider, access, float(obtained), None if expires is None else float(expires), refresh)


def is_number(value: object) -> TypeGuard[float]:
    """Whether a JSON value is a number within the range of times."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12  # noqa: PLR2004
