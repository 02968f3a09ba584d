"""A change of the messages moves only the rows that it concerns."""

from __future__ import annotations

import random

import pytest
from PyQt5.QtCore import QPersistentModelIndex, Qt

from tests.ui.summaries import account, now, title
from tray.mail.presentation.message_rows import Choice, MessageRow, message_rows
from tray.ui.window.messages.model import ROW, MessageModel


def row(number, subject="S"):
    return MessageRow(title(number, subject), "", "#2a6fd6", "")


class Watched(MessageModel):
    """Writes down what it announces."""

    def __init__(self):
        super().__init__(now)
        self.said = []
        self.rowsInserted.connect(lambda _parent, first, last: self.said.append(("in", first, last)))
        self.rowsRemoved.connect(lambda _parent, first, last: self.said.append(("out", first, last)))
        self.dataChanged.connect(lambda first, last: self.said.append(("changed", first.row(), last.row())))
        self.layoutChanged.connect(lambda: self.said.append("all"))

    def numbers(self):
        return [each.key.uid for each in self.rows]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([1, 2, 3], [1, 2, 3], []),
        ([], [1, 2], ["all"]),
        ([1, 2, 3], [3], [("out", 0, 1)]),
        ([1, 2, 3, 4], [1, 4], [("out", 1, 2)]),
        ([1, 2], [8, 9, 1, 7, 2], [("in", 0, 1), ("in", 3, 3)]),
        ([1, 2, 3], [4, 1, 3, 5], [("out", 1, 1), ("in", 0, 0), ("in", 3, 3)]),
        ([1, 2, 3], [3, 2, 1], ["all"]),
        ([1, 2], [3, 4], ["all"]),
        ([1, 2], [], ["all"]),
    ],
)
def test_rows_come_and_go_in_runs(qapp, before, after, said):
    model = Watched()
    model.show([row(number) for number in before])
    model.said.clear()
    model.show([row(number) for number in after])
    assert model.numbers() == after
    assert model.said == said


def test_a_row_that_changed_is_drawn_again(qapp):
    model = Watched()
    model.show([row(number) for number in range(4)])
    model.said.clear()
    model.show([row(0), row(1, "New"), row(2, "New"), row(3)])
    assert model.said == [("changed", 1, 2)]


def test_an_index_stays_with_its_message(qapp):
    """Through any sequence of changes, whether by steps or all at once."""
    chance = random.Random(7)
    model = Watched()
    numbers = list(range(200))
    for _ in range(60):
        shown = chance.sample(numbers, chance.randrange(1, 150))
        if chance.random() < 0.7:
            shown.sort()
        model.show([row(number) for number in shown])
        kept = {number: QPersistentModelIndex(model.index_of(row(number).key)) for number in shown[::9]}
        after = [number for number in shown if chance.random() < 0.8] + [999]
        model.show([row(number) for number in after])
        assert model.numbers() == after
        for number, index in kept.items():
            assert index.isValid() == (number in after)
            assert not index.isValid() or index.data(ROW).key.uid == number


def test_a_screen_reader_gets_name_and_description(qapp):
    model = MessageModel(now)
    model.show(message_rows((account("w", title(1, "Lunch")),), Choice()))
    index = model.index(0)
    assert index.data(Qt.AccessibleTextRole) == "Unread. Anna, Lunch, 1 min"
    assert index.data(Qt.AccessibleDescriptionRole) == ""
    assert index.data(Qt.DisplayRole) is None
    assert model.data(model.index(5)) is None
    assert not model.index_of(row(9).key).isValid()
