"""What a check has found: a mark, a sentence, and what to do."""

from __future__ import annotations

import enum

from tray.values import dataclass


class Mark(enum.Enum):
    """How a finding is to be taken; the value is that of ``--json``."""

    OK = "ok"
    NOTE = "note"
    """It works with a restriction, or is worth knowing."""
    PROBLEM = "problem"
    """Something does not work; the exit code of the command says so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    mark: Mark
    found: str
    """One sentence."""
    advice: str = ""
    """What to do, in one or two sentences; empty where there is nothing to do."""
    details: tuple[str, ...] = ()
    """Lines for the report only."""


@dataclass(frozen=True, slots=True)
class Group:
    """The findings about one part."""

    id: str
    """Its name in ``--json``."""
    title: str
    findings: tuple[Finding, ...]


def ok(found: str, *details: str) -> Finding:
    """What works."""
    return Finding(Mark.OK, found, "", details)


def note(found: str, advice: str = "") -> Finding:
    """What is worth knowing."""
    return Finding(Mark.NOTE, found, advice)


def problem(found: str, advice: str = "") -> Finding:
    """What does not work."""
    return Finding(Mark.PROBLEM, found, advice)


def problems(groups: list[Group]) -> int:
    """How many findings are problems."""
    return sum(finding.mark is Mark.PROBLEM for group in groups for finding in group.findings)
