"""What the Flatpak may do, and what it is built from."""

from __future__ import annotations

import hashlib
import re
import runpy
from pathlib import Path

import pytest
import yaml

INSTALLER = Path(__file__).resolve().parents[2] / "installer"
NAME = "io.github.mailbell.Mailbell"


@pytest.fixture(scope="module")
def manifest():
    return yaml.safe_load((INSTALLER / "flatpak" / f"{NAME}.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def build():
    return runpy.run_path(str(INSTALLER / "flatpak" / "build.py"))


def test_what_it_may_do_is_what_the_page_of_the_installers_says(manifest):
    page = (
        (INSTALLER / "README.md").read_text(encoding="utf-8").partition("## flatpak")[2].partition("\n## ")[0]
    )
    assert set(manifest["finish-args"]) == set(re.findall(r"`(--[\w-]+=[\w.-]+)`", page))


def test_it_reaches_no_files_no_system_bus_and_not_the_whole_session_bus(manifest):
    assert not [
        argument
        for argument in manifest["finish-args"]
        if re.match(r"--(filesystem|device|socket=(session|system)-bus|system-|talk-name=.*\*)", argument)
    ]


def test_it_is_named_like_the_desktop_file(manifest):
    assert manifest["id"] == NAME
    assert list((INSTALLER.parent / "resources" / "share").rglob(f"{NAME}.desktop"))


def test_every_source_is_named_with_its_hash(build, tmp_path):
    (tmp_path / "b.whl").write_bytes(b"2")
    (tmp_path / "a.whl").write_bytes(b"1")
    assert build["sources"](tmp_path) == [
        {"type": "file", "path": "a.whl", "sha256": hashlib.sha256(b"1").hexdigest()},
        {"type": "file", "path": "b.whl", "sha256": hashlib.sha256(b"2").hexdigest()},
    ]


@pytest.mark.parametrize("there", ["", "Platform", "Sdk", "Platform Sdk"])
def test_what_it_builds_on_and_is_not_there_is_named(build, manifest, monkeypatch, tmp_path, there):
    """The runtime and the Sdk of the manifest, as ``flatpak info`` knows them."""
    program = tmp_path / "flatpak"
    program.write_text(
        f'#!/bin/sh\nname=${{2#org.freedesktop.}}\ncase " {there} " in *" ${{name%%//*}} "*) exit 0 ;; esac\nexit 1\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    version = manifest["runtime-version"]
    needed = [f"{manifest[part]}//{version}" for part in ("runtime", "sdk")]
    assert build["_missing"]() == [
        each for each in needed if each.split("//")[0].rpartition(".")[2] not in there.split()
    ]
