"""``dev.py mutate`` on a small package: what its tests notice is killed, what they do not notice is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    subprocess.run(
        ["unshare", "--net", "--pid", "--fork", "--map-root-user", "true"], check=False, capture_output=True
    ).returncode
    != 0,
    reason="no namespaces can be made here",
)
ROOT = Path(__file__).parents[2]

CODE = """
import logging
from functools import lru_cache

log = logging.getLogger(__name__)
_FREE = 3


def price(parcels: int | None = 1) -> int:
    log.debug("Counted %d", parcels + 1)
    return max(0, parcels - _FREE)


@lru_cache
def is_heavy(kilograms):
    return kilograms > 5


def unload(parcels):
    while parcels:
        parcels.pop()
    return True


def lost():
    return []
"""

TESTS = """
import errno
import os
import socket

import pytest

from tray.post import parcels


@pytest.mark.parametrize(("number", "price"), [(0, 0), (3, 0), (4, 1), (9, 6)])
def test_price(number, price):
    assert parcels.price(number) == price
    assert parcels.price() == 0


def test_heavy():
    assert parcels.is_heavy(9)


def test_light():
    assert not parcels.is_heavy(5)
    assert parcels.is_heavy(9)


def test_unload():
    assert parcels.unload([1, 2]) is True


def test_nothing_else_can_be_reached():
    with pytest.raises(OSError) as caught:
        socket.create_connection(("192.0.2.1", 9), 10)
    assert caught.value.errno == errno.ENETUNREACH
    with pytest.raises(ProcessLookupError):
        os.kill(int(os.environ["OUTSIDE"]), 0)
"""


@pytest.fixture
def package(tmp_path):
    for folder, name, text in (("tray", "parcels", CODE), ("tests", "test_parcels", TESTS)):
        (tmp_path / folder / "post").mkdir(parents=True)
        (tmp_path / folder / "__init__.py").touch()
        (tmp_path / folder / "post" / "__init__.py").touch()
        (tmp_path / folder / "post" / f"{name}.py").write_text(text)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\npythonpath = .\naddopts = --import-mode=importlib\nmarkers = alone\n"
    )
    return tmp_path


def mutate(package, *options):
    command = [sys.executable, ROOT / "installer" / "dev" / "mutate.py", "post", "--patience", "2", *options]
    env = os.environ | {"OUTSIDE": str(os.getpid())}
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=package, env=env)


def test_what_no_test_notices_is_named(package):
    done = mutate(package, "--at-least", "77")
    assert done.stderr == ""  # no test was left out
    assert done.stdout.splitlines() == [
        "tray/post/parcels.py:9  def price(parcels: int | None=1) -> int: -> def price(parcels: int | None=2) -> int:",
        "tray/post/parcels.py:9  def price(parcels: int | None=1) -> int: -> def price(parcels: int | None=0) -> int:",
        "tray/post/parcels.py:16  return kilograms > 5 -> return kilograms > 6",
        "tray/post/parcels.py:26  return [] -> return None  (no test executes it)",
        "   14/18      78 %  tray/post",
        "   14/18      78 %  tray/post/parcels.py",
    ]
    assert done.returncode == 0


def test_too_few_that_are_noticed_are_a_failure(package):
    assert mutate(package, "--sample", "4", "--seed", "2", "--at-least", "100").returncode == 1


def test_a_folder_without_code_is_a_mistake(package):
    assert mutate(package, "--file", "letters.py").returncode == 2
