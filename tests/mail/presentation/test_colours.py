"""Mixing, contrast, and colours that can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tray.mail.model.account import Account, AccountId
from tray.mail.presentation.colours import (
    ACCOUNT_COLOURS,
    BLACK,
    WHITE,
    account_colours,
    contrast,
    is_dark,
    luminance,
    mix,
    readable,
    rgb,
    solid,
    with_colours,
)

GREY = (0x77, 0x77, 0x77)


@pytest.mark.parametrize(
    ("one", "other", "part", "mixed"),
    [
        (BLACK, WHITE, 0, BLACK),
        (BLACK, WHITE, 1, WHITE),
        (BLACK, WHITE, 0.5, (128, 128, 128)),
        (WHITE, rgb("#1c1d20"), 0.055, rgb("#f3f3f3")),
        (WHITE, rgb("#2a6fd6"), 0.2, rgb("#d4e2f7")),
        (rgb("#1b1d20"), rgb("#3672c5"), 0.3, (35, 54, 82)),
    ],
)
def test_mixes(one, other, part, mixed):
    assert mix(one, other, part) == mixed


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        (BLACK, WHITE, 21.0),
        (WHITE, WHITE, 1.0),
        (GREY, WHITE, 4.48),
        (WHITE, GREY, 4.48),
        ((3, 3, 3), BLACK, 1.02),
    ],
)
def test_contrast(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


def test_luminance():
    assert (luminance(BLACK), luminance(WHITE)) == (0, pytest.approx(1))
    assert luminance((255, 0, 0)) == pytest.approx(0.2126)
    assert (is_dark(rgb("#232529")), is_dark(rgb("#f6f6f7"))) == (True, False)


@pytest.mark.parametrize(
    ("colour", "ground", "need", "found"),
    [
        (BLACK, WHITE, 4.5, BLACK),
        (rgb("#1f8a4c"), rgb("#f6f6f7"), 4.5, rgb("#1c7c44")),
        (rgb("#ff7a6b"), rgb("#232529"), 4.5, rgb("#ff7a6b")),
        (WHITE, WHITE, 3.0, (140, 140, 140)),
        (BLACK, rgb("#232529"), 4.5, (140, 140, 140)),
        (GREY, GREY, 4.6, BLACK),  # black has 4.69 with it
        (GREY, GREY, 7.0, BLACK),
    ],
)
def test_what_cannot_be_read_is_moved_away_from_its_ground(colour, ground, need, found):
    assert readable(colour, ground, need) == found


@pytest.mark.parametrize("colour", [*ACCOUNT_COLOURS, "#e6b800", "#ffffff", "#000000"])
def test_white_text_can_be_read_on_a_solid_colour(colour):
    assert contrast(solid(rgb(colour)), WHITE) >= 4.6


@pytest.mark.parametrize("ground", ["#ffffff", "#f3f3f3", "#d4e2f7", "#1b1d20", "#26282b", "#263d5c"])
@pytest.mark.parametrize("colour", [*ACCOUNT_COLOURS, "#e6b800"])
def test_the_letters_of_a_pale_avatar_can_be_read(colour, ground):
    disc = mix(rgb(ground), rgb(colour), 0.32 if is_dark(rgb(ground)) else 0.2)
    assert contrast(readable(rgb(colour), disc), disc) >= 4.5


def test_accounts_have_their_own_colour_or_one_that_the_fewest_others_have():
    first = Account(AccountId("1"), "One", "", "h", "u")
    accounts = [replace(first, id=AccountId(str(number))) for number in range(8)]
    accounts[1] = replace(accounts[1], colour="#d62728")
    accounts[2] = replace(accounts[2], enabled=False)
    assert list(account_colours(accounts).values()) == [
        ACCOUNT_COLOURS[0],
        "#d62728",
        *ACCOUNT_COLOURS[2:],
        ACCOUNT_COLOURS[1],
        ACCOUNT_COLOURS[1],
    ]
    accounts[1] = replace(accounts[1], colour=ACCOUNT_COLOURS[0])
    assert [account.colour for account in with_colours(tuple(accounts[:3]))] == [
        ACCOUNT_COLOURS[1],
        ACCOUNT_COLOURS[0],
        ACCOUNT_COLOURS[2],
    ]
