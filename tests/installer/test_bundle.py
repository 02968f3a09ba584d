"""What the stand-alone bundle contains, and what the programs that it starts inherit."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import ModuleType

import pytest

BUNDLE = Path(__file__).resolve().parents[2] / "installer" / "bundle"
SPEC = BUNDLE / "mailbell.spec"


@pytest.fixture(scope="module")
def give_back():
    return runpy.run_path(str(BUNDLE / "start.py"))["give_back"]


@pytest.fixture
def spec(monkeypatch):
    """The names of the spec, which PyInstaller runs with some of its own."""
    hooks = ModuleType("PyInstaller.utils.hooks")
    hooks.collect_submodules = lambda name: [f"{name}.module"]
    hooks.copy_metadata = lambda name: [(f"/lib/{name}.dist-info", f"{name}.dist-info")]
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, hooks.__name__, hooks)

    class Analysis:
        def __init__(self, scripts, **given):
            self.scripts = [("pyi_rth_pyqt5", "", ""), ("start", scripts[0], "")]
            self.binaries = [("PyQt5/Qt5/lib/libQt5Core.so.5", "", ""), ("libz.so.1", "", "")]
            self.datas = [(target, source, "DATA") for source, target in given["datas"]]
            self.pure = given["hiddenimports"]

    names = {"SPECPATH": str(BUNDLE), "Analysis": Analysis}
    names |= dict.fromkeys(("COLLECT", "EXE", "PYZ"), lambda *_, **__: None)
    exec(compile(SPEC.read_text(encoding="utf-8"), SPEC, "exec"), names)
    return names


def test_the_spec_is_short():
    assert len(SPEC.read_text(encoding="utf-8").splitlines()) < 100


@pytest.mark.parametrize(
    ("name", "is_brought"),
    [
        ("PyQt5/Qt5/lib/libQt5Widgets.so.5", True),
        ("libQt5Widgets.so.5", True),
        ("PyQt5/Qt5/lib/libQt5Quick.so.5", False),
        ("PyQt5/Qt5/lib/libQt5QmlModels.so.5", False),
        ("PyQt5/Qt5/plugins/platforms/libqxcb.so", True),
        ("PyQt5/Qt5/plugins/platforms/libqvnc.so", False),
        ("PyQt5/Qt5/plugins/imageformats/libqsvg.so", True),
        ("PyQt5/Qt5/translations/qtbase_de.qm", True),
        ("PyQt5/Qt5/translations/qtbase_pl.qm", False),
        ("PyQt5/Qt5/translations/qtmultimedia_de.qm", False),
        ("libxcb-xinerama.so.0", True),  # many desktops lack it
        ("libssl.so.3", True),
        ("libxcb.so.1", False),
        ("libstdc++.so.6", False),
        ("libglib-2.0.so.0", False),
        ("tray/_resources/sounds/mailbell.wav", True),
    ],
)
def test_what_every_desktop_has_and_what_nobody_uses_is_left_out(spec, name, is_brought):
    assert spec["is_brought"](name) is is_brought


def test_resources_and_the_entry_points_of_keyrings_are_brought(spec):
    brought = {(target, Path(source).name) for target, source, _ in spec["analysis"].datas}
    assert ("tray/_resources/translations/de/LC_MESSAGES", "mailbell.mo") in brought
    assert ("tray/_resources/providers", "german.toml") in brought
    assert ("keyring.dist-info", "keyring.dist-info") in brought
    assert not [name for _, name in brought if name.endswith((".po", ".pot"))]
    assert "keyring.backends.module" in spec["analysis"].pure


def test_commands_without_a_window_load_no_qt(spec):
    """PyInstaller's own hook would."""
    assert [name for name, *_ in spec["analysis"].scripts] == ["start"]


def test_programs_inherit_the_library_path_that_the_user_has(give_back):
    environment = {
        "LD_LIBRARY_PATH": "/opt/mailbell/_internal:/mine",
        "LD_LIBRARY_PATH_ORIG": "/mine",
        "HOME": "/",
    }
    give_back(environment)
    assert environment == {"LD_LIBRARY_PATH": "/mine", "HOME": "/"}


def test_programs_inherit_no_library_path_where_the_user_has_none(give_back):
    environment = {"LD_LIBRARY_PATH": "/opt/mailbell/_internal", "QT_PLUGIN_PATH": "/mine"}
    give_back(environment)
    assert environment == {"QT_PLUGIN_PATH": "/mine"}


def test_programs_inherit_nothing_that_processes_of_the_bundle_tell_one_another(give_back):
    environment = {"_PYI_ARCHIVE_FILE": "/opt/mailbell/mailbell", "_PYI_PARENT_PROCESS_LEVEL": "0"}
    give_back(environment)
    assert environment == {}
