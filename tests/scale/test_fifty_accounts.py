"""Many accounts on one server and a burst of mail to one of them, at a size that fits between other tests."""

from __future__ import annotations

import pytest

from tests.scale.trial import run

pytestmark = pytest.mark.alone

ACCOUNTS, MAILS = 20, 2_000
"""The full size, 50 and 10,000, is run by ``python -m tests.scale.run``."""
GROWTH_LIMIT = 1.0
"""MB that an account may cost; about an eighth was measured."""
ANSWER_LIMIT = 1.0
"""Seconds, on a machine that is busy with other things too; on an idle one the slowest took a twentieth."""


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """One trial for all questions; its figures are printed."""
    figures = run(tmp_path_factory.mktemp("scale"), ACCOUNTS, MAILS)
    print(figures)
    return figures


def test_an_account_costs_less_than_a_megabyte(figures):
    """Beside the first, which brings the program with it."""
    assert figures.growth <= GROWTH_LIMIT
    assert figures.memory_after[1] - figures.memory_before[1] <= ACCOUNTS * GROWTH_LIMIT


def test_all_mails_of_a_burst_are_one_digest_that_counts_them_all(figures):
    """Whatever part of them was read; that the tray counts them all, the trial has waited for."""
    assert [toast["summary"] for toast in figures.toasts] == [f"{MAILS} new mails"]
    assert figures.shown <= 8  # updates in place, one a second at most


def test_meanwhile_the_program_answers(figures):
    """Command line and panel alike."""
    assert figures.status_answers > 10
    assert figures.tray_answers > 10
    assert max(figures.slowest_status, figures.slowest_tray, figures.slowest_menu) < ANSWER_LIMIT


def test_the_menu_stays_of_a_size(figures):
    """A line for each account with four entries of its own, and the newest messages of a few."""
    assert figures.menu_entries <= 5 * ACCOUNTS + 30 + 12 + 15  # with its separators and the fixed entries


def test_afterwards_the_program_is_idle(figures):
    """And nothing has gone wrong on the way."""
    assert figures.idle_processor < 0.3
    assert "Traceback" not in figures.log_text
