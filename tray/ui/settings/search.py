"""What a search over all pages has found: rows under the names of their pages."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.ui.rows.controls import Push
from tray.ui.rows.description import matches
from tray.ui.rows.page_view import BoundRow, PageView
from tray.ui.rows.row_widget import RowWidget
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.ui.rows.changes import Changes
    from tray.ui.rows.description import Page, Row


@dataclass(frozen=True, slots=True)
class Place:
    """A part of another page, which a search finds and leads to."""

    page: str
    """The title of its page."""
    label: str
    synonyms: str
    open: Callable[[], None]
    """Shows it."""


def with_words_of(others: Sequence[Page], pages: Sequence[Page]) -> tuple[Page, ...]:
    """`pages` whose rows are also found by the words of `others`, the same pages in another language."""
    return tuple(
        replace(
            page,
            sections=tuple(
                replace(
                    section,
                    rows=tuple(
                        map(partial(_with_words, foreign.title, same.heading), section.rows, same.rows)
                    ),
                )
                for section, same in zip(page.sections, foreign.sections, strict=True)
            ),
        )
        for page, foreign in zip(pages, others, strict=True)
    )


def _with_words(title: str, heading: str, row: Row, other: Row) -> Row:
    return replace(
        row,
        synonyms=f"{row.synonyms}\n{other.label}\n{other.explanation}\n{other.synonyms}\n{heading}\n{title}",
    )


class FoundPage(PageView):
    """Rows of the program's pages with their controls; parts of other pages with a button that leads there."""

    def __init__(self, words: str, pages: Sequence[Page], places: Sequence[Place], changes: Changes) -> None:
        super().__init__(tr("Search settings"))
        marks = words.split()
        self.rows: list[RowWidget] = []
        for page in pages:
            found: list[RowWidget] = [
                BoundRow(row, changes)
                for section in page.sections
                for row in section.rows
                if matches(words, row.label, row.explanation, row.synonyms, section.heading, page.title)
            ]
            self._add(page.title, found, marks)
        titles = dict.fromkeys(place.page for place in places)
        for title in titles:
            found = [
                RowWidget(place.label, Push(tr("Show"), place.open))
                for place in places
                if place.page == title and matches(words, place.label, place.synonyms, title)
            ]
            self._add(title, found, marks)
        if not self.rows:
            self.nothing = _nothing(words)
            self.add(self.nothing)

    def _add(self, title: str, rows: list[RowWidget], marks: Sequence[str]) -> None:
        if rows:
            for row in rows:
                row.mark(marks)
            self.add_card(title, rows)
            self.rows += rows


def _nothing(words: str) -> RowWidget:
    return RowWidget(tr("No setting has “{words}” in it.").format(words=words.strip()), None)
