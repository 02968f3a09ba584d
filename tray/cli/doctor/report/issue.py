"""The findings as a report for an issue: in English, with all details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray import __version__
from tray.cli.doctor.finding import problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tray.cli.doctor.finding import Finding, Group

_UNWANTED = ("Belongs to: ", "For: ", "SHA-256: ")
"""Of a certificate: they name the server, or let it be found in public lists of certificates."""


def report(groups: list[Group], clean: Callable[[str], str]) -> str:
    """The findings with their details for whoever helps, each line cleaned; in English where they were made so."""
    lines = [
        f"Mailbell {__version__}: report of “mailbell doctor”",
        "No password is in it. Look through it before you send it.",
        f"Problems: {problems(groups)}",
    ]
    for group in groups:
        lines += [
            "",
            clean(group.title),
            *(line for finding in group.findings for line in _reported(finding, clean)),
        ]
    return "\n".join(lines) + "\n"


def _reported(finding: Finding, clean: Callable[[str], str]) -> Iterator[str]:
    yield f"  {finding.mark.value}: {clean(finding.found)}"
    if finding.advice:
        yield f"      to do: {clean(finding.advice)}"
    for line in finding.details:
        if not line.startswith(_UNWANTED):
            yield f"      {clean(line)}"
