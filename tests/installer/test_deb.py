"""The Debian package, installed by dpkg in a place of its own and run by the system's Python; for root and others."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.installer.installed import Installed
from tray import APPLICATION_ID, __version__

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "installer"))

from deb import build  # noqa: E402
from dev import venv  # noqa: E402

SYSTEM_PYTHON = "/usr/bin/python3"
pytestmark = pytest.mark.timeout(300)


def output(*command):
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deb")
    built = Path(output(sys.executable, ROOT / "installer" / "deb" / "build.py", "--output", folder).strip())
    assert built.parent == folder
    return built


@pytest.fixture(scope="module")
def unpacked(package, tmp_path_factory):
    """A root of its own, in which nothing else is installed: what the package depends on is the machine's."""
    folder = tmp_path_factory.mktemp("root")
    database = folder / "var" / "lib" / "dpkg"
    for name in ("updates", "info", "triggers"):
        (database / name).mkdir(parents=True)
    for name in ("status", "available"):
        (database / name).touch()
    forced = ("--force-depends", "--force-not-root", "--force-script-chrootless")
    output("dpkg", f"--root={folder}", "--log=/dev/null", *forced, "--install", package)
    state = output("dpkg-query", f"--admindir={database}", "--show", "--showformat=${Status}", "mailbell")
    assert state == "install ok installed"
    return folder


@pytest.fixture(scope="module")
def installed(unpacked, tmp_path_factory):
    stand_in_for_pyqt5(unpacked / "usr" / "lib" / "mailbell")
    return Installed(unpacked / "usr" / "bin" / "mailbell", tmp_path_factory.mktemp("user") / "home")


def stand_in_for_pyqt5(library):
    """Where the machine lacks the package that ours depends on, give it what that one would bring."""
    there = subprocess.run(
        [SYSTEM_PYTHON, "-c", "import PyQt5.QtWidgets, PyQt5.QtDBus, PyQt5.QtSvg"],
        check=False,
        capture_output=True,
    )
    if there.returncode == 0:
        return
    version = output(SYSTEM_PYTHON, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").strip()
    if version == sysconfig.get_python_version():
        (library / "PyQt5").symlink_to(Path(sysconfig.get_path("platlib"), "PyQt5"))
        return
    lock = library / "qt.lock"
    locked = build.entries(venv.RUNTIME_LOCK.read_text())
    lock.write_text("\n".join(entry for entry in locked if build.QT.match(entry)) + "\n")
    output(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--target", library, "--no-deps"),
        *("--python-version", version, "--only-binary", ":all:", "--require-hashes", "-r", lock),
    )


def test_it_says_what_it_is_and_needs(package):
    facts = output("dpkg-deb", "--field", package, "Package", "Version", "Depends")
    assert "Package: mailbell\n" in facts
    assert f"Version: {__version__}\n" in facts
    assert "python3-pyqt5 (>= 5.15" in facts


def test_it_brings_menu_entry_icons_and_papers(unpacked):
    share = unpacked / "usr" / "share"
    for name in (
        f"applications/{APPLICATION_ID}.desktop",
        f"metainfo/{APPLICATION_ID}.metainfo.xml",
        f"icons/hicolor/scalable/apps/{APPLICATION_ID}.svg",
        f"icons/hicolor/symbolic/apps/{APPLICATION_ID}-symbolic.svg",
        "doc/mailbell/copyright",
    ):
        assert (share / name).is_file(), name


def test_it_holds_nothing_of_the_machine_that_built_it(unpacked):
    named = subprocess.run(
        ["grep", "-rlF", str(ROOT), unpacked / "usr"], check=False, capture_output=True, text=True
    )
    assert named.stdout == ""
    assert not [path for path in unpacked.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o022]


def test_the_command_knows_its_version(installed):
    assert installed.run("--version").stdout == f"mailbell {__version__}\n"


def test_the_command_prints_subjects(installed):
    assert "Welcome! Stay for a few seconds" in installed.newest_subjects_of_a_demo_server()


def test_the_program_runs_its_demo(installed):
    said, code = installed.demo_until("connected to ")
    assert "connected to " in said, said
    assert code == 0, said
