"""Makes a release in dist/release-VERSION: sets the version, builds and tries every package.

It publishes nothing and makes no tag, but says what is left to do. After a failure it can be run again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from dev import building, venv
from dev.talk import Stop, say
from website import make as website

from release import changelog, checksums, reproducible, sbom, steps, versions

_ROOT = venv.ROOT
_LOG = Path("CHANGELOG.md")
_TRIED_TWICE, _SITE = "twice", "site"


def main(arguments: list[str]) -> int:
    """``dev.py release VERSION``: 0 if everything went well."""
    names = [step.name for step in (*steps.CHECKS, *steps.packages())] + [_TRIED_TWICE]
    parser = argparse.ArgumentParser(prog="dev.py release", description=__doc__)
    parser.add_argument("version", metavar="VERSION", help="such as 0.2.0")
    parser.add_argument(
        "--skip", choices=names, action="append", default=[], help="leave a step out; the report says so"
    )
    parser.add_argument("--sign", metavar="KEY", help="sign the checksums with this key of gpg")
    parser.add_argument("--branch", default="main", help=argparse.SUPPRESS)  # to try the command itself
    options = parser.parse_args(arguments)
    try:
        versions.numbers(options.version)
        _check(options.version, options.branch)
        _set(options.version)
        output = _ROOT / "dist" / f"release-{options.version}"
        done = _build(options.version, output, options.skip)
    except ValueError as error:
        raise Stop(str(error)) from error
    sums = checksums.write(output)
    signed = _sign(sums, options.sign) if options.sign else None
    _report(options.version, output, done, signed)
    return int(any(result.startswith("failed") for result in done.values()))


def _check(version: str, branch: str) -> None:
    """Stop unless a release of `version` can be made of what is here."""
    if os.geteuid() != 0:
        raise Stop("Packages are tried in systems of their own, which needs root: run it by sudo.")
    if _git("status", "--porcelain"):
        raise Stop("There are changes that are not committed; commit them, or put them away (git stash).")
    present = _git("branch", "--show-current")
    if present != branch:
        raise Stop(f"A release is made on {branch}; this is {present or 'no branch'}.")
    versions.check_follows(version, versions.released(_ROOT))
    known = {section.version for section in changelog.sections((_ROOT / _LOG).read_text("utf-8"))}
    if version not in known:
        changelog.close(
            (_ROOT / _LOG).read_text("utf-8"), version, "2000-01-01"
        )  # raises where there is nothing


def _set(version: str) -> None:
    """Set the version in every file and keep the files of it for later tests, in one commit, unless that is done."""
    if _git("log", "-1", "--format=%s") == _subject(version):
        say(f"The version is {version} already")
        return
    now = datetime.now(timezone.utc).replace(microsecond=0)
    log = _ROOT / _LOG
    closed = changelog.close(log.read_text("utf-8"), version, _date_of(version, log, now))
    log.write_text(closed, "utf-8")
    (section,) = (section for section in changelog.sections(closed) if section.version == version)
    for path in versions.write(_ROOT, version, now, section.summary):
        say(f"{path}: {version}")
    try:
        _dev("pages")
        from dev import commands  # which knows this command

        say("Keeping the files that this version writes, for the tests of all later ones")
        commands._prepare_tests()  # noqa: SLF001 -- of the same tool
        _must(venv.ensure(_ROOT / ".venv"), "-m", "tests.old_versions.keep", "--again", version)
    except Stop:
        say("Nothing is committed; git checkout . && git clean -d tests/old_versions takes the changes back")
        raise
    _git("add", "--all")
    _git("commit", "--quiet", "--message", _subject(version))


def _date_of(version: str, log: Path, now: datetime) -> str:
    dates = {section.version: section.date for section in changelog.sections(log.read_text("utf-8"))}
    return dates.get(version) or f"{now:%Y-%m-%d}"


def _build(version: str, output: Path, skipped: list[str]) -> dict[str, str]:
    """Build and try everything; how each step ended. The first that fails ends it, so that it can be mended."""
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    python = venv.release()
    done: dict[str, str] = {}
    for step in (*steps.CHECKS, *steps.packages()):
        if step.name in skipped:
            done[step.name] = "SKIPPED"
            continue
        say(f"{step.name}: {step.what}")
        started = time.monotonic()
        _dev(*step.arguments(output))
        done[step.name] = f"done in {time.monotonic() - started:.0f} s"
    reproducible.build(python, _ROOT, output)
    sbom.write(python, version, building.epoch(), output / f"mailbell-{version}.cdx.json")
    website.build(python, _ROOT, _ROOT / "dist" / _SITE, {"SOURCE_DATE_EPOCH": str(building.epoch())})
    done[_TRIED_TWICE] = "SKIPPED"
    if _TRIED_TWICE not in skipped:
        for line in (same := reproducible.check(python)):
            say(f"Twice the same: {line}")
        done[_TRIED_TWICE] = f"{len(same)} the same"
    return done


def _sign(sums: Path, key: str) -> Path:
    target = sums.with_name(f"{sums.name}.asc")
    target.unlink(missing_ok=True)
    _must("gpg", "--batch", "--local-user", key, "--armor", "--detach-sign", "--output", target, sums)
    return target


def _report(version: str, output: Path, done: dict[str, str], signed: Path | None) -> None:
    for name, result in done.items():
        say(f"{name}: {result}")
    print(f"Mailbell {version} is in {output}:")
    for path in sorted(output.iterdir()):
        print(f"  {path.stat().st_size / 1e6:8.2f} MB  {path.name}")
    print("Left to do, when you have looked at it:")
    signing = [] if signed else [f"gpg --armor --detach-sign {output / checksums.NAME}"]
    for line in (
        *signing,
        f"git tag --sign v{version} --message 'Mailbell {version}'",
        f"git push origin main v{version}",
        f"twine upload {output}/mailbell-{version}.tar.gz {output}/mailbell-{version}-py3-none-any.whl",
        f"gh release create v{version} --verify-tag --notes-file CHANGELOG.md {output}/*",
        f"the pages of dist/{_SITE}, to where the site is",
    ):
        print(f"  {line}")


def _subject(version: str) -> str:
    return f"Version {version}"


def _dev(*arguments: str) -> None:
    _must(sys.executable, _ROOT / "installer" / "dev.py", *arguments)


def _must(*command: str | Path) -> None:
    if (
        subprocess.run(command, check=False, cwd=_ROOT, env=venv.environment(), stdout=sys.stderr).returncode
        != 0
    ):
        words = " ".join(Path(str(word)).name if word == command[0] else str(word) for word in command)
        raise Stop(f"“{words}” failed; the reason is above. Mend it and run the same command again.")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], check=False, cwd=_ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise Stop(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()
