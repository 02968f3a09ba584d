"""Installs and removes in Wine what the script for NSIS makes, with small programs of Wine in place of Mailbell's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dev import packages
from dev.talk import Stop, say

_WINE = "/usr/lib/wine/wine64"
_PROGRAMS = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows")
_RUN = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
_UNINSTALL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Mailbell"


def run() -> None:
    """Raise Stop where something is not installed, or where something stays but the settings."""
    packages.need(["nsis", "wine", "wine64"], "the trial of the installer for Windows")
    from windows.build import make_installer

    with tempfile.TemporaryDirectory(prefix="mailbell-wine-") as scratch:
        folder = Path(scratch)
        program = folder / "program"
        (program / "_internal").mkdir(parents=True)
        (program / "_internal" / "library.dll").write_bytes(b"")
        for name in ("mailbell.exe", "mailbell-tray.exe"):
            shutil.copyfile(_PROGRAMS / "hostname.exe", program / name)
        setup = folder / "mailbell-trial.exe"
        # Wine without its part for 32 bits runs nothing else.
        make_installer("makensis", program, setup, "-DTARGET=amd64-unicode")
        say("Starting Wine")
        wine = _Wine(folder / "wine")
        wine.must("wineboot", "-i")
        try:
            _install_and_remove(wine, setup)
        finally:
            wine.end()
    say("The installer installs and removes; the settings stay")


def _install_and_remove(wine: _Wine, setup: Path) -> None:
    (home,) = (path for path in (wine.prefix / "drive_c" / "users").iterdir() if path.name != "Public")
    local = home / "AppData" / "Local"
    installed = local / "Programs" / "Mailbell"
    settings = local / "mailbell" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("# mine\n")
    for _ in ("new", "over itself"):
        say("Installing")
        wine.must(str(setup), "/S")
        names = {path.name for path in installed.iterdir()}
        if names != {"_internal", "mailbell.exe", "mailbell-tray.exe", "uninstall.exe"}:
            raise Stop(f"Installed was only: {', '.join(sorted(names))}")
    wine.must("reg", "query", _UNINSTALL)
    if not list(home.rglob("Mailbell.lnk")):
        raise Stop("There is no entry in the start menu.")
    wine.must("reg", "add", _RUN, "/v", "Mailbell", "/d", "mailbell", "/f")  # as Mailbell does
    say("Removing")
    wine.must(str(installed / "uninstall.exe"), "/S")
    wine.wait()  # it runs from a copy of itself
    left = [installed.name, *(path.name for path in installed.rglob("*"))] if installed.exists() else []
    if left or list(home.rglob("Mailbell.lnk")) or not settings.exists():
        raise Stop(f"After the removal there is still, or no more: {left or 'the start menu, the settings'}")
    if wine.run("reg", "query", _UNINSTALL) == 0 or wine.run("reg", "query", _RUN, "/v", "Mailbell") == 0:
        raise Stop("After the removal the registry still names Mailbell.")


class _Wine:
    """A Windows of its own in a folder."""

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        self._environment = os.environ | {"WINEPREFIX": str(prefix), "WINEDEBUG": "-all"}
        self._environment.pop("DISPLAY", None)  # none is needed, so none is used

    def run(self, *command: str) -> int:
        """Run a program of Windows without a screen; its exit code."""
        whole = (_WINE, *command)
        done = subprocess.run(
            whole,
            check=False,
            env=self._environment,
            stdout=sys.stderr,
            stdin=subprocess.DEVNULL,
            timeout=300,
        )
        return done.returncode

    def must(self, *command: str) -> None:
        """Run a program; Stop where it fails."""
        if self.run(*command) != 0:
            raise Stop(f"In Wine this failed: {' '.join(command)}")

    def wait(self) -> None:
        """Wait for the end of all programs of this Windows."""
        subprocess.run(["/usr/lib/wine/wineserver64", "-w"], check=False, env=self._environment, timeout=300)

    def end(self) -> None:
        """End all programs of this Windows."""
        subprocess.run(["/usr/lib/wine/wineserver64", "-k", "-w"], check=False, env=self._environment)
