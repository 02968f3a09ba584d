"""The version: where it stands, which one may follow, and the files of packages that repeat it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

SOURCE = Path("tray", "__init__.py")
"""The one place; pyproject.toml, the man page, the bundle and the site read it from there."""
_IN_SOURCE = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_FORM = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_METAINFO = Path("resources", "share", "metainfo", "io.github.mailbell.Mailbell.metainfo.xml")
_DEBIAN = Path("installer", "deb", "debian", "changelog")
_RPM = Path("installer", "rpm", "mailbell.spec")
_ARCH = Path("installer", "arch", "PKGBUILD")
_NIX = Path("installer", "nix", "package.nix")


def numbers(version: str) -> tuple[int, ...]:
    """The three numbers of a version such as ``0.10.2``; raises ValueError with a sentence for anything else."""
    found = _FORM.fullmatch(version)
    if found is None:
        raise ValueError(f"“{version}” is no version: three numbers with points between them, such as 0.2.0.")
    return tuple(int(part) for part in found.groups())


def check_follows(version: str, released: Sequence[str]) -> None:
    """ValueError with a sentence unless `version` may follow the versions `released` (semver.org, 2 and 11)."""
    wanted = numbers(version)
    if not released:
        return
    last = max(released, key=numbers)
    if version in released:
        raise ValueError(f"{version} is released already; what is released is not changed.")
    major, minor, patch = numbers(last)
    if wanted not in {(major, minor, patch + 1), (major, minor + 1, 0), (major + 1, 0, 0)}:
        raise ValueError(
            f"After {last} comes {major}.{minor}.{patch + 1}, {major}.{minor + 1}.0 or {major + 1}.0.0, not {version}."
        )


def released(root: Path) -> list[str]:
    """The versions that the checkout at `root` has tags of, such as v0.1.0."""
    asked = ("git", "-C", root, "tag", "--list", "v[0-9]*")
    tags = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    return [tag[1:] for tag in tags if _FORM.fullmatch(tag[1:])]


def before(version: str, released: Sequence[str]) -> str | None:
    """The newest of the versions `released` that is older than `version`; None if none is."""
    older = [each for each in released if numbers(each) < numbers(version)]
    return max(older, key=numbers, default=None)


def read(root: Path) -> str:
    """The version of the checkout at `root`."""
    found = _IN_SOURCE.search((root / SOURCE).read_text("utf-8"))
    if found is None:
        raise ValueError(f'{SOURCE} has no line __version__ = "…".')
    return found[1]


def write(root: Path, version: str, when: datetime, summary: str) -> list[Path]:
    """Write `version`, released `when` (with a time zone), everywhere; the files that were changed, relative to `root`.

    `summary` is one paragraph for software centres and package managers. Files of packages that are not there are
    left out. What already has this version stays as it is.
    """
    edits: dict[Path, Callable[[str], str]] = {
        SOURCE: lambda text: _IN_SOURCE.sub(f'__version__ = "{version}"', text),
        _METAINFO: lambda text: metainfo(text, version, when, summary),
        _DEBIAN: lambda text: debian(text, version, when, summary),
        _RPM: lambda text: rpm(text, version, when, summary),
        _ARCH: lambda text: re.sub(r"^pkgver=.*$", f"pkgver={version}", text, flags=re.MULTILINE),
        _NIX: lambda text: re.sub(
            r'^(\s*version = )"[^"]+";', rf'\1"{version}";', text, count=1, flags=re.MULTILINE
        ),
    }
    changed = []
    for path, edit in edits.items():
        place = root / path
        if place.exists():
            before = place.read_text("utf-8")
            if (after := edit(before)) != before:
                place.write_text(after, "utf-8")
                changed.append(path)
    return changed


def metainfo(text: str, version: str, when: datetime, summary: str) -> str:
    """AppStream's metainfo with this release as the newest; a development release of the same version gives way."""
    old = re.compile(
        rf'[ \t]*<release version="{re.escape(version)}"[^>]*type="development".*?</release>\n', re.DOTALL
    )
    text = old.sub("", text)
    if f'<release version="{version}"' in text:
        return text
    entry = (
        f'    <release version="{version}" date="{when:%Y-%m-%d}">\n      <description>\n'
        f"        <p>{escape(summary)}</p>\n      </description>\n    </release>\n"
    )
    return text.replace("  <releases>\n", f"  <releases>\n{entry}", 1)


def debian(text: str, version: str, when: datetime, summary: str) -> str:
    """debian/changelog with an entry for the version (Debian Policy, 4.4)."""
    if text.startswith(f"mailbell ({version}-"):
        return text
    found = re.search(r"^ -- (.+>)  ", text, re.MULTILINE)
    who = found[1] if found else "Mailbell contributors <mailbell@mailbell.invalid>"
    return (
        f"mailbell ({version}-1) unstable; urgency=medium\n\n{_folded(summary)}\n\n"
        f" -- {who}  {when:%a, %d %b %Y %H:%M:%S %z}\n\n{text}"
    )


def rpm(text: str, version: str, when: datetime, summary: str) -> str:
    """The spec file with the version and an entry of its changelog."""
    if re.search(rf"^Version:\s+{re.escape(version)}$", text, re.MULTILINE):
        return text
    found = re.search(r"^\* \w+ \w+ \d+ \d+ (.+>) - ", text, re.MULTILINE)
    who = found[1] if found else "Mailbell contributors <mailbell@mailbell.invalid>"
    text = re.sub(r"^(Version:\s+).*$", rf"\g<1>{version}", text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^(Release:\s+)\d+", r"\g<1>1", text, count=1, flags=re.MULTILINE)
    entry = f"%changelog\n* {when:%a %b %d %Y} {who} - {version}-1\n- {summary}\n\n"
    return text.replace("%changelog\n", entry, 1)


def _folded(summary: str) -> str:
    return fill(summary, 76, initial_indent="  * ", subsequent_indent="    ", break_long_words=False)
