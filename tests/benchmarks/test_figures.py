"""What is made of samples: values, ratios, bars, the table and the page."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest

from benchmarks import others, page, report
from benchmarks.figure import Figure, number, p95


def figure(name="start", unit="ms", **fields):
    made = Figure(name, unit, **fields)
    for program, samples in (
        ("Mailbell", [3.0, 1.0, 2.0]),
        ("bare stack", [1.0]),
        ("bare socket", [0.5]),
        ("Other", [math.inf]),
    ):
        for sample in samples:
            made.add(program, sample)
    return made


def test_a_value_is_the_median_unless_another_statistic_is_asked_for():
    assert figure().value("Mailbell") == 2
    assert figure(statistic=max).value("Mailbell") == 3
    assert figure().value("nobody") is None
    assert p95(range(1, 101)) == 95
    assert p95([1.0, 2.0]) == 2


def test_the_ratio_is_to_the_floor():
    assert figure().ratio() == 2
    assert figure(floor="bare socket").ratio() == 4
    assert Figure("none", "").ratio() is None


@pytest.mark.parametrize(
    ("bar", "text", "within"),
    [
        ({"limit": 2}, "2 ms", True),
        ({"limit": 1.5}, "1.5 ms", False),
        ({"times_stack": 1.9}, "1.9 × bare stack", False),
        ({"times_stack": 2}, "2 × bare stack", True),
        ({"above_stack": 0.5}, "bare stack + 0.5 ms", False),
        ({"above_stack": 1}, "bare stack + 1 ms", True),
        ({}, "", None),
    ],
)
def test_a_bar_is_a_limit_or_depends_on_the_bare_stack(bar, text, within):
    assert figure(**bar).bar_text == text
    assert figure(**bar).within is within


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (math.inf, "never"),
        (12345.6, "12,346 B"),
        (12.34, "12.3 B"),
        (3.0, "3 B"),
        (0.123, "0.12 B"),
    ],
)
def test_a_number_is_as_exact_as_it_is_worth(value, text):
    assert number(value, "B") == text


def test_the_table_names_what_is_over_its_bar():
    lines = report.table([figure("good", limit=2), figure("bad", limit=1)]).splitlines()
    assert lines[0].split() == ["Mailbell", "bare", "stack", "bare", "socket", "Other", "ratio", "bar"]
    assert lines[2].endswith("ok")
    assert lines[-1] == "Over the bar: bad."
    assert report.table([figure()]).endswith("No measured figure is over its bar.")


FACTS = {
    "date": "2026-01-02",
    "system": "Linux",
    "processors": 2,
    "load": 0.5,
    "python": "3.11",
    "dovecot": "2.3",
    "command": "python benchmarks/run.py",
}


def test_the_page_has_every_figure_and_says_how_it_came_about(tmp_path):
    written = page.write(
        tmp_path, {"A start": [figure(limit=1, how="As it is.")]}, FACTS, "Not installed: gnubiff."
    )
    text = written.read_text("utf-8")
    assert "Over their bars: start." in text
    assert "2026-01-02" in text
    assert "Not installed: gnubiff." in text
    assert "## A start" in text
    assert "| start<br>*As it is.* | 2 ms | 1 ms | 0.5 ms | never | 2.00 | 1 ms **over** |" in text


def test_a_chart_has_a_bar_for_every_program_that_came_to_an_end(tmp_path):
    pytest.importorskip("pygal", reason="the charts need the dependency group benchmark")
    (tmp_path / "pictures").mkdir()
    page.write(tmp_path, {"A start": [figure(page.CHARTED[0])]}, FACTS, "")
    (chart,) = (tmp_path / "pictures").iterdir()
    drawn = ET.fromstring(chart.read_text("utf-8"))
    names = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Mailbell", "bare stack", "bare socket"} <= names
    assert "Other" not in names
    assert f"![{page.CHARTED[0]}](pictures/{chart.name})" in (tmp_path / "benchmarks.md").read_text("utf-8")


def test_the_page_says_which_programs_are_missing_and_why():
    known = list(others.KNOWN.values())
    sentence = others.sentence(known[:1], known[:2])
    assert sentence.startswith(f"Other programs: {known[0].name}. {known[0].note}")
    assert f"without hands: {known[1].name}." in sentence
    assert f"Not installed: {', '.join(program.name for program in known[2:])}." in sentence
    assert others.sentence([], []).startswith("No other program was measured.")
