"""The findings as text on a terminal, and as JSON."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from tray import __version__
from tray.cli.doctor.finding import Mark, problems
from tray.i18n import tr, trn

if TYPE_CHECKING:
    from tray.cli.doctor.finding import Group

_LEAST = 40
"""Columns; on a narrower terminal the lines are as long as on this one."""
_MOST = 110


def on_terminal(groups: list[Group], width: int) -> str:
    """The findings for a person; each begins with its mark as a word."""
    marks = {Mark.OK: tr("ok"), Mark.NOTE: tr("note"), Mark.PROBLEM: tr("PROBLEM")}
    column = max(map(len, marks.values())) + 2
    columns = min(max(width, _LEAST), _MOST)
    lines: list[str] = []
    for group in groups:
        lines += [group.title]
        for finding in group.findings:
            lines += _wrapped(finding.found, f"  {marks[finding.mark]:<{column}}", columns)
            if finding.advice:
                lines += _wrapped(f"→ {finding.advice}", " " * (column + 2), columns)
        lines.append("")
    return "\n".join([*lines, *_wrapped(_verdict(groups), "", columns)])


def _wrapped(text: str, begin: str, columns: int) -> list[str]:
    indent = " " * len(begin)
    return textwrap.wrap(
        text,
        columns,
        initial_indent=begin,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _verdict(groups: list[Group]) -> str:
    found = problems(groups)
    if not found:
        return tr("No problem was found.")
    return trn("{n} problem was found; the arrow below it says what to do.",
               "{n} problems were found; the arrow below each says what to do.", found).format(n=found)  # fmt: skip


def record(groups: list[Group]) -> dict[str, Any]:
    """The findings for scripts."""
    return {
        "version": __version__,
        "problems": problems(groups),
        "groups": [
            {
                "id": group.id,
                "title": group.title,
                "findings": [
                    {"mark": each.mark.value, "found": each.found, "advice": each.advice}
                    for each in group.findings
                ],
            }
            for group in groups
        ],
    }
