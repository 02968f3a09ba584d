"""The recipes of distributions and of other systems, as far as they can be read and run in a moment."""

from __future__ import annotations

import fnmatch
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tray import __version__

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
INSTALLER = ROOT / "installer"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SPEC = (INSTALLER / "rpm" / "mailbell.spec").read_text(encoding="utf-8")
PKGBUILD = (INSTALLER / "arch" / "PKGBUILD").read_text(encoding="utf-8")
NIX = (INSTALLER / "nix" / "package.nix").read_text(encoding="utf-8")
WORKFLOW = (ROOT / ".github" / "workflows" / "packages.yml").read_text(encoding="utf-8")
sys.path.insert(0, str(INSTALLER))


def needed():
    """Each library that Mailbell needs on Linux, in small letters, with its lowest version."""
    found = {}
    for line in PROJECT["dependencies"]:
        requirement, _, marker = line.partition(";")
        if "win32" not in marker and "python_version" not in marker:
            name, version = requirement.split(">=")
            found[name.partition("[")[0].lower().replace(".", "-")] = version.strip()
    return found


def test_all_have_the_version_of_the_project():
    version = __version__
    assert re.search(r"^Version: +(.*)$", SPEC, re.MULTILINE)[1] == version
    assert re.search(r"^pkgver=(.*)$", PKGBUILD, re.MULTILINE)[1] == version
    assert re.search(r'^  version = "(.*)";$', NIX, re.MULTILINE)[1] == version


def test_the_rpm_requires_what_the_project_does():
    required = dict(re.findall(r"^Requires: +python3dist\((.*)\) >= (.*)$", SPEC, re.MULTILINE))
    required["pyqt5"] = re.search(r"^Requires: +python3-qt5 >= (.*)$", SPEC, re.MULTILINE)[1]
    required["qt5reactor"] = re.search(r"^%global qt5reactor (.*)$", SPEC, re.MULTILINE)[1]

    def numbers(version):
        return [int(part) for part in version.split(".") if part != "0"]

    for name, version in needed().items():
        assert numbers(required[name]) >= numbers(version), name
    assert set(required) - set(needed()) <= {
        "service-identity"
    }  # of Twisted's extra "tls", which is no package


def test_arch_and_nix_depend_on_what_the_project_does():
    arch = set(re.findall(r"^  'python-([\w-]+)'", PKGBUILD, re.MULTILINE))
    nix = set(re.search(r"with python; \[(.*?)\]", NIX, re.DOTALL)[1].split())
    names = {{"pyyaml": "yaml"}.get(name, name) for name in needed()}
    assert names <= arch
    assert set(needed()) <= nix


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory):
    """What `install.py` writes for a distribution."""
    root = tmp_path_factory.mktemp("root")
    command = [sys.executable, INSTALLER / "install.py", "--root", root]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return root


def test_every_file_of_the_layout_is_named_by_the_rpm(laid_out):
    macros = {"%{_bindir}": "/usr/bin", "%{_datadir}": "/usr/share", "%{_mandir}": "/usr/share/man"}
    listed = SPEC.partition("%files\n")[2].partition("%changelog")[0]
    for macro, path in macros.items():
        listed = listed.replace(macro, path)
    patterns = [line for line in listed.split() if line.startswith("/")]
    for path in laid_out.rglob("*"):
        name = str(path).removeprefix(str(laid_out))
        if path.is_file():
            assert any(fnmatch.fnmatch(name, p) or name.startswith(f"{p}/") for p in patterns), name


def test_the_layout_runs_and_finds_its_resources(laid_out):
    library = laid_out / "usr" / "share" / "mailbell"
    assert (laid_out / "usr" / "bin" / "mailbell").read_text().startswith("#!/usr/bin/python3 -I\n")
    code = "from tray import assets; print(assets.application_icon(48).read_bytes()[:4], assets.application_icon(48))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=library, check=True, capture_output=True, text=True
    )
    assert "PNG" in done.stdout
    assert str(library) in done.stdout
    assert not [path for path in library.rglob("*") if path.is_symlink() and not path.exists()]
    assert not list(library.rglob("*.po"))


def test_bash_can_read_the_recipe_of_arch():
    assert subprocess.run(["bash", "-n", INSTALLER / "arch" / "PKGBUILD"], check=False).returncode == 0


@pytest.mark.skipif(shutil.which("nix-instantiate") is None, reason="nix is not here")
def test_nix_can_read_its_recipe():
    command = ["nix-instantiate", "--parse", INSTALLER / "nix" / "package.nix"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_the_icons_of_windows_and_macos_hold_every_size(tmp_path):
    from dev import icon_files

    icons, name = ROOT / "resources" / "share" / "icons" / "hicolor", "io.github.mailbell.Mailbell"
    icon_files.write_ico(icons, name, tmp_path / "m.ico")
    data = (tmp_path / "m.ico").read_bytes()
    count = struct.unpack_from("<HHH", data)[2]
    entries = [struct.unpack_from("<BBBBHHII", data, 6 + 16 * number) for number in range(count)]
    assert [entry[0] for entry in entries] == [16, 24, 32, 48, 64, 128, 0]
    assert all(data[place : place + 4] == b"\x89PNG" for *_, place in entries)
    assert entries[-1][-1] + entries[-1][-2] == len(data)
    icon_files.write_icns(icons, name, tmp_path / "m.icns")
    data = (tmp_path / "m.icns").read_bytes()
    assert struct.unpack_from(">4sI", data) == (b"icns", len(data))
    place, kinds = 8, []
    while place < len(data):
        kind, size = struct.unpack_from(">4sI", data, place)
        assert data[place + 8 : place + 12] == b"\x89PNG"
        kinds.append(kind)
        place += size
    assert kinds == [b"ic11", b"ic12", b"ic07", b"ic08", b"ic09"]


def test_the_uninstaller_of_windows_removes_what_the_installer_writes():
    script = (INSTALLER / "windows" / "mailbell.nsi").read_text(encoding="utf-8")
    install, remove = script.split('Section "Uninstall"')
    assert set(re.findall(r'WriteRegStr HKCU "(.*?)"', install)) == {"${UNINSTALL}"}
    assert 'DeleteRegKey HKCU "${UNINSTALL}"' in remove
    for shortcut in re.findall(r'CreateShortcut "(.*?)"', install):
        assert f'Delete "{shortcut}"' in remove
    assert "$LOCALAPPDATA\\mailbell" not in remove  # the settings


def test_the_workflow_runs_what_is_there_by_actions_that_nobody_can_change():
    jobs = yaml.safe_load(WORKFLOW)["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"]) for step in steps if "uses" in step)
    commands = "\n".join(step.get("run", "") for step in steps)
    named = re.findall(r"\binstaller/[\w./-]+", commands)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
