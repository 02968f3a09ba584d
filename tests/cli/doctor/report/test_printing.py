"""The findings as text, report and JSON."""

from __future__ import annotations

import pytest

from tray.cli.doctor.finding import Finding, Group, Mark, note, ok, problem
from tray.cli.doctor.report.issue import report
from tray.cli.doctor.report.printing import on_terminal, record

GROUPS = [
    Group("tray", "Tray", (ok("A panel.", "program: waybar"), note("No icon.", "Start it."))),
    Group("files", "Files", (problem("The settings file is broken.", "Correct it."),)),
]


def test_each_mark_is_a_word_and_advice_stands_below():
    assert on_terminal(GROUPS, 80).splitlines() == [
        "Tray",
        "  ok       A panel.",
        "  note     No icon.",
        "           → Start it.",
        "",
        "Files",
        "  PROBLEM  The settings file is broken.",
        "           → Correct it.",
        "",
        "1 problem was found; the arrow below it says what to do.",
    ]


@pytest.mark.parametrize("width", [0, 10, 40, 79, 500])
def test_no_line_is_longer_than_the_terminal(width):
    long = [Group("x", "X", (problem("word " * 60, "more " * 60),))]
    assert max(map(len, on_terminal(long, width).splitlines())) <= min(max(width, 40), 110)


def test_without_a_problem_it_says_so():
    assert on_terminal(GROUPS[:1], 80).endswith("No problem was found.")


def test_a_report_has_the_details_but_not_what_names_a_certificate():
    detailed = Finding(Mark.OK, "Encrypted.", "", ("TLS: 1.3", "Belongs to: x", "For: x", "SHA-256: AB"))
    text = report([*GROUPS, Group("account", "Account", (detailed,))], str.upper)
    assert text.splitlines()[1:] == [
        "No password is in it. Look through it before you send it.",
        "Problems: 1",
        "",
        "TRAY",
        "  ok: A PANEL.",
        "      PROGRAM: WAYBAR",
        "  note: NO ICON.",
        "      to do: START IT.",
        "",
        "FILES",
        "  problem: THE SETTINGS FILE IS BROKEN.",
        "      to do: CORRECT IT.",
        "",
        "ACCOUNT",
        "  ok: ENCRYPTED.",
        "      TLS: 1.3",
    ]


def test_a_record_is_for_scripts():
    found = record(GROUPS)
    assert found["problems"] == 1
    assert found["groups"][1] == {
        "id": "files",
        "title": "Files",
        "findings": [{"mark": "problem", "found": "The settings file is broken.", "advice": "Correct it."}],
    }
