"""Colours that are computed from the desktop's own, so that text can be read on them; and those of accounts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.account import Account, AccountId

Rgb = tuple[int, int, int]
"""Red, green and blue in sRGB, each 0 to 255."""

BLACK: Rgb = (0, 0, 0)
WHITE: Rgb = (255, 255, 255)
TEXT_CONTRAST = 4.5
"""Of text with its ground (WCAG 2.1, 1.4.3)."""
SYMBOL_CONTRAST = 3.0
"""Of what is no text, such as a focus ring (1.4.11)."""
_SOLID_CONTRAST = 4.6
_DARK_BELOW = 0.18
"""Relative luminance; here black and white have the same contrast."""
_STEPS = 20

ACCOUNT_COLOURS = ("#2a6fd6", "#1f8a4c", "#9a4fc4", "#c2571a", "#0f8b8d", "#6b7280")
"""Given to accounts without a colour of their own."""


def account_colours(accounts: Iterable[Account]) -> dict[AccountId, str]:
    """The colour of each of all `accounts`: its own, else of those that the fewest others have the next one in turn."""
    accounts, turn = tuple(accounts), len(ACCOUNT_COLOURS)
    given = {account.id: account.colour for account in accounts}
    for number, account in enumerate(accounts):
        if not account.colour:
            used = Counter(given.values())
            in_turn = (ACCOUNT_COLOURS[(number + step) % turn] for step in range(turn))
            given[account.id] = min(in_turn, key=used.__getitem__)
    return given


def with_colours(accounts: tuple[Account, ...]) -> tuple[Account, ...]:
    """`accounts`, each with its colour, which it then keeps whichever others come and go."""
    colours = account_colours(accounts)
    return tuple(
        account if account.colour else replace(account, colour=colours[account.id]) for account in accounts
    )


def rgb(text: str) -> Rgb:
    """The colour of ``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def luminance(colour: Rgb) -> float:
    """Relative luminance, from 0 for black to 1 for white (WCAG 2.1, definition)."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 -- of the definition


def is_dark(ground: Rgb) -> bool:
    """Whether text on `ground` has to be light."""
    return luminance(ground) < _DARK_BELOW


def mix(one: Rgb, other: Rgb, part: float) -> Rgb:
    """`one` with so much of `other`, 0 to 1."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio, 1 to 21 (WCAG 2.1, definition)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: Rgb, ground: Rgb, need: float = TEXT_CONTRAST) -> Rgb:
    """`colour`, moved away from `ground` in steps of 5 % until it has the contrast `need` with it.

    It is black or white where even these have less.
    """
    return _moved(colour, WHITE if is_dark(ground) else BLACK, ground, need)


def solid(colour: Rgb) -> Rgb:
    """`colour` as a ground for white text: darkened until that can be read."""
    return _moved(colour, BLACK, WHITE, _SOLID_CONTRAST)


@lru_cache(maxsize=512)
def _moved(colour: Rgb, towards: Rgb, other: Rgb, need: float) -> Rgb:
    moved = (mix(colour, towards, step / _STEPS) for step in range(_STEPS))
    return next((each for each in moved if contrast(each, other) >= need), towards)
