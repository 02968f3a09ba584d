"""The controls of rows: each shows a value without announcing it, and announces what the user chooses."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt, QTime
from PyQt5.QtWidgets import QApplication, QFileDialog

from tests.ui.keyboard import focused, press, shown, write
from tests.ui.services import FakePreviews
from tray.mail.presentation.colours import ACCOUNT_COLOURS
from tray.ui.rows.colour_discs import ColourDiscs
from tray.ui.rows.controls import Choice, Line, Number, Push, Several, Tick, Ticked
from tray.ui.rows.night import NightControl
from tray.ui.rows.row_widget import RowWidget, marked
from tray.ui.rows.sound import SoundControl


@pytest.fixture
def made(qapp):

    def made(control, value, label="Row"):
        control.said = []
        control.wrong = []
        control.show_value(value)
        control.edited.connect(control.said.append)
        control.failed.connect(control.wrong.append)
        control.row = RowWidget(label, control, "Why.")
        shown(control.row).setFocus()
        control.main.setFocus()
        return control

    return made


OPTIONS = (("One", 1), ("Two", 2), ("Three", 3))


def test_a_tick_is_turned_round_by_a_key_and_by_its_text(made):
    tick = made(Tick(), True)
    press(Qt.Key_Space)
    tick.act()
    assert tick.said == [False, True]


def test_a_choice_announces_what_the_user_chooses_and_nothing_else(made):
    choice = made(Choice(*OPTIONS), 2)
    assert choice.box.currentText() == "Two"
    choice.show_value(1)
    assert choice.said == []
    press(Qt.Key_Down)
    assert choice.said == [2]
    choice.show_value(7)
    assert choice.box.currentText() == "7"


def test_a_number_has_words_that_fit_it(made):
    number = made(Number(1, 20, lambda n: ("", " mail" if n == 1 else " mails")), 4)
    assert number.box.text() == "4 mails"
    number.act()
    write("1")
    assert number.said == []
    press(Qt.Key_Return)
    assert (number.said, number.box.text()) == ([1], "1 mail")


def test_a_line_is_announced_when_it_is_finished_and_not_overwritten_before(made):
    line = made(Line(), "Work")
    line.act()
    write("Offi")
    line.show_value("Home")
    write("ce")
    assert line.said == []
    press(Qt.Key_Return)
    press(Qt.Key_Return)
    assert line.said == ["Office"]


def test_a_button_is_named_by_its_row(made):
    pressed = []
    push = made(Push("Change…", lambda: pressed.append(True)), None, "Password")
    assert push.button.accessibleName() == "Password: Change"
    push.act()
    assert pressed == [True]


def test_places_are_filled_from_the_first_and_a_value_counts_once(made):
    several = made(Several(3, "None", *OPTIONS), (2, 1))
    assert [box.currentText() for box in several.boxes] == ["Two", "One", "None"]
    assert [box.accessibleName() for box in several.boxes] == ["Row 1", "Row 2", "Row 3"]
    several.boxes[2].setCurrentIndex(3)
    several.boxes[2].activated.emit(3)
    several.boxes[0].setCurrentIndex(3)
    several.boxes[0].activated.emit(3)
    assert several.said == [(2, 1, 3), (3, 1)]


@pytest.mark.parametrize(("letters", "column"), [(5, False), (40, True)])
def test_places_with_long_texts_stand_below_each_other(made, letters, column):
    first, second, _third = made(Several(3, "None", ("x" * letters, 1)), ()).boxes
    assert (first.x() == second.x()) == column


def test_what_is_ticked_keeps_its_order_and_its_limit(made):
    ticked = made(Ticked(2, "None", *OPTIONS), (3,))
    one, two, three = ticked.menu.actions()
    one.trigger()
    assert ticked.said == [(3, 1)]
    assert (ticked.button.text(), two.isEnabled()) == ("Three, One", False)
    assert ticked.button.accessibleName() == "Row: Three, One"
    three.trigger()
    one.trigger()
    assert ticked.said[-1] == ()
    assert ticked.button.text() == "None"


def test_a_colour_is_chosen_by_arrow_keys_and_another_one_has_a_disc(made):
    discs = made(ColourDiscs(), "#123456")
    assert len(discs.discs) == len(ACCOUNT_COLOURS) + 1
    assert discs.discs[-1].isChecked()
    discs.show_value(ACCOUNT_COLOURS[0])
    discs.main.setFocus()
    press(Qt.Key_Right)
    assert discs.said == [ACCOUNT_COLOURS[1]]
    assert focused().accessibleName() == "Green"


def test_a_night_is_switched_and_its_times_are_kept(made):
    night = made(NightControl(), ())
    press(Qt.Key_Space)
    assert night.said == [("22:00-07:00",)]
    night.start.setTime(QTime(23, 30))
    press(Qt.Key_Space)
    night.show_value(())
    press(Qt.Key_Space)
    assert night.said[1:] == [("23:30-07:00",), (), ("23:30-07:00",)]
    night.end.setTime(QTime(23, 30))
    assert night.wrong[-1].startswith("Choose another end")
    assert night.said[-1] == ("23:30-07:00",)
    night.end.setTime(QTime(0, 0))
    assert (night.wrong[-1], night.said[-1]) == ("", ("23:30-24:00",))


def test_hours_of_another_kind_are_shown_as_they_are(made):
    entries = ("mon-fri 22:00-07:00", "sat,sun 00:00-24:00")
    night = made(NightControl(), entries)
    assert night._others.text() == "\n".join(entries)
    assert not night.start.isVisible()
    press(Qt.Key_Space)
    press(Qt.Key_Space)
    assert night.said == [(), entries]


def test_a_sound_is_a_word_or_a_file(made, tmp_path):
    sound = made(SoundControl(FakePreviews("Nothing plays it.")), "")
    sound.box.setCurrentIndex(sound.box.findText("A file…"))
    sound.box.activated.emit(sound.box.currentIndex())
    QApplication.processEvents()
    (dialog,) = sound.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "ding.wav"))
    assert sound.said == [str(tmp_path / "ding.wav")]
    assert sound.box.currentText() == "ding.wav"
    sound.listen_button.click()
    assert sound.wrong[-1] == "Nothing plays it."
    dialog.reject()
    sound.show_value("none")
    assert not sound.listen_button.isEnabled()


def test_an_error_is_the_description_while_it_is_there(made):
    tick = made(Tick(), True)
    tick.row.show_error("It cannot be.")
    assert tick.box.accessibleDescription() == "It cannot be."
    tick.row.explain("Because.")
    assert tick.box.accessibleDescription() == "It cannot be."
    tick.row.show_error("")
    assert tick.box.accessibleDescription() == "Because."


def test_a_control_stands_below_its_text_where_there_is_no_room(made):
    row = made(Choice(("A choice that is quite long, as they are", 1)), 1, "A long label, too").row
    row.resize(700, 80)
    QApplication.processEvents()
    assert row.control.geometry().left() > row.label.geometry().right()
    row.resize(330, 80)
    QApplication.processEvents()
    assert row.control.geometry().top() >= row._texts.geometry().bottom()


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("New mail", ("MAIL",), 'New <span style="font-weight:600">mail</span>'),
        ("a<b", ("<",), 'a<span style="font-weight:600">&lt;</span>b'),
        ("a<b", (), "a&lt;b"),
        ("Über", ("ub",), '<span style="font-weight:600">Üb</span>er'),
        ("Cafe\u0301 au lait", ("cafe",), '<span style="font-weight:600">Cafe\u0301</span> au lait'),
        ("Straße", ("STRASS", "se"), '<span style="font-weight:600">Straß</span>e'),
        ("to to", ("to",), '<span style="font-weight:600">to</span> <span style="font-weight:600">to</span>'),
    ],
)
def test_found_words_are_marked_and_the_rest_is_no_markup(text, words, expected):
    assert marked(text, words) == expected
