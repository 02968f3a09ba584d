"""Versions of the program, its parts and the system."""

from __future__ import annotations

import os
import platform
from importlib import metadata

from tray import __version__

_PARTS = ("Twisted", "pyOpenSSL", "cryptography", "PyQt5", "qt5reactor")


def versions() -> dict[str, str]:
    """Names and versions of the program, its parts and the system; nothing about the user."""
    from OpenSSL import SSL

    found = {
        "Mailbell": __version__,
        "system": _system(),
        "desktop": _desktop(),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "OpenSSL": SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode("ascii", "replace"),
    }
    return found | {part: version(part) for part in _PARTS}


def version(part: str) -> str:
    """The version of an installed package."""
    try:
        return metadata.version(part)
    except metadata.PackageNotFoundError:
        return "not known"


def _system() -> str:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        name = ""
    return ", ".join(filter(None, (name, f"{platform.system()} {platform.release()}", platform.machine())))


def _desktop() -> str:
    names = (os.environ.get("XDG_CURRENT_DESKTOP", ""), os.environ.get("XDG_SESSION_TYPE", ""))
    return ", ".join(filter(None, names)) or "none"
