"""The set-up on a later day: what an index has published since the lock was made changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.installer.local_index import NEWER, LocalIndex, imitate, pinned

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "installer"))

from dev import venv  # noqa: E402
from dev.talk import Stop  # noqa: E402

pytestmark = pytest.mark.timeout(300)

_OLDEST = {
    (3, 10): ("22.0.2", "682eabc4716bfce606aca8dab488e9c7b58b0737e9001004eb858cdafcd8dbdd"),  # Ubuntu 22.04
    (3, 11): ("22.3", "1daab4b8d3b97d1d763caeb01a4640a2250a0ea899e257b1e44b9eded91e15ab"),
    (3, 12): ("23.2.1", "7ccf472345f20d35bdc9d1841ff5f313260c2c33fe417f48c30ac46cccabf5be"),
    (3, 13): ("24.2", "2cd581cf58ab7fcfca4ce8efa6dcacd0de5bf8d0a3eb9ec927e07405f4d9e2a2"),
}
"""The pip that each Python brought at first, and the SHA-256 of its wheel: the oldest that a set-up meets there."""

_NEWEST = ("26.3", "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13")
"""The newest when this was written."""

PIPS = dict([_OLDEST[sys.version_info[:2]], _NEWEST])


def run(*command, **options):
    return subprocess.run(command, check=False, capture_output=True, text=True, **options)


@pytest.fixture(scope="module", params=PIPS)
def python(request, tmp_path_factory):
    """The interpreter of an empty environment with one certain pip."""
    folder = tmp_path_factory.mktemp("pip")
    lock = folder / "pip.lock"
    lock.write_text(f"pip=={request.param} --hash=sha256:{PIPS[request.param]}\n")
    fetched = run(
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"),
        *("--require-hashes", "-r", lock, "-d", folder),
    )
    assert fetched.returncode == 0, fetched.stderr
    (wheel,) = folder.glob("pip-*.whl")
    made = run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    assert made.returncode == 0, made.stderr
    interpreter = venv.python_of(folder / "venv")
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    return interpreter


@pytest.fixture
def on_a_later_day(tmp_path, monkeypatch):
    """Nothing is asked but an index on loopback, which has newer versions of everything: the lock that fits it."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    lock = tmp_path / "imitated.lock"
    with imitate(venv.LOCK, lock).served() as address:
        monkeypatch.setenv("PIP_INDEX_URL", address)
        yield lock


def installed(python):
    listed = run(python, "-m", "pip", "--disable-pip-version-check", "list", "--format=freeze")
    return {
        name.lower(): version for name, _, version in (line.partition("==") for line in listed.stdout.split())
    }


def test_exactly_the_locked_versions_are_installed(python, on_a_later_day):
    venv.install_lock(python, on_a_later_day)
    versions = installed(python)
    assert versions.pop("pip") in PIPS
    versions.pop("setuptools", None)
    assert {(name.lower().replace("_", "-"), version) for name, version in versions.items()} <= {
        (name, version) for name, version, _ in pinned(venv.LOCK)
    }
    assert {"twisted", "pyqt5", "pytest", "coverage"} <= versions.keys()


def test_a_plain_name_would_get_the_newer_version(python, on_a_later_day, tmp_path):
    """Shows that the index of these tests really offers what must not be taken."""
    run(python, "-m", "pip", "download", "--no-deps", "-d", tmp_path, "coverage")
    assert [path.name for path in tmp_path.glob("coverage-*.whl")] == [f"coverage-{NEWER}-py3-none-any.whl"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the pips of Python 3.12 and newer hold to the lock")
@pytest.mark.parametrize("python", list(PIPS)[:1], indirect=True)
def test_the_oldest_pip_left_to_resolve_the_same_lock_refuses_it(python, on_a_later_day, tmp_path):
    """Shows that --no-deps is what holds: this is how the set-up broke."""
    done = run(
        *(python, "-m", "pip", "--disable-pip-version-check", "install", "--require-hashes"),
        *("--target", tmp_path / "elsewhere", "-r", on_a_later_day),
    )
    assert done.returncode != 0
    assert "coverage" in done.stderr


def test_a_lock_that_forgot_a_package_is_noticed(python, tmp_path, monkeypatch, capfd):
    index = LocalIndex()
    digest = index.add("outer", "1.0", "Requires-Dist: inner\n")
    index.add("inner", "1.0")
    lock = tmp_path / "short.lock"
    lock.write_text(f"outer==1.0 --hash=sha256:{digest}\n")
    with index.served() as address:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", address)
        with pytest.raises(Stop, match="pip failed"):
            venv.install_lock(python, lock)
    run(python, "-m", "pip", "uninstall", "--yes", "outer")
    assert "outer 1.0 requires inner" in capfd.readouterr().err


def test_a_package_that_can_only_be_built_from_source_is_refused(python, tmp_path, monkeypatch):
    """A build would fetch the newest tools that it names."""
    index = LocalIndex()
    index.add_file("source-only", "source-only-1.0.tar.gz", b"")
    lock = tmp_path / "source.lock"
    lock.write_text(f"source-only==1.0 --hash=sha256:{'0' * 64}\n")
    with index.served() as address:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", address)
        with pytest.raises(Stop, match="pip failed"):
            venv.install_lock(python, lock)
