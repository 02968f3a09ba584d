"""The Debian packages that Mailbell needs outside Python, and how they come onto the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from dev.talk import Stop, say

if TYPE_CHECKING:
    from collections.abc import Sequence

OFFSCREEN = ("libglib2.0-0", "libgl1", "libfontconfig1", "libdbus-1-3")
"""What PyQt5's wheel loads in any case."""

SCREEN = (
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
)
"""What Qt's X11 plug-in loads besides."""

VIRTUAL_DESKTOP = (
    "xvfb",
    "xdotool",
    "openbox",
    "xfce4-panel",
    "xfce4-notifyd",
    "xfconf",
    "scrot",
    "imagemagick",
    "x11-utils",
    "x11-xserver-utils",
    "dbus",
    "dbus-x11",
    "libglib2.0-bin",
    "gnome-keyring",
    "libsecret-tools",
    "libnotify-bin",
    "adwaita-icon-theme",
    "hicolor-icon-theme",
    "librsvg2-common",
    "fonts-dejavu-core",
    "fonts-noto-core",
    "fonts-noto-color-emoji",
)
"""A whole desktop without a screen (tests/rig)."""

SWAY = ("sway", "waybar", "mako-notifier", "grim", "wtype", "wl-clipboard")
"""A small Wayland desktop without a screen, on which the tests run the program too."""

DESKTOPS = {
    "sway": (*SWAY, "sway-notification-center", "dunst"),
    "gnome": (
        "gnome-shell",
        "gjs",
        "gnome-shell-extension-appindicator",
        "dconf-gsettings-backend",
        "xwayland",
    ),
    "plasma": (
        "plasma-workspace",
        "plasma-desktop",
        "kwin-wayland",
        "kwin-x11",
        "breeze",
        "breeze-icon-theme",
        "qtwayland5",
        "xwayland",
    ),
    "mate": ("mate-panel", "marco", "mate-notification-daemon", "mate-settings-daemon-common", "mate-menus"),
    "cinnamon": ("cinnamon", "xapp-sn-watcher"),
    "lxqt": ("lxqt-panel", "lxqt-notificationd", "openbox"),
}
"""Whole desktops by family, as Debian 12 has them (tests/rig/desktops); some are large."""

REAL_SERVERS = ("dovecot-imapd", "microsocks", "tinyproxy-bin")
"""Servers and proxies that tests/real runs as its own processes."""

NETWORKS = ("iproute2", "nftables")
"""Networks of their own, in which tests lose packets."""

COMPARED = (
    "gnubiff",
    "mailnag",
    "geary",
    "evolution",
    "evolution-plugins",
    "thunderbird",
    "libnotify-bin",
    "gnome-keyring",
)
"""Other programs that tell of mail, and what they need to be measured (benchmarks/others)."""

PYTHON = (
    "python3-cryptography",
    "python3-idna",
    "python3-jeepney",
    "python3-keyring",
    "python3-openssl",
    "python3-platformdirs",
    "python3-pyqt5",
    "python3-pyqt5.qtsvg",
    "python3-qt5reactor",
    "python3-secretstorage",
    "python3-service-identity",
    "python3-tomlkit",
    "python3-twisted",
    "python3-yaml",
    "python3-zope.interface",
    "qttranslations5-l10n",
)
"""What Mailbell imports, of the distribution: what pyproject.toml names, and the translations of Qt's own buttons."""

PYTHON_TESTS = (
    "python3-aiosmtpd",
    "python3-authlib",
    "python3-babel",
    "python3-flask",
    "python3-hypothesis",
    "python3-pytest",
    "python3-pytest-timeout",
    "python3-pytest-xdist",
)
"""What its tests import besides."""

WELCOME = (
    "fonts-droid-fallback",
    "desktop-file-utils",
    "appstream",
    "at-spi2-core",
    "gir1.2-atspi-2.0",
    "python3-gi",
    "python3-pyqt5",
    "python3-pyqt5.qtsvg",
)
"""Better pictures (Chinese, Japanese, Korean) and more checks, as of what screen readers are told; nothing fails
without them."""

_ALSO_KNOWN_AS = {"libglib2.0-0": "libglib2.0-0t64"}  # since Ubuntu 24.04 and Debian 13

# A package that brings a service (Dovecot) must not start it: on a developer's machine it would listen on the ports
# of a mail server. policy-rc.d is Debian's way to say so; one that is there already is left alone and obeyed.
_AS_ROOT = """
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\\nexit 101\\n' >$policy
    chmod 755 $policy
    trap 'rm -f $policy' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# Waits for another apt (a fresh machine upgrades itself in the background).
apt-get install -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 --no-install-recommends "$@"
case " $* " in
    *" dovecot-imapd "*)
        [ ! -d /run/systemd/system ] || systemctl --quiet disable dovecot.service dovecot.socket || true ;;
esac
"""


def missing(names: Sequence[str]) -> list[str]:
    """Those of ``names`` that are not installed; asks dpkg once, which takes some milliseconds."""
    wanted = [*names, *(_ALSO_KNOWN_AS[name] for name in names if name in _ALSO_KNOWN_AS)]
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package}\\n", *wanted],
        check=False,  # it fails when it does not know a name, and answers for the others
        capture_output=True,
        text=True,
    )
    there = {line.split()[1] for line in asked.stdout.splitlines() if line.startswith("installed ")}
    return [name for name in names if name not in there and _ALSO_KNOWN_AS.get(name) not in there]


def need(names: Sequence[str], what: str, welcome: Sequence[str] = ()) -> None:
    """Install what is missing of ``names`` and ``welcome``; without the latter things go on, without the former not.

    On a system without apt it says what is needed and goes on.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-query")):
        say(f"This system has no apt-get. For {what} it needs what Debian calls: {' '.join(names)}")
        return
    lacking = missing([*names, *welcome])
    if lacking and not _install(lacking, what):
        vital = missing(names)
        if vital:
            raise Stop(
                f"Packages are missing for {what}: {' '.join(vital)}. Have apt-get install them and run this again."
            )
        say(f"Going on without {' '.join(missing(welcome))}")


def _install(names: Sequence[str], what: str) -> bool:
    command = ["sh", "-c", _AS_ROOT, "install-packages", *names]
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            return False
        command = ["sudo", *command]
    say(f"Installing by apt-get for {what}: {' '.join(names)}")
    return subprocess.run(command, check=False, stdout=sys.stderr).returncode == 0
