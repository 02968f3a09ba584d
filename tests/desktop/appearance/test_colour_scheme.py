"""Whether the user wants dark windows is learnt from the portal, from GTK's files, or from the desktop's settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PyQt5.QtCore import QProcess

from tests.rig.fake_service import FakeService
from tray.desktop.appearance.colour_scheme import ColourScheme

PORTAL = "org.freedesktop.portal.Desktop"
SETTINGS = "org.freedesktop.portal.Settings"
XFCONF = "org.xfce.Xfconf"


def serve(private_bus, name, reply):
    """A service that gives this value in reply to all calls; an error where it is None."""
    service = FakeService(private_bus.address, name)
    service.reply = None if reply is None else ("v", (reply,))
    return service


def change(portal, group, key, value):
    path = "/org/freedesktop/portal/desktop"
    portal.signal(path, SETTINGS, "SettingChanged", "ssv", group, key, ("u", value))


@pytest.fixture
def gsettings(tmp_path, monkeypatch):
    """A `gsettings` that knows these settings, whatever is asked for, and writes down what that was."""
    asked = tmp_path / "asked"

    def know(*lines):
        program = tmp_path / "bin" / "gsettings"
        program.parent.mkdir()
        text = "".join(f'echo "{line}"\n' for line in lines)
        program.write_text(f'#!/bin/sh\necho "$@" >{asked}\n{text}')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent), prepend=":")
        return asked

    return know


@pytest.fixture(autouse=True)
def nothing_is_chosen(monkeypatch):
    for name in ("GTK_THEME", "XDG_CURRENT_DESKTOP"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def preferences():
    return []


@pytest.fixture
def scheme(bus, preferences):
    return ColourScheme(bus, preferences.append)


def gtk_settings(monkeypatch, tmp_path, text, folder="gtk-3.0"):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / folder).mkdir()
    Path(tmp_path, folder, "settings.ini").write_text(text)


def is_at_rest(bus, scheme):
    return lambda: (
        not bus._calls
        and all(process.state() == QProcess.NotRunning for process in scheme.findChildren(QProcess))
    )


@pytest.mark.parametrize(("value", "expected"), [(1, True), (2, False)])
def test_the_portal_is_believed(scheme, preferences, private_bus, until, value, expected):
    with serve(private_bus, PORTAL, ("v", ("u", value))):
        scheme.follow()
        until(lambda: preferences)
    assert preferences == [expected]


def test_changes_that_the_portal_signals_are_followed(scheme, preferences, private_bus, until):
    with serve(private_bus, PORTAL, ("v", ("u", 2))) as portal:
        scheme.follow()
        until(lambda: preferences)
        change(portal, "org.freedesktop.appearance", "contrast", 1)
        change(portal, "org.freedesktop.appearance", "color-scheme", 1)
        until(lambda: len(preferences) == 2)
        change(portal, "org.freedesktop.appearance", "color-scheme", 0)
        until(lambda: len(preferences) == 3)
    assert preferences == [False, True, False]


@pytest.mark.parametrize(
    ("name", "answer"),
    [(PORTAL, ("v", ("u", 0))), (PORTAL, None), ("org.example.Nobody", None)],
    ids=["no preference", "an old portal", "no portal"],
)
@pytest.mark.parametrize(
    ("desktop", "lines", "schema", "expected"),
    [
        (
            "GNOME",
            ["org.gnome.desktop.interface color-scheme 'prefer-dark'"],
            "org.gnome.desktop.interface",
            [True],
        ),
        ("", ["org.gnome.desktop.interface color-scheme 'default'"], "org.gnome.desktop.interface", []),
        ("", ["org.gnome.desktop.interface gtk-theme 'Adwaita-dark'"], "org.gnome.desktop.interface", [True]),
        (
            "GNOME",
            [
                "org.gnome.desktop.interface gtk-theme 'Adwaita-dark'",
                "org.gnome.desktop.interface color-scheme 'prefer-light'",
            ],
            "org.gnome.desktop.interface",
            [],
        ),
        ("MATE", ["org.mate.interface gtk-theme 'Menta-Dark'"], "org.mate.interface", [True]),
        (
            "X-Cinnamon",
            ["org.cinnamon.desktop.interface gtk-theme 'Mint-Y'"],
            "org.cinnamon.desktop.interface",
            [],
        ),
        ("sway", [], "org.gnome.desktop.interface", []),
    ],
)
def test_else_the_settings_of_the_desktop_are(
    scheme,
    preferences,
    bus,
    private_bus,
    until,
    gsettings,
    monkeypatch,
    name,
    answer,
    desktop,
    lines,
    schema,
    expected,
):
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    asked = gsettings(*lines)
    with serve(private_bus, name, answer):
        scheme.follow()
        until(is_at_rest(bus, scheme))
    assert asked.read_text() == f"list-recursively {schema}\n"
    assert preferences == expected


@pytest.mark.parametrize(("theme", "expected"), [("Greybird-dark", [True]), ("Darkbird", [])])
def test_xfce_is_asked_for_its_theme(
    scheme, preferences, bus, private_bus, until, monkeypatch, theme, expected
):
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "XFCE")
    with serve(private_bus, XFCONF, ("s", theme)):
        scheme.follow()
        until(is_at_rest(bus, scheme))
    assert preferences == expected


def test_without_any_of_them_nothing_is_called(scheme, preferences, bus, until, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    scheme.follow()
    until(is_at_rest(bus, scheme))
    assert preferences == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Settings]\ngtk-application-prefer-dark-theme=1\n", [True]),
        ("[Settings]\ngtk-application-prefer-dark-theme = true\n", [True]),
        ("[Settings]\ngtk-theme-name=Arc-Dark\n", [True]),
        ("[Settings]\ngtk-application-prefer-dark-theme=0\ngtk-theme-name=Adwaita\n", []),
        ("", []),
        ("no settings\x00 at all", []),
    ],
)
@pytest.mark.parametrize("folder", ["gtk-3.0", "gtk-4.0"])
def test_a_file_of_gtk_is_believed_at_once(
    scheme, preferences, monkeypatch, tmp_path, text, expected, folder
):
    gtk_settings(monkeypatch, tmp_path, text, folder)
    monkeypatch.setenv("PATH", str(tmp_path))
    scheme.follow()
    assert preferences == expected


@pytest.mark.parametrize("kind", ["pipe", "device", "huge"])
def test_what_is_no_regular_file_of_bounded_size_says_nothing(
    scheme, preferences, monkeypatch, tmp_path, kind
):
    """Reading a pipe without a writer would never end."""
    dark = "[Settings]\ngtk-application-prefer-dark-theme=1\n"
    gtk_settings(monkeypatch, tmp_path, dark + "#" * 100_000 if kind == "huge" else dark)
    file = tmp_path / "gtk-3.0" / "settings.ini"
    if kind != "huge":
        file.unlink()
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "device":
        file.symlink_to("/dev/zero")
    scheme.follow()
    assert preferences == []


def test_the_environment_comes_before_the_file(scheme, preferences, monkeypatch, tmp_path):
    gtk_settings(monkeypatch, tmp_path, "[Settings]\ngtk-application-prefer-dark-theme=1\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("GTK_THEME", "Adwaita")
    scheme.follow()
    assert preferences == []


def test_a_portal_that_forgets_the_preference_leaves_the_file_in_force(
    scheme, preferences, private_bus, until, monkeypatch, tmp_path
):
    gtk_settings(monkeypatch, tmp_path, "[Settings]\ngtk-application-prefer-dark-theme=1\n")
    with serve(private_bus, PORTAL, ("v", ("u", 2))) as portal:
        scheme.follow()
        until(lambda: len(preferences) == 2)
        change(portal, "org.freedesktop.appearance", "color-scheme", 0)
        until(lambda: len(preferences) == 3)
    assert preferences == [True, False, True]
