"""Reads the tables that Mailbell ships, when they are first needed."""

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


def _documents(folder: str) -> tuple[dict[str, object], ...]:
    return tuple(tomllib.loads(file.read_text("utf-8")) for file in sorted(resource(folder).glob("*.toml")))


@lru_cache(maxsize=1)
def shipped_providers() -> Providers:
    """All providers; takes a few milliseconds at the first call."""
    return Providers(parse(*_documents("providers")))


@lru_cache(maxsize=1)
def shipped_oauth_providers() -> Mapping[str, OAuthProvider]:
    """All OAuth providers by their ids."""
    return parse_oauth_providers(*_documents("oauth"))
