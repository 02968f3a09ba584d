"""What the program is and what it runs on, for reports."""

from __future__ import annotations

import os
import platform
from importlib import metadata

from tray import __version__

_PARTS = ("Twisted", "pyOpenSSL", "cryptography", "PyQt5", "qt5reactor")


def versions() -> dict[str, str]:
    """Names and versions; holds nothing of the machine or of its user."""
    from OpenSSL import SSL

    found = {
        "Mailbell": __version__,
        "system": _system(),
        "desktop": _desktop(),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "OpenSSL": SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode("ascii", "replace"),
    }
    return found | {part: _version(part) for part in _PARTS}


def _version(part: str) -> str:
    try:
        return metadata.version(part)
    except metadata.PackageNotFoundError:
        return "not known"


def _system() -> str:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        name = ""
    return ", ".join(
        part for part in (name, f"{platform.system()} {platform.release()}", platform.machine()) if part
    )


def _desktop() -> str:
    words = (os.environ.get("XDG_CURRENT_DESKTOP", ""), os.environ.get("XDG_SESSION_TYPE", ""))
    return ", ".join(word for word in words if word) or "none"
