"""What introduces the program to a Linux desktop."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest
from PyQt5.QtGui import QImageReader

from tray.assets import application_icon, resource
from tray.desktop.storage.paths import APP_ID
from tray.ui.widgets.icons import THEME_SIZES, WINDOW_SIZES

DESKTOP = resource(f"share/applications/{APP_ID}.desktop")
METAINFO = resource(f"share/metainfo/{APP_ID}.metainfo.xml")


def test_the_desktop_entry_starts_the_program_under_its_icon():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(DESKTOP.read_text(encoding="utf-8"))
    entry = parser["Desktop Entry"]
    assert (entry["Type"], entry["Exec"], entry["Icon"]) == ("Application", "mailbell", APP_ID)
    assert application_icon().is_file()


def test_the_icon_has_every_usual_size_and_a_symbolic_one():
    theme = resource("share/icons/hicolor")
    sizes = {path.name for path in theme.iterdir()}
    assert sizes == {*(f"{size}x{size}" for size in THEME_SIZES), "scalable", "symbolic"}
    assert set(WINDOW_SIZES) < set(THEME_SIZES)
    for size in THEME_SIZES:
        reader = QImageReader(str(application_icon(size)))
        assert (reader.size().width(), reader.size().height()) == (size, size)
    assert (theme / f"symbolic/apps/{APP_ID}-symbolic.svg").is_file()


def test_desktops_of_some_years_ago_accept_the_desktop_entry():
    """Debian 12's validator knows the specification up to 1.4."""
    tool = shutil.which("desktop-file-validate")
    if tool is None:
        pytest.skip("there is no desktop-file-validate here")
    done = subprocess.run([tool, DESKTOP], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_metainfo_belongs_to_the_desktop_entry():
    root = ET.parse(METAINFO).getroot()
    assert root.findtext("id") == APP_ID
    assert root.findtext("launchable") == DESKTOP.name
    assert root.findtext("project_license") == "GPL-3.0-or-later"


def test_appstream_accepts_the_metainfo():
    tool = shutil.which("appstreamcli")
    if tool is None:
        pytest.skip("there is no appstreamcli here")
    done = subprocess.run(
        [tool, "validate", "--no-net", METAINFO], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
