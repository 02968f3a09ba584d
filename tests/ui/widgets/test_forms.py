"""A field with its error beside it."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import QLabel, QLineEdit, QSizePolicy, QSpinBox

from tests.ui.contrast import contrast
from tray.ui.widgets.forms import ErrorText, Field, plain


@pytest.fixture
def palette(qapp):
    before = qapp.palette()
    yield qapp.setPalette
    qapp.setPalette(before)


@pytest.mark.parametrize("ground", ["#ffffff", "#efefef", "#454545", "#2d2d2d", "#000000"])
def test_an_error_is_readable_in_light_and_dark_even_when_the_theme_turns(qapp, palette, ground):
    error = ErrorText()
    error.show_text("Wrong.")
    palette(QPalette(QColor(ground)))
    qapp.processEvents()
    text = next(label for label in error.findChildren(QLabel) if label.text())
    ink = text.palette().color(QPalette.WindowText)
    assert contrast(ink, error.palette().color(QPalette.Window)) >= 4.5


def test_an_error_is_plain_text(qapp):
    error = ErrorText()
    error.show_text("<b>server</b>")
    assert all(label.textFormat() == Qt.PlainText for label in error.findChildren(QLabel) if label.text())


def test_an_explanation_gives_way_to_an_error(qapp):
    field = Field("&Name:", QLineEdit(), explanation="What it is called.")
    field.show_error("Give a name.")
    field.explain("How it is called.")
    assert field.editor.accessibleDescription() == "Give a name."
    field.show_error("")
    assert field.editor.accessibleDescription() == "How it is called."
    assert field.editor.accessibleName() == "Name"


@pytest.mark.parametrize(
    ("caption", "spoken"),
    [("&Name:", "Name"), ("A&dd…", "Add"), ("Q&&&A:", "Q&A"), ("Pass&word:", "Password")],
)
def test_a_caption_is_spoken_without_its_signs(caption, spoken):
    assert plain(caption) == spoken


def test_an_editor_of_a_fixed_width_begins_where_the_others_do(qapp):
    number = QSpinBox()
    number.setSizePolicy(QSizePolicy.Fixed, QSizePolicy.Fixed)
    field = Field("Port:", number)
    field.resize(600, 60)
    field.show()
    assert number.x() == 0
    assert number.width() == number.sizeHint().width()
