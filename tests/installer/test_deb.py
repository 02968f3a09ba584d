"""The Debian package's papers agree with the program; it is built and tried by ``dev.py package deb --try``."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tray import __version__

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "installer"))

from deb import previous, source  # noqa: E402

DEBIAN = ROOT / "installer" / "deb" / "debian"

PACKAGES = {
    "cryptography": "python3-cryptography",
    "idna": "python3-idna",
    "jeepney": "python3-jeepney",
    "keyring": "python3-keyring",
    "platformdirs": "python3-platformdirs",
    "pyopenssl": "python3-openssl",
    "pyqt5": "python3-pyqt5",
    "pyyaml": "python3-yaml",
    "qt5reactor": "python3-qt5reactor",
    "secretstorage": "python3-secretstorage",
    "tomlkit": "python3-tomlkit",
    "twisted": "python3-twisted",
    "zope.interface": "python3-zope.interface",
}
"""What Debian calls them."""

NOT_IN_PYPROJECT = {"python3-pyqt5.qtsvg"}
"""A part of PyQt5 on PyPI, a package of its own in Debian."""


def depends():
    """The packages and versions that control names, without those that the build finds by itself."""
    field = re.search(r"^Depends:\n((?: .+\n)+)", (DEBIAN / "control").read_text(), re.MULTILINE)
    entries = [entry.strip() for entry in field[1].split(",")]
    found = [re.fullmatch(r"(\S+) \(>= (\S+)\)", entry) for entry in entries if entry and entry[0] != "$"]
    return {match[1]: match[2] for match in found}


def requirements():
    """The names and lowest versions in pyproject.toml, but for what a Python brings that every release has."""
    text = (ROOT / "pyproject.toml").read_text()
    listed = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)[1]
    found = re.findall(r'^ +"([\w.]+)(?:\[\w+\])?>=([\d.]+)(?:; ([^"]*))?"', listed, re.MULTILINE)
    assert len(found) == len([line for line in listed.splitlines() if line.lstrip().startswith('"')])
    return {
        name.lower(): version
        for name, version, marker in found
        if not re.search("python_version|win32|darwin", marker)
    }


def installed():
    """Each line of debian/install and its companions: what it takes, by pattern."""
    for name in ("install", "manpages", "docs", "examples"):
        for line in (DEBIAN / name).read_text().splitlines():
            yield line.split()[0]


def test_it_depends_on_what_the_program_declares_and_on_the_same_versions():
    declared = {PACKAGES[name]: version for name, version in requirements().items()}
    assert {name: version for name, version in depends().items() if name not in NOT_IN_PYPROJECT} == declared
    assert depends().keys() >= NOT_IN_PYPROJECT


@pytest.mark.parametrize("pattern", sorted(installed()))
def test_what_it_installs_is_there(pattern):
    base = DEBIAN.parent if pattern.startswith("debian/") else ROOT
    assert list(base.glob(pattern))


def test_everything_for_the_desktop_is_installed():
    share = ROOT / "resources" / "share"
    taken = [pattern for pattern in installed() if pattern.startswith("resources/share/")]
    for path in share.rglob("*"):
        if path.is_file():
            assert any(path.relative_to(ROOT).as_posix().startswith(pattern) for pattern in taken), path


def test_the_package_has_each_file_for_the_desktop_once_and_the_program_finds_its_icon(tmp_path):
    """The rules make links; what they lead to is installed afterwards, by debian/install."""
    root = tmp_path / "debian" / "mailbell"
    modules = root / "usr" / "lib" / "python3" / "dist-packages"
    shutil.copytree(ROOT / "tray", modules / "tray", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "resources", modules / "tray" / "_resources")
    (modules / "mailbell-1.dist-info" / "licenses").mkdir(parents=True)
    (root / "usr" / "bin").mkdir()
    rules = ("make", "-s", "-f", DEBIAN / "rules", "execute_after_dh_auto_install")
    subprocess.run(rules, cwd=tmp_path, check=True)
    for name in ("applications", "bash-completion", "fish", "icons", "metainfo"):
        assert f"resources/share/{name} usr/share" in (DEBIAN / "install").read_text().splitlines()
        shutil.copytree(ROOT / "resources" / "share" / name, root / "usr" / "share" / name)
    library = root / "usr" / "share" / "mailbell"
    links = [path for path in (library / "tray" / "_resources" / "share").rglob("*") if not path.is_dir()]
    assert [path for path in links if not path.is_symlink() or not path.is_file()] == []
    assert not [path for path in links if path.readlink().is_absolute()]
    code = "from tray import assets; print(*(assets.application_icon(size) for size in (48, None)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=library, check=True, capture_output=True, text=True
    )
    found = [Path(word).resolve() for word in done.stdout.split()]
    icons = root / "usr" / "share" / "icons" / "hicolor"
    name = "io.github.mailbell.Mailbell"
    assert found == [icons / "48x48" / "apps" / f"{name}.png", icons / "scalable" / "apps" / f"{name}.svg"]


def test_the_changelog_is_of_this_version():
    assert source.version()[0] == __version__


def test_a_first_release_has_none_before_it_to_upgrade_from(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("release.versions.released", lambda _root: [__version__, "1000.0.0"])
    assert previous.build(tmp_path) is None
    assert f"No release came before {__version__}" in capsys.readouterr().err


def test_the_launcher_is_isolated():
    launcher = (DEBIAN / "bin" / "mailbell").read_text()
    assert launcher.startswith("#!/usr/bin/python3 -I\n")
    assert subprocess.run(["git", "check-ignore", DEBIAN / "bin"], check=False, cwd=ROOT).returncode == 1


def test_the_source_has_nothing_of_who_packs_it_and_when(tmp_path):
    tree = source.lay_out(tmp_path)
    _, _, when = source.version()
    with tarfile.open(tmp_path / f"mailbell_{__version__}.orig.tar.gz") as archive:
        members = archive.getmembers()
    names = [member.name for member in members]
    assert names == sorted(names, key=lambda name: name.split("/"))
    assert {(each.uid, each.gid, each.uname, each.gname, each.mtime) for each in members} == {
        (0, 0, "root", "root", when.timestamp())
    }
    assert {each.mode for each in members} == {0o755, 0o644}
    top = tree.name
    assert f"{top}/tray/__init__.py" in names
    assert not [name for name in names if name.startswith((f"{top}/debian", f"{top}/installer/deb/debian"))]
    assert (tree / "debian" / "control").is_file()
    packaging = [tree / "debian", *(tree / "debian").rglob("*")]
    assert {path.stat().st_mtime for path in packaging} == {when.timestamp()}
