"""The figures as a page of docs/, with charts."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from benchmarks.figure import number
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

_WIDE = 30
"""The largest value in multiples of the smallest from which on a chart is logarithmic."""
_OURS, _OTHERS = "#2f6fb7", "#7f8c9b"

_HEAD = """\
# Benchmarks

What Mailbell costs beside two floors, measured in the same run: a *bare socket* client (one TLS socket, the standard
library, one toast) and the *bare stack* (the least tray program on PyQt5, qt5reactor and Twisted, which stores nothing
and survives nothing). Figures are to be read as ratios: seconds are those of one machine. Every program talks to one
Dovecot on the same machine through a TLS proxy that notes moments and bytes; no program is changed for it.

{verdict}

* Measured on {date}, on {system} with {processors} processors (load {load:.1f}), Python {python}, Dovecot {dovecot}.
* By `{command}`, which writes this page. What stands behind it: [benchmarks/README.md](../benchmarks/README.md).
* {others} *Never* stands for what did not come within 15 seconds.
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
    """A bar for each program, as SVG."""
    import pygal
    from pygal.style import Style

    values = {name: figure.value(name) or 0 for name in measured([figure])[::-1]}
    values = {name: value for name, value in values.items() if 0 < value < math.inf}
    wide = max(values.values()) > _WIDE * min(values.values())
    style = Style(
        background="white",
        plot_background="white",
        font_family="sans-serif",
        value_font_size=13,
        label_font_size=13,
        guide_stroke_color="none",
        major_guide_stroke_color="none",
    )
    chart = pygal.HorizontalBar(
        style=style,
        js=(),
        width=720,
        height=320,
        print_values=True,
        show_legend=False,
        show_x_labels=False,
        logarithmic=wide,
        zero=min(values.values()) / 3 if wide else 0,
    )
    chart.uuid = slug(figure.name)  # else another one in every run
    chart.title = figure.name + (", logarithmic" if wide else "")
    chart.x_labels = list(values)
    bars = [
        {"value": value, "color": _OURS if name == OURS.name else _OTHERS} for name, value in values.items()
    ]
    chart.add(figure.unit, bars, formatter=lambda value: number(value, figure.unit))
    svg: str = chart.render(is_unicode=True, disable_xml_declaration=True)
    return re.sub("<!--.*?-->", "", svg) + "\n"
