#!/usr/bin/env python3
"""Makes the Flatpak: ``python3 installer/dev.py package flatpak``; see installer/README.md.

First the folder dist/flatpak, with the manifest, the packages that it is built from, and packages.json, which names
them with their hashes: from there on no network is needed. Then flatpak-builder, where the runtime is installed; where
it is not, one line says so.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from dev import building, packages, venv  # noqa: E402
from dev.talk import say  # noqa: E402

_ID = "io.github.mailbell.Mailbell"
MANIFEST = Path(__file__).with_name(f"{_ID}.yml")
_PYTHON = "3.13"
"""Of the runtime that the manifest names."""
_GLIBC = ("2014", "_2_17", "_2_26", "_2_28", "_2_31", "_2_34")
"""The kinds of wheels (manylinux, PEP 600) that the runtime's C library can load."""


def main(arguments: list[str] | None = None) -> int:
    """Make it; its path is the one line on standard output."""
    parser = building.options("flatpak", __doc__)
    parser.add_argument("--sources", action="store_true", help="make the folder of sources, and no more")
    options = parser.parse_args(arguments)
    folder = ROOT / "dist" / "flatpak"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    gather(folder)
    if options.sources:
        print(folder / MANIFEST.name)
        return 0
    packages.need(["flatpak-builder"], "a Flatpak")
    if missing := _missing():
        say(f"No Flatpak was made: that needs {' and '.join(missing)} (flatpak install --user flathub …).")
        print(folder / MANIFEST.name)
        return 0
    print(_build(folder, options.output.resolve()))
    return 0


def _missing() -> list[str]:
    """What the manifest builds on and flatpak does not have here."""
    text = MANIFEST.read_text(encoding="utf-8")
    named = dict(re.findall(r'^(runtime|sdk|runtime-version): "?([\w.]+)', text, re.MULTILINE))
    needed = [f"{named[part]}//{named['runtime-version']}" for part in ("runtime", "sdk")]
    return [
        each
        for each in needed
        if subprocess.run(["flatpak", "info", each], check=False, capture_output=True).returncode != 0
    ]


def gather(folder: Path) -> None:
    """Put the manifest and its sources into `folder`."""
    python = venv.release()
    say("Fetching the locked packages")
    chosen = ["--python-version", _PYTHON, "--implementation", "cp", "--abi", f"cp{_PYTHON.replace('.', '')}"]
    chosen += ["--abi", "abi3", "--abi", "none"]
    for kind in _GLIBC:
        chosen += ["--platform", f"manylinux{kind}_{platform.machine()}"]
    exactly = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", venv.RUNTIME_LOCK)
    building.must(python, "-m", "pip", "download", "--quiet", "--dest", folder, *chosen, *exactly)
    say("Building the wheel")
    building.must(python, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    shutil.copy(venv.RUNTIME_LOCK, folder)
    (folder / "packages.json").write_text(json.dumps(sources(folder), indent=1) + "\n")
    shutil.copy(MANIFEST, folder)


def sources(folder: Path) -> list[dict[str, str]]:
    """The files in `folder` as flatpak-builder's manifests name them."""
    return [
        {"type": "file", "path": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in sorted(folder.iterdir())
    ]


def _build(folder: Path, output: Path) -> Path:
    repository = folder / "repository"
    building.must(
        *("flatpak-builder", "--user", "--force-clean", "--disable-rofiles-fuse"),
        *("--state-dir", folder / "state", "--repo", repository, folder / "tree", folder / MANIFEST.name),
    )
    output.mkdir(parents=True, exist_ok=True)
    bundle = output / f"{_ID}.flatpak"
    building.must("flatpak", "build-bundle", repository, bundle, _ID)
    return bundle


if __name__ == "__main__":
    building.run_main(main)
