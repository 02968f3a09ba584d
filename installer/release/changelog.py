"""CHANGELOG.md in the form of https://keepachangelog.com/en/1.1.0/: a section for each version, the newest first."""

from __future__ import annotations

import re
from dataclasses import dataclass

UNRELEASED = "Unreleased"
_SECTION = re.compile(r"^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """What changed in one version."""

    version: str
    """Such as ``0.2.0``; `UNRELEASED` for what is not out yet."""
    date: str
    """ISO 8601; empty for what is not out yet."""
    text: str
    """All below the heading, without blank lines around it."""

    @property
    def summary(self) -> str:
        """The first paragraph on one line, without marks of Markdown; empty where the section begins with a heading."""
        first = self.text.split("\n\n", 1)[0]
        if first.startswith(("#", "*", "-")):
            return ""
        return re.sub(r"\[([^\]]+)\]\([^)]*\)|[*`]", r"\1", " ".join(first.split()))


def sections(changelog: str) -> list[Section]:
    """All sections, in the order of the file. Raises ValueError for a heading of the second level that is none."""
    found = list(_SECTION.finditer(changelog))
    headings = re.findall(r"^## .*$", changelog, re.MULTILINE)
    if len(found) != len(headings):
        odd = next(heading for heading in headings if not _SECTION.match(heading))
        raise ValueError(f"CHANGELOG.md: “{odd}” is neither “## [Unreleased]” nor “## [1.2.3] - 2026-01-31”.")
    ends = [match.start() for match in found[1:]] + [len(changelog)]
    return [
        Section(match[1], match[2] or "", changelog[match.end() : end].strip())
        for match, end in zip(found, ends, strict=True)
    ]


def close(changelog: str, version: str, date: str) -> str:
    """The text with what is not released yet as the section of `version`, below a new empty one.

    Where there is a section of `version` already, the text as it is. Raises ValueError where there is nothing to
    release, or the date of the section is another one.
    """
    known = {section.version: section for section in sections(changelog)}
    if version in known:
        if known[version].date != date:
            raise ValueError(
                f"CHANGELOG.md: the section of {version} has the date {known[version].date or '-'}, not {date}."
            )
        return changelog
    if UNRELEASED not in known or not known[UNRELEASED].text:
        raise ValueError(
            f"CHANGELOG.md has nothing for {version}: write under “## [{UNRELEASED}]” what changed for users."
        )
    if not known[UNRELEASED].summary:
        raise ValueError(
            f"CHANGELOG.md: begin “## [{UNRELEASED}]” with a sentence that sums it up: software centres show it."
        )
    heading = f"## [{UNRELEASED}]"
    return changelog.replace(heading, f"{heading}\n\n## [{version}] - {date}", 1)
