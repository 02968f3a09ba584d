"""Nothing is cut off or outside, on any of the screens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.gallery.screens import SCREENS, show_all

ARTIFACTS = Path(__file__).resolve().parents[3] / "artifacts" / "gallery"


@pytest.mark.parametrize("name", ["small", "fine", "large-letters-reverse"])
def test_everything_fits(name):
    assert show_all(name, ARTIFACTS / name) == []


def test_the_screens_are_those_that_we_promise():
    assert SCREENS["small"].size == "1024x600"
    assert SCREENS["fine"].scale == 2
