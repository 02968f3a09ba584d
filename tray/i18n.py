"""Translation of what a person reads: gettext, with catalogues from the shipped resources."""

from __future__ import annotations

import gettext as _gettext
from functools import lru_cache

from tray.assets import resource

_DOMAIN = "mailbell"


@lru_cache(maxsize=1)
def _catalogue() -> _gettext.NullTranslations:
    return _gettext.translation(_DOMAIN, resource("translations"), fallback=True)


def tr(text: str) -> str:
    """`text` in the user's language, or as it is where there is no translation."""
    return _catalogue().gettext(text)


def trn(one: str, many: str, count: int) -> str:
    """`one` or `many` as `count` and the user's language ask."""
    return _catalogue().ngettext(one, many, count)
