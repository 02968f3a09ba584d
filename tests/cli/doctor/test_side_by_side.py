"""Checks run side by side, within their limits."""

from __future__ import annotations

import threading

import pytest

from tray.cli.doctor.side_by_side import Late, Look


def test_a_check_gives_its_result_as_often_as_it_is_asked_for():
    look = Look(lambda: "fine", 60)
    assert [look.result(), look.result()] == ["fine", "fine"]


def test_a_check_raises_what_went_wrong_in_it():
    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        Look(fail, 60).result()


def test_a_check_that_hangs_is_given_up_and_delays_no_other():
    gate = threading.Event()
    hanging = Look(gate.wait, 0.01)
    other = Look(lambda: "fine", 60)
    with pytest.raises(Late):
        hanging.result()
    assert other.result() == "fine"
    gate.set()
