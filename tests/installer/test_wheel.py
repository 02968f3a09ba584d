"""The wheel in an empty virtual environment with the locked packages that it runs on; the source archive."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.installer.installed import Installed
from tray import APPLICATION_ID, __version__

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(300)


def must(*command):
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    must(sys.executable, ROOT / "installer" / "pypi" / "build.py", "--output", folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    must(sys.executable, "-m", "venv", folder / "venv")
    pip = (folder / "venv" / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install")
    exactly = ("--quiet", "--no-compile", "--no-deps")
    must(*pip, *exactly, "--require-hashes", "-r", ROOT / "installer" / "dev" / "runtime.lock")
    must(*pip, *exactly, wheel)
    return Installed(folder / "venv" / "bin" / "mailbell", folder / "home")


def test_the_wheel_holds_the_resources_and_nothing_else_of_the_checkout(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert f"tray/_resources/share/icons/hicolor/48x48/apps/{APPLICATION_ID}.png" in names
    assert f"tray/_resources/share/applications/{APPLICATION_ID}.desktop" in names
    assert {name.split("/")[0] for name in names} == {"tray", f"mailbell-{__version__}.dist-info"}
    assert {Path(name).suffix for name in names} == {
        *(".py", ".svg", ".png", ".wav", ".toml", ".mo", ".desktop", ".xml", ".1", ".fish"),
        *(".txt", ""),
    }


def test_the_page_of_the_project_leads_nowhere_that_is_not_there(wheel):
    """PyPI has no files beside it."""
    metadata = zipfile.ZipFile(wheel).read(f"mailbell-{__version__}.dist-info/METADATA").decode()
    links = re.findall(r"\]\(([^)]+)\)", metadata)
    assert len(links) > 30
    assert [link for link in links if not link.startswith("https://")] == []


def test_the_source_archive_holds_what_is_in_the_checkout_and_nothing_that_was_made_there(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    made = re.compile(r"__pycache__|^artifacts|^dist|^\.(?!gitignore$)")
    assert [name for name in names if made.search(name)] == []
    for folder in ("tray", "resources", "tests", "installer", "docs", "benchmarks"):
        there = {
            path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        }
        assert {path.relative_to(ROOT).as_posix() for path in there} <= names


def test_the_installed_command_knows_its_version(installed):
    assert installed.run("--version").stdout == f"mailbell {__version__}\n"


def test_the_lock_satisfies_what_the_wheel_asks_for(installed):
    python = installed.command.parent / "python"
    must(python, "-m", "pip", "check")


def test_the_installed_command_prints_subjects(installed):
    assert "Welcome! Stay for a few seconds" in installed.newest_subjects_of_a_demo_server()


def test_the_installed_program_runs_its_demo(installed):
    said, code = installed.demo_until("connected to ")
    assert "connected to " in said, said
    assert code == 0, said
