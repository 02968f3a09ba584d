"""Boxes that are not ticked can be seen."""

from __future__ import annotations

import gc

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyleFactory,
)

from tests.ui.contrast import contrast
from tests.ui.gallery.show import dark
from tests.ui.keyboard import shown
from tray.ui.widgets.style import OutlinedBoxStyle, install_check_box_style


@pytest.fixture(params=["light", "dark"])
def looks(request, qapp):
    """The program's look in such colours; all as before afterwards."""
    before = qapp.palette()
    gc.collect()  # Qt tells every widget, and dies if one is collected while it does: other tests leave some behind
    install_check_box_style()
    if request.param == "dark":
        qapp.setPalette(dark())
    yield
    gc.collect()
    qapp.setPalette(before)
    qapp.setStyle(QStyleFactory.create("fusion"))


def colours(image, area):
    """Of all pixels of an area."""
    return [
        QColor(image.pixel(x, y))
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    ]


def best_contrast(image, area, ground):
    """Of the pixel that stands out most."""
    return max(contrast(colour, ground) for colour in colours(image, area))


@pytest.mark.usefixtures("looks")
def test_buttons_of_dialogs_have_no_black_pictures():
    buttons = QDialogButtonBox(QDialogButtonBox.Close | QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
    assert all(button.icon().isNull() for button in buttons.buttons())
    buttons.deleteLater()


@pytest.mark.usefixtures("looks")
def test_an_empty_box_in_a_list_stands_out():
    rows = QListWidget()
    item = QListWidgetItem("", rows)  # without words: all that is drawn is the box
    item.setCheckState(Qt.Unchecked)
    QListWidgetItem("other", rows)
    rows.setCurrentRow(1)
    shown(rows)
    ground = rows.palette().base().color()
    image = rows.viewport().grab().toImage()
    assert best_contrast(image, rows.visualItemRect(item), ground) >= 3
    rows.close()


@pytest.mark.usefixtures("looks")
def test_an_empty_box_of_a_form_stands_out():
    box = QCheckBox()
    shown(box)
    ground = box.palette().window().color()
    image = box.grab().toImage()
    assert best_contrast(image, image.rect(), ground) >= 3
    box.close()


def test_it_is_done_once_and_only_for_qts_own_look(qapp):
    gc.collect()
    install_check_box_style()
    mended = QApplication.style()
    assert isinstance(mended, OutlinedBoxStyle)
    install_check_box_style()
    assert QApplication.style() is mended
    qapp.setStyle("windows")
    install_check_box_style()
    style = QApplication.style()
    assert style.objectName() == "windows"
    assert style.pixelMetric(QStyle.PM_IndicatorWidth) > 0
    qapp.setStyle("fusion")
