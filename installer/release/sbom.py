"""The software bill of materials: what the stand-alone packages contain besides Mailbell, as CycloneDX."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from dev import venv
from dev.talk import Stop, say

if TYPE_CHECKING:
    from pathlib import Path


def write(python: Path, version: str, epoch: int, target: Path) -> Path:
    """Write the locked packages, each with its hashes, as CycloneDX 1.6 to `target`; `epoch` is its time, Unix seconds.

    The wheel and the packages of distributions contain Mailbell alone; there the versions are those of the system.
    Raises Stop where it is not valid CycloneDX.
    """
    say("Writing the software bill of materials")
    command = [
        python,
        "-m",
        "cyclonedx_py",
        "requirements",
        venv.RUNTIME_LOCK,
        "--output-reproducible",
        "--sv",
        "1.6",
    ]
    done = subprocess.run(
        [*command, "--of", "JSON", "-o", "-"],
        check=False,
        cwd=venv.ROOT,
        env=venv.environment() | {"SOURCE_DATE_EPOCH": str(epoch)},
        stdout=subprocess.PIPE,
    )
    if done.returncode != 0:
        raise Stop("The bill of materials could not be made; the reason is above.")
    document = json.loads(done.stdout)
    document["metadata"]["component"] = component(version)
    for entry in document["components"]:
        entry.pop("description", None)  # the line of the lock, with hashes that stand beside it, too
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    target.write_text(text, encoding="utf-8")
    _validate(python, target)
    return target


def component(version: str) -> dict[str, object]:
    """Mailbell itself."""
    return {
        "type": "application",
        "bom-ref": f"mailbell@{version}",
        "name": "mailbell",
        "version": version,
        "purl": f"pkg:pypi/mailbell@{version}",
        "licenses": [{"license": {"id": "GPL-3.0-or-later"}}],
    }


_VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1], encoding="utf-8").read())
sys.exit(f"{sys.argv[1]} is not valid: {error}" if error else 0)
"""


def _validate(python: Path, target: Path) -> None:
    done = subprocess.run([python, "-c", _VALIDATE, target], check=False, stdout=sys.stderr)
    if done.returncode != 0:
        raise Stop("The bill of materials is no valid CycloneDX; the reason is above.")
