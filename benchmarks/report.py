"""The figures as a table for a person and as JSON for a program."""

from __future__ import annotations

import os
import platform
import subprocess
from typing import TYPE_CHECKING

from benchmarks.figure import number
from benchmarks.programs import OURS, SOCKET, STACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figure import Figure

FIRST = (OURS.name, STACK.name, SOCKET.name)


def measured(figures: Sequence[Figure]) -> list[str]:
    """The names of all programs that have a figure, ours and the floors first."""
    found = {name: None for figure in figures for name in figure.samples}
    return sorted(found, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


def missed(figures: Sequence[Figure]) -> list[str]:
    """The names of those over their bar."""
    return [figure.name for figure in figures if figure.within is False]


def table(figures: Sequence[Figure]) -> str:
    """All figures, one a line, and after them those that miss their bar."""
    programs = measured(figures)
    head = ["", *programs, "ratio", "bar", ""]
    rows = [head, *(_row(figure, programs) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(_pad(row, widths)).rstrip() for row in rows]
    over = missed(figures)
    verdict = f"Over the bar: {'; '.join(over)}." if over else "No measured figure is over its bar."
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:], "", verdict])


def machine() -> dict[str, object]:
    """What the figures were measured on, without naming it."""
    dovecot = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=False).stdout
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "dovecot": dovecot.split(" ")[0].strip(),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
    }


def document(figures: Sequence[Figure]) -> dict[str, object]:
    """The same, with every sample, and what it was measured on."""
    return {
        "machine": machine(),
        "figures": [
            {
                "name": figure.name,
                "unit": figure.unit,
                "values": {name: figure.value(name) for name in figure.samples},
                "ratio": figure.ratio(),
                "bar": figure.bar,
                "within": figure.within,
                "samples": figure.samples,
            }
            for figure in figures
        ],
    }


def row_values(figure: Figure, programs: Sequence[str]) -> list[str]:
    """The values of these programs, the ratio of ours to the floor, and the bar."""
    values = [number(figure.value(name), figure.unit) for name in programs]
    ratio = figure.ratio()
    return [*values, "" if ratio is None else f"{ratio:.2f}", figure.bar_text]


def _row(figure: Figure, programs: Sequence[str]) -> list[str]:
    verdict = {True: "ok", False: "over", None: ""}[figure.within]
    return [figure.name, *row_values(figure, programs), verdict]


def _pad(row: list[str], widths: list[int]) -> list[str]:
    return [
        cell.ljust(width) if column in {0, len(row) - 1} else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
