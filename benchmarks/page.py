"""The figures as a page of docs/, with charts."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from benchmarks.programs import OURS
from benchmarks.report import measured, missed, row_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.figure import Figure

CHARTED = (
    "EXISTS to Notify, 10 mails",
    "start to IDLE, 10 mails",
    "memory (PSS)",
    "killed session to Notify",
)
"""The figures that have a chart, by their names."""

_HEAD = """\
# Benchmarks

What Mailbell costs beside two floors, measured in the same run: a *bare socket* client (one TLS socket, the standard
library, one toast) and the *bare stack* (the least tray program on PyQt5, qt5reactor and Twisted, which stores nothing
and survives nothing). Figures are to be read as ratios: seconds are those of one machine. Every program talks to one
Dovecot on the same machine through a TLS proxy that notes moments and bytes; no program is changed for it.

{verdict}

* Measured on {date}, on {system} with {processors} processors (load {load:.1f}), Python {python}, Dovecot {dovecot}.
* By `{command}`, which writes this page. What stands behind it: [benchmarks/README.md](../benchmarks/README.md).
* {others}
"""


def write(
    folder: Path,
    sections: Mapping[str, Sequence[Figure]],
    facts: Mapping[str, object],
    others: str,
) -> Path:
    """Write benchmarks.md and its charts into `folder`; `facts` fill the head of the page. Returns the page's path."""
    figures = [figure for section in sections.values() for figure in section]
    over = missed(figures)
    verdict = (
        f"Over their bars: {'; '.join(over)}."
        if over
        else "Every figure of Mailbell that has a bar is within it."
    )
    parts = [_HEAD.format(verdict=verdict, others=others, **facts)]
    pictures = folder / "pictures"
    for chart in [figure for figure in figures if figure.name in CHARTED]:
        file = f"benchmark-{slug(chart.name)}.svg"
        (pictures / file).write_text(draw(chart), encoding="utf-8")
        parts.append(f"![{chart.name}](pictures/{file})\n")
    for title, section in sections.items():
        parts.append(f"## {title}\n\n{_table(section)}\n")
    page = folder / "benchmarks.md"
    page.write_text("\n".join(parts), encoding="utf-8")
    return page


def _table(figures: Sequence[Figure]) -> str:
    programs = measured(figures)
    head = ["figure", *programs, "ratio", "bar"]
    rows = [head, ["---"] * len(head)]
    for figure in figures:
        name = f"{figure.name}<br>*{figure.how}*" if figure.how else figure.name
        over = " **over**" if figure.within is False else ""
        *values, bar = row_values(figure, programs)
        rows.append([name, *values, bar + over])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def slug(name: str) -> str:
    """A file's name for a figure."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def draw(figure: Figure) -> str:
    """A bar for each program, as SVG; the bar that ours has to clear is named in the title."""
    import pygal
    from pygal.style import Style

    style = Style(background="white", plot_background="white", colors=("#7f8c9b",), font_family="sans-serif")
    chart = pygal.HorizontalBar(
        style=style, js=(), show_legend=False, width=720, height=300, print_values=True, margin=10
    )
    chart.title = f"{figure.name}, {figure.unit}".rstrip(", ")
    programs = [name for name in measured([figure]) if math.isfinite(figure.value(name) or 0)]
    chart.x_labels = programs[::-1]
    bars = [
        {"value": figure.value(name), "color": "#2f6fb7" if name == OURS.name else "#7f8c9b"}
        for name in programs[::-1]
    ]
    chart.add(figure.unit, bars, formatter=lambda value: f"{value:,.1f}")
    svg: str = chart.render(is_unicode=True, disable_xml_declaration=True)
    return svg + "\n"
