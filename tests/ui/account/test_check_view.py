"""The Test button and its steps."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPalette

from tests.ui.certificates import untrusted
from tests.ui.keyboard import assert_usable_without_a_mouse, press, shown
from tray.mail.model.status import CheckResult, CheckStep, Problem, ProblemKind
from tray.ui.account.check_view import CheckView, check_text

REFUSED = Problem(ProblemKind.REFUSED, "The password was refused.", "Type it again.", "[AUTH] <b>no</b>")


class Begin:
    """The test as the program gives it: reports when told to."""

    def __init__(self, *, ready=True):
        self.ready = ready
        self.runs = []
        self.cancelled = 0

    def __call__(self, on_step, on_done):
        if not self.ready:
            return None
        self.runs.append((on_step, on_done))
        return self._cancel

    def _cancel(self):
        self.cancelled += 1

    def step(self, step, sentence="fine", problem=None, *, warning=False):
        self.runs[-1][0](CheckResult(step, sentence, problem, warning))

    def done(self, good):
        self.runs[-1][1](good)


@pytest.fixture
def begin():
    return Begin()


@pytest.fixture
def view(qapp, begin):
    view = CheckView(begin, lambda _: "")
    shown(view)
    view.button.setFocus()
    return view


def spoken(view, step):
    return view.steps.row_item(step).data(Qt.AccessibleTextRole)


def test_all_steps_stand_there_before_the_test(view):
    assert view.steps.count() == len(CheckStep)
    assert spoken(view, CheckStep.LOGIN) == "To do: Log in"
    assert view.verdict.text() == "Not tested yet."


def test_each_step_is_told_as_it_is_done(view, begin):
    view.button.click()
    assert spoken(view, CheckStep.NAME).startswith("In progress")
    begin.step(CheckStep.NAME, "mail has the address ::1.")
    assert spoken(view, CheckStep.NAME) == "Done: mail has the address ::1."
    assert spoken(view, CheckStep.CONNECT).startswith("In progress")
    begin.step(CheckStep.CONNECT, "No encryption.", warning=True)
    assert spoken(view, CheckStep.CONNECT) == "Done, but worth a look: No encryption."
    begin.done(True)
    assert view.verdict.text() == "The account works."
    assert view.steps.accessibleDescription() == "The account works."
    assert not view.running


def test_a_failed_step_says_what_to_do_and_the_rest_was_not_tried(view, begin):
    press(Qt.Key_Space)
    begin.step(CheckStep.LOGIN, "The password was refused.", REFUSED)
    begin.done(False)
    assert spoken(view, CheckStep.LOGIN) == (
        "Failed: The password was refused.\nType it again.\nThe server said: [AUTH] <b>no</b>"
    )
    assert view.steps.currentItem() is view.steps.row_item(CheckStep.LOGIN)
    assert spoken(view, CheckStep.MAILBOX).startswith("Not tried")
    assert "does not work yet" in view.verdict.text()


def test_trouble_speaks_where_the_step_has_no_sentence():
    assert (
        check_text(CheckResult(CheckStep.LOGIN, "", Problem(ProblemKind.REFUSED, "Refused."))) == "Refused."
    )


def test_the_button_cancels_while_a_test_runs(view, begin):
    view.button.click()
    assert view.button.text() == "Cancel test"
    view.button.click()
    assert begin.cancelled == 1
    assert view.button.text() == "Test"
    assert view.verdict.text() == "The test was cancelled."
    assert spoken(view, CheckStep.NAME).startswith("Not tried")


def test_a_form_that_is_wrong_begins_no_test(view, begin):
    begin.ready = False
    view.outdate()
    view.button.click()
    assert not view.running
    assert view.verdict.text().startswith("Correct the marked fields")
    assert spoken(view, CheckStep.NAME) == "To do: Find the server"


def test_a_change_outdates_the_result_and_stops_a_running_test(view, begin):
    view.button.click()
    view.outdate()
    assert begin.cancelled == 1
    assert "because something was changed" in view.verdict.text()
    view.button.click()
    begin.done(True)
    view.outdate()
    assert view.verdict.text() == "Something was changed since this test."


def test_a_test_may_be_over_before_it_has_begun(qapp):
    def at_once(on_step, on_done):
        on_step(CheckResult(CheckStep.NAME, "none", REFUSED))
        on_done(False)
        return lambda: pytest.fail("there is nothing to cancel")

    view = CheckView(at_once, lambda _: "")
    view.start()
    view.cancel()
    assert not view.running
    assert spoken(view, CheckStep.NAME).startswith("Failed: none")


def test_a_second_start_changes_nothing(view, begin):
    view.start()
    view.start()
    assert len(begin.runs) == 1


def test_the_steps_are_reached_and_read_by_keyboard(view):
    view.steps.setFocus()
    assert view.steps.hasFocus()
    press(Qt.Key_Down)
    assert view.steps.currentRow() == 1
    assert_usable_without_a_mouse(view)


def test_the_words_follow_the_theme(qapp, view, begin):
    view.button.click()
    begin.step(CheckStep.NAME, "found")
    before = qapp.palette()
    dark = QPalette(before)
    dark.setColor(QPalette.Text, Qt.green)
    qapp.setPalette(dark)
    qapp.processEvents()
    ink = view.steps.row_item(CheckStep.NAME).foreground().color()
    qapp.setPalette(before)
    assert ink == QColor(Qt.green)


def test_long_advice_is_broken_into_lines(view, begin):
    view.button.click()
    begin.step(CheckStep.LOGIN, "word " * 60)
    view.resize(260, 500)
    view.steps.doItemsLayout()
    one = view.steps.visualItemRect(view.steps.row_item(CheckStep.CONNECT))
    long = view.steps.visualItemRect(view.steps.row_item(CheckStep.LOGIN))
    assert long.height() > 5 * one.height() - one.height()
    assert long.width() <= view.steps.viewport().width()


def test_a_certificate_that_is_not_trusted_can_be_looked_at(view, begin):
    wanted = []
    view.certificate_wanted.connect(wanted.append)
    assert not view.certificate.isVisible()
    view.button.click()
    begin.step(CheckStep.ENCRYPT, "It is not trusted.", untrusted())
    begin.done(False)
    view.certificate.click()
    assert wanted == [untrusted().certificate]
    view.outdate()
    assert not view.certificate.isVisible()
    view.button.click()
    begin.step(CheckStep.ENCRYPT, "It is not trusted.", untrusted())
    view.button.click()
    view.button.click()
    assert not view.certificate.isVisible()
