"""Reads the providers that come with Mailbell, when somebody first asks for them."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from tray.assets import resource
from tray.mail.settings.oauth_clients import parse_oauth_providers
from tray.mail.setup.providers import Providers, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.mail.settings.oauth_clients import OAuthProvider

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]


@lru_cache(maxsize=1)
def shipped_providers() -> Providers:
    """All of them; a few milliseconds at the first call."""
    files = sorted(resource("providers").glob("*.toml"))
    return parse(*(tomllib.loads(file.read_text("utf-8")) for file in files))


if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]


@lru_cache(maxsize=1)
def shipped_oauth_providers() -> Mapping[str, OAuthProvider]:
    """All of them by their ids."""
    files = sorted(resource("oauth").glob("*.toml"))
    return parse_oauth_providers(*(tomllib.loads(file.read_text("utf-8")) for file in files))
