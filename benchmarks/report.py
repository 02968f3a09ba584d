"""The figures as a table for a person and as JSON for a program."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

from benchmarks.programs import ALL, STACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figure import Figure

_HEAD = ["", *(program.name for program in ALL), "ratio", "bar", ""]


def table(figures: Sequence[Figure]) -> str:
    """All figures, one a line, and after them those that miss their bar."""
    rows = [_HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(_pad(row, widths)).rstrip() for row in rows]
    missed = [figure.name for figure in figures if figure.within is False]
    verdict = f"Over the bar: {'; '.join(missed)}." if missed else "No measured figure is over its bar."
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:], "", verdict])


def document(figures: Sequence[Figure]) -> dict[str, object]:
    """The same, with every sample, and what it was measured on."""
    return {
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "processors": os.cpu_count(),
            "load": os.getloadavg(),
        },
        "figures": [
            {
                "name": figure.name,
                "unit": figure.unit,
                "values": {program.name: figure.value(program.name) for program in ALL},
                "ratio": figure.ratio,
                "bar": figure.bar,
                "within": figure.within,
                "samples": figure.samples,
            }
            for figure in figures
        ],
    }


def _row(figure: Figure) -> list[str]:
    values = [_number(figure.value(program.name), figure.unit) for program in ALL]
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    verdict = {True: "ok", False: "over", None: ""}[figure.within]
    return [figure.name, *values, ratio, _bar(figure), verdict]


def _bar(figure: Figure) -> str:
    if figure.times_stack is not None:
        return f"{figure.times_stack:g} x {STACK.name}"
    if figure.above_stack is not None:
        return f"{STACK.name} + {figure.above_stack:g} {figure.unit}"
    return "" if figure.limit is None else _number(figure.limit, figure.unit)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    text = f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:.1f}"
    return f"{text} {unit}".rstrip()


def _pad(row: list[str], widths: list[int]) -> list[str]:
    return [
        cell.ljust(width) if column in {0, len(row) - 1} else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
