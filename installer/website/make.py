"""Builds the site: all documents as pages, in light and dark, with a search that needs no server."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from dev import venv
from dev.talk import Stop, say

from website import links

HERE = Path(__file__).resolve().parent
_FIRST = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Mailbell</title>
<meta http-equiv="refresh" content="0; url=docs/index.html">
</head>
<body><p><a href="docs/index.html">Mailbell</a></p></body>
</html>
"""


def main(arguments: list[str]) -> int:
    """``dev.py site [--output DIR]``: Stop where a page has a warning or a link leads nowhere."""
    parser = argparse.ArgumentParser(prog="dev.py site", description=__doc__)
    parser.add_argument("--output", type=Path, default=venv.ROOT / "dist" / "site", metavar="DIR")
    options = parser.parse_args(arguments)
    build(venv.release(), venv.ROOT, options.output)
    print(options.output)
    return 0


def build(python: Path, source: Path, output: Path, environment: dict[str, str] | None = None) -> None:
    """Make the site of the checkout `source` in the folder `output`, which is replaced; raises Stop."""
    shutil.rmtree(output, ignore_errors=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    doctrees = output.with_name(f".{output.name}-doctrees")
    strict = ("-q", "-W", "--keep-going", "-E", "-d", doctrees)
    say("Building the site")
    done = subprocess.run(
        [
            python,
            "-m",
            "sphinx",
            *strict,
            "-c",
            source / "installer" / "website",
            "-b",
            "html",
            source,
            output,
        ],
        check=False,
        env=(venv.environment() | {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"} | (environment or {})),
        stdout=sys.stderr,
    )
    shutil.rmtree(doctrees, ignore_errors=True)
    if done.returncode != 0:
        raise Stop("The site has faults; they are named above.")
    (output / ".buildinfo").unlink(missing_ok=True)  # for Sphinx's next run, which begins anew here
    (output / "index.html").write_text(_FIRST, encoding="utf-8")
    (output / ".nojekyll").touch()  # a host of pages is not to drop folders that begin with an underscore
    broken, others = links.check(output)
    if broken:
        raise Stop("These links lead nowhere:\n" + "\n".join(broken))
    listing = output.with_name(f"{output.name}-other-sites.txt")
    listing.write_text("".join(f"{address}\n" for address in others), encoding="utf-8")
    say(f"Every link within the site leads somewhere; {len(others)} to other sites were not tried: {listing}")
