"""The colours that distinguish accounts."""

from __future__ import annotations

import re

from tray.i18n import tr

SWATCHES = ("#f4f4f4", "#303030")
"""Drawn around a dot, the outer one first: one of the two contrasts with any background."""

_LEFT_TO_RIGHT, _ISOLATED = "\u2066", "\u2069"
_COLOUR = re.compile("#[0-9a-f]{6}", re.ASCII)


def palette() -> tuple[tuple[str, str], ...]:
    """Colours as ``#rrggbb`` with their names, distinguishable at the size of a dot."""
    return (
        ("#d62728", tr("Red")),
        ("#e8710a", tr("Orange")),
        ("#e6b800", tr("Yellow")),
        ("#2e9d3a", tr("Green")),
        ("#17a2a2", tr("Teal")),
        ("#3fa9f5", tr("Sky blue")),
        ("#2457d6", tr("Blue")),
        ("#8a3ffc", tr("Violet")),
        ("#e85aad", tr("Pink")),
        ("#8c5a2b", tr("Brown")),
    )


def name_of(colour: str) -> str:
    """The name of a colour; for any other its ``#rrggbb``, isolated to read from left to right."""
    return dict(palette()).get(colour, f"{_LEFT_TO_RIGHT}{colour}{_ISOLATED}" if colour else "")


def is_colour(text: str) -> bool:
    """Whether `text` is ``#rrggbb`` in lower case."""
    return _COLOUR.fullmatch(text) is not None
