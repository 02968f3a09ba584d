"""Reads the providers that come with Mailbell, when somebody first asks for them."""

from __future__ import annotations

import sys
from functools import lru_cache

from tray.assets import resource
from tray.mail.providers import Providers, parse

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]


@lru_cache(maxsize=1)
def shipped_providers() -> Providers:
    """All of them; a few milliseconds at the first call."""
    files = sorted(resource("providers").glob("*.toml"))
    return parse(*(tomllib.loads(file.read_text("utf-8")) for file in files))
