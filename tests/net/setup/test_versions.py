"""What a report says of the program and of what it runs on."""

from __future__ import annotations

import platform
import socket
from importlib import metadata
from typing import TYPE_CHECKING

from tray import __version__
from tray.net.setup.versions import versions

if TYPE_CHECKING:
    import pytest


def test_it_names_what_matters_and_nobody() -> None:
    """Not the machine, not the user."""
    found = versions()
    assert found["Mailbell"] == __version__
    assert found["Python"].endswith(platform.python_version())
    assert found["OpenSSL"].startswith("OpenSSL ")
    assert found["Twisted"] == metadata.version("Twisted")
    assert socket.gethostname() not in " ".join(found.values())


def test_what_is_not_known_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system without the file that names it."""

    def nothing(*_: object) -> str:
        raise metadata.PackageNotFoundError

    def no_file() -> dict[str, str]:
        raise FileNotFoundError

    monkeypatch.setattr(metadata, "version", nothing)
    monkeypatch.setattr(platform, "freedesktop_os_release", no_file)
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "XFCE")
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    found = versions()
    assert found["PyQt5"] == "not known"
    assert found["desktop"] == "XFCE"
    assert found["system"].startswith(platform.system())
