"""How a page of the settings is described: sections of rows, each for one field of `Settings` or for one action.

To add a setting, append a `Row` to its page in `tray/ui/settings/pages/`: search, screen readers and applying follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.folders.special_use import folded
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.ui.rows.controls import Control


@dataclass(frozen=True, slots=True)
class Row:
    """One setting, or one action."""

    label: str
    control: Callable[[], Control]
    """Makes its control (`tray.ui.rows.controls`)."""
    field: str = ""
    """The field of `Settings` that it changes; empty for an action."""
    explanation: str = ""
    """One sentence below the label."""
    synonyms: str = ""
    """Words that a search finds it by, though they are not shown."""


@dataclass(frozen=True, slots=True)
class Section:
    """A card of rows."""

    rows: tuple[Row, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page about the program as a whole."""

    key: str
    """The name by which the program opens it."""
    title: str
    icon: str
    """The name of its icon (`tray.ui.widgets.icons`)."""
    sections: tuple[Section, ...]
    foot: tuple[tuple[str, Callable[[], None]], ...] = ()
    """The buttons at the left of its foot: the text of each, and what it does."""


def matches(words: str, *texts: str) -> bool:
    """Whether each of the `words` is in one of the `texts`; case and accents are ignored."""
    text = "\n".join(folded(line) for text in texts for line in text.splitlines())
    return all(word in text for word in folded(words).split())
