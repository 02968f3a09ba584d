"""Translation of what a person reads: gettext, with catalogues from the shipped resources."""

from __future__ import annotations

import errno
import gettext as _gettext
import os
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from tray.assets import resource

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_DOMAIN = "mailbell"


_wanted: list[str] = []
"""The language that the settings name; empty for that of the desktop."""
_ENGLISH = _gettext.NullTranslations()
_override: list[_gettext.NullTranslations] = []
"""What is used instead of the catalogue, within `in_english`."""


@lru_cache(maxsize=1)
def _catalogue() -> _gettext.NullTranslations:
    try:
        languages = _wanted or _system_languages() or None
        return _gettext.translation(_DOMAIN, resource("translations"), languages, fallback=True)
    except (OSError, ValueError, UnicodeError):  # a file that is damaged: English is better than nothing
        return _gettext.NullTranslations()


def _system_languages() -> list[str]:
    """The languages that Windows and macOS show their texts in; none where variables name one, as on Linux.

    By GetUserDefaultUILanguage, and by the defaults "AppleLanguages" of the user.
    """
    named = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    ask = {"win32": _of_windows, "darwin": _of_macos}.get(sys.platform)
    if ask is None or any(os.environ.get(name) for name in named):
        return []
    try:
        return ask()
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # English is better than nothing
        return []


def _of_windows() -> list[str]:
    import ctypes  # noqa: PLC0415 -- not on Linux
    import locale  # noqa: PLC0415

    libraries = getattr(ctypes, "windll")  # noqa: B009 -- which type checkers know on Windows only
    return [locale.windows_locale[libraries.kernel32.GetUserDefaultUILanguage()]]


def _of_macos() -> list[str]:
    import plistlib  # noqa: PLC0415 -- not on Linux

    path = os.path.expanduser("~/Library/Preferences/.GlobalPreferences.plist")  # noqa: PTH111 -- as it is
    with open(path, "rb") as file:  # noqa: PTH123
        names: list[str] = plistlib.load(file)["AppleLanguages"]
    return [str(name).replace("-", "_") for name in names]


def _texts() -> _gettext.NullTranslations:
    return _override[-1] if _override else _catalogue()


def tr(text: str) -> str:
    """`text`, a literal, in the user's language, or as it is where there is no translation.

    What differs each time stands in the text as a named placeholder (``{name}``), which the caller replaces.
    """
    return _texts().gettext(text)


def tr_in(context: str, text: str) -> str:
    """`text` as `tr`, for one of two meanings that other languages have two words for: `context` says which."""
    return _texts().pgettext(context, text)


def trn(one: str, many: str, count: int) -> str:
    """`one` or `many`, both literals, as `count` and the user's language ask."""
    return _texts().ngettext(one, many, count)


def tr_shipped(text: str) -> str:
    """A text of a shipped table (``resources/providers``) in the user's language; elsewhere `tr` with a literal."""
    return _texts().gettext(text)


def system_reason(error: OSError) -> str:
    """Why `error` happened, to stand in a sentence and in the user's language; rare reasons as the system says them.

    What our own exceptions say in ``strerror`` stays as it is.
    """
    said = error.strerror or str(error) or type(error).__name__
    if error.errno is None or said != os.strerror(error.errno):
        return said
    reasons = {
        errno.EACCES: tr("permission is denied"),
        errno.EPERM: tr("permission is denied"),
        errno.ENOENT: tr("it does not exist"),
        errno.EEXIST: tr("it exists already"),
        errno.EISDIR: tr("it is a folder"),
        errno.ENOTDIR: tr("a part of its path is no folder"),
        errno.ENAMETOOLONG: tr("its name is too long"),
        errno.ELOOP: tr("its links lead nowhere"),
        errno.ENOSPC: tr("the disk is full"),
        errno.EDQUOT: tr("your share of the disk is full"),
        errno.EROFS: tr("the disk is read-only"),
        errno.EIO: tr("the disk does not work"),
        errno.ENOEXEC: tr("it is no program"),
        errno.EMFILE: tr("too many files are open"),
        errno.ENFILE: tr("too many files are open"),
        errno.ENOMEM: tr("there is not enough memory"),
    }
    return reasons.get(error.errno, said)


def in_english(make: Callable[[], T]) -> T:
    """What `make` returns where every text stays English: people search for what a page in English told them."""
    _override.append(_ENGLISH)
    try:
        return make()
    finally:
        _override.pop()


def use_language(language: str) -> None:
    """Use `language`, such as ``de``, from now on, and not that of the desktop; empty for that one."""
    _wanted[:] = [language] if language else []
    _catalogue.cache_clear()


def available_languages() -> list[str]:
    """The languages beside English that there are texts in, such as ``de`` and ``pt_BR``."""
    found = resource("translations").glob(f"*/LC_MESSAGES/{_DOMAIN}.mo")
    return sorted(path.parent.parent.name for path in found)


def catalogue_language() -> str:
    """The language that texts are translated to, such as ``de`` or ``pt_BR``; empty where they stay English."""
    return _catalogue().info().get("language", "")


def translate_library_texts() -> None:
    """Translate the sentences of the standard library too, which asks `gettext` for them: those of argparse."""
    _gettext.bindtextdomain(_DOMAIN, str(resource("translations")))
    _gettext.textdomain(_DOMAIN)
