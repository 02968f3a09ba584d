"""Nothing is cut off or outside, and no letter of Alt is taken twice, on any of the screens and in each language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_i18n import COMPLETE
from tests.ui.gallery.screens import SCREENS, show_all

ARTIFACTS = Path(__file__).resolve().parents[3] / "artifacts" / "gallery"


@pytest.mark.parametrize("name", ["small", "fine", "large-letters-reverse"])
def test_everything_fits(name):
    assert show_all(name, ARTIFACTS / name) == []


@pytest.mark.parametrize("language", COMPLETE)
def test_everything_fits_in_each_language_and_no_letter_is_taken_twice(language):
    assert show_all("small", ARTIFACTS / f"small-{language}", language) == []


def test_the_screens_are_those_that_we_promise():
    assert SCREENS["small"].size == "1024x600"
    assert SCREENS["fine"].scale == 2
