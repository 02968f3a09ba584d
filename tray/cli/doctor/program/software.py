"""What Mailbell runs on: versions, desktop, and how it was installed."""

from __future__ import annotations

import os
import sys
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING

import tray
from tray import __version__
from tray.cli.doctor.finding import ok, problem
from tray.i18n import tr
from tray.net.setup.versions import version
from tray.net.setup.versions import versions as versions_of_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.cli.doctor.finding import Finding

_BESIDE = ("keyring", "SecretStorage", "jeepney", "service-identity", "tomlkit", "platformdirs")
"""Packages that a report names beside those of `tray.net.setup.versions`."""
_NEEDED = ("PyQt5.QtWidgets", "PyQt5.QtDBus", "qt5reactor", "twisted.internet.ssl", "keyring", "tomlkit")


def look() -> tuple[dict[str, str], dict[str, str]]:
    """Names and versions; and modules that cannot be loaded, with the reason."""
    broken: dict[str, str] = {}
    for name in _NEEDED:
        reason = _why_not(name)
        if reason and reason not in broken.values():  # such as a library that both modules of Qt need
            broken[name] = reason
    versions = {"Mailbell": __version__, "Python": sys.version.split()[0]}
    if "twisted.internet.ssl" not in broken:
        versions = versions_of_parts()
    versions["installed"] = installed(Path(tray.__file__), os.environ)
    if "PyQt5.QtWidgets" not in broken:
        versions["Qt"] = import_module("PyQt5.QtCore").QT_VERSION_STR
    versions |= {name: version(name) for name in _BESIDE}
    return versions, broken


def _why_not(name: str) -> str:
    """Why a module cannot be loaded; empty where it can."""
    try:
        if name == "qt5reactor":  # to import it is to choose it
            metadata.version(name)
        else:
            import_module(name)
    except Exception as error:  # noqa: BLE001 -- a library may fail in any way
        return str(error) or type(error).__name__
    return ""


def installed(module: Path, environment: Mapping[str, str]) -> str:
    """How the package whose file is `module` was installed, in a word or two that are not translated."""
    if Path("/.flatpak-info").exists():
        return "Flatpak"
    snap, image = environment.get("SNAP", ""), environment.get("APPDIR", "")
    if snap and module.is_relative_to(snap):
        return "snap"
    if image and module.is_relative_to(image):
        return "AppImage"
    if getattr(sys, "frozen", False):
        return "bundle"
    if module.is_relative_to("/usr/share/mailbell") or module.is_relative_to("/usr/lib/python3"):
        return "Debian package" if Path("/etc/debian_version").exists() else "package of the distribution"
    if module.is_relative_to("/nix"):
        return "Nix"
    if "site-packages" not in module.parts:
        return "checkout"
    if module.is_relative_to("/usr/lib"):
        return "package of the distribution"
    if "pipx" in module.parts:
        return "pipx"
    try:
        return (metadata.distribution("mailbell").read_text("INSTALLER") or "pip").strip()
    except metadata.PackageNotFoundError:
        return "pip"


def findings(versions: Mapping[str, str], broken: Mapping[str, str]) -> list[Finding]:
    """What it means; everything is listed in a report."""
    main = [
        f"Mailbell {versions['Mailbell']} ({versions.get('installed', '?')})",
        *(f"{name} {versions[name]}" for name in ("Python", "Qt", "Twisted") if name in versions),
        *(versions[name] for name in ("OpenSSL", "system") if name in versions),
    ]
    found = [ok(", ".join(main), *(f"{key}: {value}" for key, value in versions.items()))]
    found += [
        problem(
            tr("{name} cannot be loaded: {reason}").format(name=name, reason=reason),
            tr("Install Mailbell again; where it came by pip, in a new virtual environment."),
        )
        for name, reason in broken.items()
    ]
    return found
