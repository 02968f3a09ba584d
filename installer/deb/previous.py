"""The Debian package of the release before this one, built from its tag by what is in its tag."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from dev import building, venv
from dev.talk import Stop, say
from release import versions

if TYPE_CHECKING:
    from pathlib import Path


def build(folder: Path, kept: Path | None = None) -> Path | None:
    """Build it below `folder`; its path, or None where this is the first release, which is said.

    `kept` as in `systems.clean`. Raises Stop where it cannot be built.
    """
    version = versions.read(venv.ROOT)
    before = versions.before(version, versions.released(venv.ROOT))
    if before is None:
        say(f"No release came before {version} (no tag such as v0.1.0): no upgrade is tried")
        return None
    say(f"Building the package of {before}, to upgrade from it")
    checkout, output = folder / "checkout", folder / "made"
    clone = ("git", "clone", "--quiet", "--no-hardlinks", "--branch", f"v{before}")
    building.must(*clone, "--config", "advice.detachedHead=false", venv.ROOT, checkout)
    keep = ("--keep", kept.resolve()) if kept else ()
    recipe = checkout / "installer" / "dev.py"
    command = (sys.executable, recipe, "package", "deb", "--output", output, *keep)
    # In its own words: neither the time nor a module of this checkout has a part in it.
    if subprocess.run(command, check=False, env=venv.environment(), stdout=sys.stderr).returncode != 0:
        raise Stop(f"The package of {before} could not be built; why is said above.")
    (package,) = output.glob("*.deb")
    return package
