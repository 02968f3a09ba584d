"""Dark windows where the desktop wants them, and nowhere else; boxes that are not ticked can be seen."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyleFactory,
)

from tests.ui.contrast import contrast
from tests.ui.gallery.show import dark
from tests.ui.keyboard import shown
from tray.ui.widgets.style import (
    OutlinedBoxStyle,
    dark_palette,
    has_foreign_colours,
    install_check_box_style,
    set_dark,
    set_still,
)


@pytest.fixture(autouse=True)
def before(qapp, monkeypatch):
    """No choice of the user's, Qt's own style, and the palette that was there put back."""
    for name in ("QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "XDG_CURRENT_DESKTOP"):
        monkeypatch.delenv(name, raising=False)
    install_check_box_style()
    palette = QPalette(qapp.palette())
    yield palette
    qapp.setPalette(palette)
    qapp.setStyle(QStyleFactory.create("fusion"))


def ground(widget):
    return widget.palette().color(QPalette.Window).lightness()


def test_windows_that_are_open_follow_to_dark_and_back(qapp, spin):
    label = QLabel("words")
    label.show()
    light = ground(label)
    set_dark(True)
    spin(lambda: ground(label) < 80)
    set_dark(False)
    spin(lambda: ground(label) == light)


@pytest.mark.parametrize(
    ("name", "value"),
    [("QT_STYLE_OVERRIDE", "kvantum"), ("QT_QPA_PLATFORMTHEME", "qt5ct"), ("XDG_CURRENT_DESKTOP", "KDE")],
)
def test_who_decides_otherwise_is_obeyed(qapp, before, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert has_foreign_colours()
    set_dark(True)
    assert qapp.palette() == before


def test_colours_that_are_dark_already_are_left_alone(qapp):
    theirs = dark_palette()
    theirs.setColor(QPalette.Window, theirs.color(QPalette.Window).darker())
    qapp.setPalette(theirs)
    set_dark(True)
    assert qapp.palette().color(QPalette.Window) == theirs.color(QPalette.Window)
    set_dark(False)
    assert qapp.palette().color(QPalette.Window) == theirs.color(QPalette.Window)


def test_a_light_desktop_changes_nothing(qapp, before):
    set_dark(False)
    assert qapp.palette() == before


@pytest.mark.parametrize(
    ("words", "on"),
    [
        (QPalette.WindowText, QPalette.Window),
        (QPalette.Text, QPalette.Base),
        (QPalette.Text, QPalette.AlternateBase),
        (QPalette.ButtonText, QPalette.Button),
        (QPalette.ToolTipText, QPalette.ToolTipBase),
        (QPalette.HighlightedText, QPalette.Highlight),
        (QPalette.Link, QPalette.Window),
        (QPalette.LinkVisited, QPalette.Window),
        (QPalette.PlaceholderText, QPalette.Base),
    ],
)
def test_everything_can_be_read(words, on):
    """4.5 to 1 (WCAG 2.1, 1.4.3)."""
    palette = dark_palette()
    assert contrast(palette.color(words), palette.color(on)) >= 4.5


@pytest.mark.parametrize(
    ("words", "on"),
    [
        (QPalette.WindowText, QPalette.Window),
        (QPalette.Text, QPalette.Base),
        (QPalette.ButtonText, QPalette.Button),
    ],
)
def test_what_cannot_be_used_now_can_be_made_out(words, on):
    palette = dark_palette()
    assert contrast(palette.color(QPalette.Disabled, words), palette.color(QPalette.Disabled, on)) >= 3


@pytest.fixture(params=["light", "dark"])
def looks(request, qapp):
    if request.param == "dark":
        qapp.setPalette(dark())


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


@pytest.mark.usefixtures("looks")
def test_an_empty_box_of_a_form_stands_out():
    box = QCheckBox()
    shown(box)
    ground = box.palette().window().color()
    image = box.grab().toImage()
    assert best_contrast(image, image.rect(), ground) >= 3


def test_it_is_done_once_and_only_for_qts_own_look(qapp):
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


def test_nothing_moves_where_the_user_wants_it_so(qapp, monkeypatch):
    outlined = OutlinedBoxStyle()
    monkeypatch.setattr(QApplication, "style", lambda: outlined)
    assert outlined.styleHint(QStyle.SH_Widget_Animation_Duration) > 0
    set_still()
    assert outlined.styleHint(QStyle.SH_Widget_Animation_Duration) == 0
