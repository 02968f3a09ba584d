"""What Mailbell runs on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tray.cli.doctor.finding import Mark
from tray.cli.doctor.program.software import findings, installed, look

SYSTEM = "Debian package" if Path("/etc/debian_version").exists() else "package of the distribution"
VERSIONS = {"Mailbell": "1.0", "Python": "3.13.1", "installed": "pipx"}


@pytest.mark.parametrize(
    ("module", "environment", "how"),
    [
        ("/usr/lib/python3/dist-packages/tray/__init__.py", {}, SYSTEM),
        ("/usr/share/mailbell/tray/__init__.py", {}, SYSTEM),
        ("/usr/lib/python3.13/site-packages/tray/__init__.py", {}, "package of the distribution"),
        (
            "/home/me/.local/share/pipx/venvs/mailbell/lib/python3.13/site-packages/tray/__init__.py",
            {},
            "pipx",
        ),
        ("/nix/store/x/lib/python3.13/site-packages/tray/__init__.py", {}, "Nix"),
        ("/tmp/.mount_x/lib/tray/__init__.py", {"APPDIR": "/tmp/.mount_x"}, "AppImage"),
        ("/snap/mailbell/1/lib/tray/__init__.py", {"SNAP": "/snap/mailbell/1"}, "snap"),
        ("/home/me/mailbell/tray/__init__.py", {"APPDIR": "/tmp/.mount_other"}, "checkout"),
    ],
)
def test_how_it_was_installed_is_known_by_its_place(module, environment, how):
    assert installed(Path(module), environment) == how


def test_a_library_that_cannot_be_loaded_is_told():
    found = findings(VERSIONS, {"PyQt5.QtWidgets": "libGL.so.1: cannot open shared object file"})
    assert [each.mark for each in found] == [Mark.OK, Mark.PROBLEM]
    assert found[0].found.startswith("Mailbell 1.0 (pipx), Python 3.13.1")
    assert "libGL.so.1" in found[1].found


def test_everything_can_be_loaded_here_and_is_listed():
    versions, broken = look()
    assert broken == {}
    for name in (
        "Mailbell",
        "Python",
        "Qt",
        "PyQt5",
        "Twisted",
        "OpenSSL",
        "cryptography",
        "keyring",
        "qt5reactor",
    ):
        assert versions[name]
    assert set(findings(versions, broken)[0].details) == {
        f"{key}: {value}" for key, value in versions.items()
    }
