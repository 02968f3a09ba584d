"""Adding and editing one account."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit

from tests.ui.certificates import PINNED, SHOWN, untrusted
from tests.ui.keyboard import (
    SHIFT,
    alt,
    editors,
    focused,
    mnemonics,
    press,
    shown,
    tab_walk,
    until,
    without_name,
    write,
)
from tray.mail.account import Account, AccountId, Login, SecretSource, Security
from tray.mail.certificate import Doubt
from tray.mail.check import Step, StepResult
from tray.mail.secret import Secret
from tray.ui.account_dialog import AccountDialog
from tray.ui.services import SettingsServices

WORK = Account(
    AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane", webmail="https://example.org"
)
CLUB = Account(AccountId("c"), "Club", "jane@club.example", "imap.club.example", "jane")


class Program:
    """What the dialog is given by the program."""

    def __init__(self):
        self.answers = []
        self.checks = []
        self.cancelled = 0
        self.services = SettingsServices(
            apply=None, check=self._check, new_account_id=lambda: AccountId("new")
        )

    def _check(self, account, secret, on_step, on_done):
        self.checks.append((account, secret, on_step, on_done))
        return self._cancel

    def _cancel(self):
        self.cancelled += 1

    def answer(self, account, secret):
        self.answers.append((account, secret))


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def opened(qapp, program):
    dialogs = []

    def opened(account=None, others=(), pending=None):
        dialog = AccountDialog(account, others, program.services, program.answer, pending=pending)
        dialog.setAttribute(Qt.WA_DeleteOnClose, False)
        dialogs.append(dialog)
        dialog.open()
        return shown(dialog)

    yield opened
    for dialog in dialogs:
        dialog.close()
        dialog.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.DeferredDelete)


def error(dialog, field):
    return dialog.form.fields[field].error()


def test_an_address_and_a_password_are_enough(opened, program):
    dialog = opened()
    write("jane@example.org")
    assert dialog.form.host.text() == "imap.example.org"
    alt("w")
    write("pa ss&")
    press(Qt.Key_Return)
    assert program.answers == [
        (
            Account(
                AccountId("new"), "example.org", "jane@example.org", "imap.example.org", "jane@example.org"
            ),
            Secret("pa ss&"),
        )
    ]
    assert not dialog.isVisible()
    assert dialog.form.password.text() == ""


def test_the_whole_account_can_be_told_by_keyboard(opened, program, tmp_path):
    ca_file = tmp_path / "own.pem"
    ca_file.write_text("pem")
    opened()
    write("jane@example.org")
    alt("n")
    press(Qt.Key_A, Qt.ControlModifier)
    write("Work")
    alt("v")
    press(Qt.Key_A, Qt.ControlModifier)
    write("mail.example.org")
    alt("c")
    press(Qt.Key_Down)
    alt("p")
    press(Qt.Key_A, Qt.ControlModifier)
    write("1143")
    alt("f")
    write(str(ca_file))
    alt("u")
    press(Qt.Key_A, Qt.ControlModifier)
    write("jane")
    alt("i")
    press(Qt.Key_Down)
    press(Qt.Key_Down)
    alt("d")
    write("pass show jane")
    alt("o")
    alt("m")
    write("https://webmail.example.org")
    press(Qt.Key_Return)
    assert program.answers == [
        (
            Account(
                AccountId("new"),
                "Work",
                "jane@example.org",
                "mail.example.org",
                "jane",
                port=1143,
                security=Security.STARTTLS,
                login=Login.TOKEN,
                secret=SecretSource.COMMAND,
                password_command="pass show jane",
                ca_file=str(ca_file),
                webmail="https://webmail.example.org",
            ),
            None,
        )
    ]


def test_what_was_written_by_hand_is_never_filled_in(opened):
    dialog = opened()
    alt("v")
    write("mx")
    alt("u")
    write("me")
    alt("a")
    write("jane@example.org")
    assert dialog.form.host.text() == "mx"
    assert dialog.form.user.text() == "me"
    assert dialog.form.name.text() == "example.org"


def test_without_a_domain_no_server_is_guessed(opened):
    dialog = opened()
    write("jane@")
    assert (dialog.form.name.text(), dialog.form.host.text(), dialog.form.user.text()) == ("", "", "jane@")


def test_a_name_that_is_taken_is_not_suggested(opened):
    dialog = opened(others=[Account(AccountId("x"), "example.org", "", "host", "u")])
    write("jane@example.org")
    assert dialog.form.name.text() == "example.org 2"


def test_editing_the_address_of_an_account_leaves_the_rest_alone(opened):
    dialog = opened(WORK)
    press(Qt.Key_End)
    write(".uk")
    assert dialog.form.host.text() == "mail.example.org"
    assert dialog.form.user.text() == "jane"


def test_the_security_suggests_a_port_until_one_was_chosen(opened):
    dialog = opened()
    alt("c")
    press(Qt.Key_Down)
    assert dialog.form.port.value() == 143
    press(Qt.Key_Up)
    assert dialog.form.port.value() == 993
    alt("p")
    press(Qt.Key_Up)
    alt("c")
    press(Qt.Key_Down)
    assert dialog.form.port.value() == 994


def test_a_port_of_the_users_own_survives_editing(opened):
    dialog = opened(Account(AccountId("o"), "Odd", "", "host", "u", port=10993))
    alt("c")
    press(Qt.Key_Down)
    assert dialog.form.port.value() == 10993


def test_an_untouched_form_complains_of_nothing(opened):
    dialog = opened()
    assert all(field.error() == "" for field in dialog.form.fields.values())
    press(Qt.Key_Tab)
    press(Qt.Key_Tab)
    press(Qt.Key_Tab)
    assert all(field.error() == "" for field in dialog.form.fields.values())


def test_an_error_comes_when_the_field_is_left_and_goes_as_one_types(opened):
    dialog = opened()
    write("jane")
    assert error(dialog, "email") == ""
    press(Qt.Key_Tab)
    assert error(dialog, "email") != ""
    assert dialog.form.email.accessibleDescription() == error(dialog, "email")
    press(Qt.Key_Tab, SHIFT)
    press(Qt.Key_End)
    write("@example.org")
    assert error(dialog, "email") == ""
    assert dialog.form.email.accessibleDescription() == ""


def test_ok_marks_all_that_is_wrong_and_goes_to_the_first(opened, program):
    dialog = opened(others=[CLUB])
    alt("n")
    write("club")
    press(Qt.Key_Return)
    assert dialog.isVisible()
    assert program.answers == []
    assert dialog.form.name.hasFocus()
    assert {name for name in dialog.form.fields if error(dialog, name)} == {
        "name",
        "host",
        "user",
        "password",
    }
    assert "another account" in error(dialog, "name").lower()


def test_an_explanation_comes_back_when_the_error_is_gone(opened):
    dialog = opened()
    explanation = dialog.form.name.accessibleDescription()
    press(Qt.Key_Return)
    assert dialog.form.name.accessibleDescription() == error(dialog, "name")
    write("Work")
    assert dialog.form.name.accessibleDescription() == explanation != ""


def test_cleartext_to_another_machine_needs_the_users_word(opened, program):
    dialog = opened(WORK)
    assert not dialog.form.cleartext.isVisible()
    alt("c")
    press(Qt.Key_Down)
    press(Qt.Key_Down)
    assert dialog.form.cleartext.isVisible()
    assert "encryption" in error(dialog, "security")
    press(Qt.Key_Return)
    assert program.answers == []
    alt("e")
    assert error(dialog, "security") == ""
    dialog.accept()
    account, _secret = program.answers[0]
    assert (account.security, account.allow_cleartext, account.port) == (Security.NONE, True, 143)


def test_cleartext_on_this_machine_needs_none(opened, program):
    dialog = opened(Account(AccountId("l"), "Local", "", "localhost", "u"))
    alt("c")
    press(Qt.Key_Down)
    press(Qt.Key_Down)
    assert not dialog.form.cleartext.isVisible()
    press(Qt.Key_Return)
    assert program.answers[0][0].security is Security.NONE
    assert not program.answers[0][0].allow_cleartext


def test_the_word_for_cleartext_ends_with_the_cleartext(opened, program):
    dialog = opened(Account(AccountId("l"), "L", "", "host", "u", 143, Security.NONE, allow_cleartext=True))
    assert dialog.form.cleartext.isVisible()
    alt("c")
    press(Qt.Key_Up)
    assert not dialog.form.cleartext.isVisible()
    press(Qt.Key_Return)
    assert not program.answers[0][0].allow_cleartext


def test_a_known_password_may_stay_and_is_not_shown(opened, program):
    dialog = opened(WORK)
    assert dialog.form.password.placeholderText() == "unchanged"
    assert dialog.form.password.accessibleDescription() == "unchanged"
    alt("n")
    write("Office")
    press(Qt.Key_Return)
    assert program.answers[0][0].name == "Office"
    assert program.answers[0][0].webmail == WORK.webmail
    assert program.answers[0][1] is None


def test_a_password_that_no_keyring_has_must_be_typed(opened, program):
    dialog = opened(Account(AccountId("a"), "Ask", "", "host", "u", secret=SecretSource.ASK))
    alt("i")
    press(Qt.Key_Up)
    press(Qt.Key_Return)
    assert "Type the password" in error(dialog, "password")
    assert dialog.form.password.hasFocus()
    write("x")
    press(Qt.Key_Return)
    assert program.answers[0][0].secret is SecretSource.KEYRING
    assert program.answers[0][1] == Secret("x")


def test_a_password_typed_before_need_not_be_typed_again(opened, program):
    opened(WORK, pending=Secret("earlier"))
    alt("t")
    assert program.checks[0][1] == Secret("earlier")


def test_an_account_that_asks_needs_a_password_for_the_test_alone(opened, program):
    dialog = opened(Account(AccountId("a"), "Ask", "", "host", "u", secret=SecretSource.ASK))
    alt("t")
    assert "for the test" in error(dialog, "password")
    assert program.checks == []
    press(Qt.Key_Return)
    assert program.answers[0][1] is None


def test_a_token_command_becomes_a_password_when_the_source_changes(opened, program):
    opened(
        Account(
            AccountId("t"),
            "T",
            "",
            "host",
            "u",
            login=Login.TOKEN,
            secret=SecretSource.COMMAND,
            password_command="x",
        )
    )
    alt("i")
    press(Qt.Key_Up)
    press(Qt.Key_Return)
    account, secret = program.answers[0]
    assert (account.secret, account.login, account.password_command) == (SecretSource.ASK, Login.PASSWORD, "")
    assert secret is None


def test_a_password_that_is_out_of_sight_is_not_handed_over(opened, program):
    opened(WORK)
    alt("w")
    write("typed")
    alt("i")
    press(Qt.Key_Down)
    press(Qt.Key_Down)
    alt("d")
    write("cmd")
    press(Qt.Key_Return)
    assert program.answers[0][1] is None


def test_a_file_for_the_password_is_offered_only_to_who_has_one(opened, program):
    assert opened(WORK).form.source.findData(SecretSource.FILE) == -1
    opened(Account(AccountId("f"), "F", "", "host", "u", secret=SecretSource.FILE))
    press(Qt.Key_Return)
    assert program.answers[0][0].secret is SecretSource.FILE


def test_a_password_is_hidden_again_when_the_source_changes(opened):
    dialog = opened(WORK)
    alt("s")
    assert dialog.form.password.echoMode() == QLineEdit.Normal
    alt("i")
    press(Qt.Key_Down)
    assert dialog.form.password.echoMode() == QLineEdit.Password


def test_a_ca_file_must_be_there(opened, tmp_path):
    dialog = opened(WORK)
    alt("f")
    write(str(tmp_path / "none.pem"))
    press(Qt.Key_Return)
    assert "no such file" in error(dialog, "ca_file")


def test_a_ca_file_is_chosen_without_blocking(opened, tmp_path, program):
    chosen = tmp_path / "own.pem"
    chosen.write_text("pem")
    QApplication.setAttribute(Qt.AA_DontUseNativeDialogs)
    dialog = opened(WORK)
    alt("b")
    files = dialog.findChild(QFileDialog)
    files.selectFile(str(chosen))
    shown(files)
    press(Qt.Key_Return)
    until(lambda: not files.isVisible())
    assert dialog.form.ca_file.text() == str(chosen)
    assert error(dialog, "ca_file") == ""


def test_a_ca_file_may_begin_at_home(opened, program, private_home):
    (private_home / "own.pem").write_text("pem")
    opened(WORK)
    alt("f")
    write("~/own.pem")
    press(Qt.Key_Return)
    assert program.answers[0][0].ca_file == str(private_home / "own.pem")


def test_the_test_takes_what_is_written_and_closing_cancels_it(opened, program):
    dialog = opened(WORK)
    alt("w")
    write("new one")
    alt("t")
    account, secret, _on_step, _on_done = program.checks[0]
    assert account == WORK
    assert secret == Secret("new one")
    press(Qt.Key_Escape)
    assert program.cancelled == 1
    assert not dialog.isVisible()
    assert program.answers == []
    assert dialog.form.password.text() == ""


def test_a_stored_password_is_tested_without_being_shown(opened, program):
    opened(WORK)
    alt("t")
    assert program.checks[0][1] is None


def test_ok_during_a_test_cancels_it(opened, program):
    opened(WORK)
    alt("t")
    alt("n")
    press(Qt.Key_Return)
    assert program.cancelled == 1
    assert program.answers == [(WORK, None)]


def test_typing_outdates_a_finished_test(opened, program):
    dialog = opened(WORK)
    alt("t")
    program.checks[0][2](StepResult(Step.NAME, "found"))
    program.checks[0][3](True)
    assert dialog.check.verdict.text() == "The account works."
    alt("v")
    write("x")
    assert "changed" in dialog.check.verdict.text()


def test_the_test_of_a_wrong_form_leads_to_the_field(opened, program):
    dialog = opened()
    alt("t")
    assert program.checks == []
    assert dialog.form.name.hasFocus()
    assert not dialog.check.running


def test_a_problem_without_a_field_is_said_too(opened, program):
    dialog = opened(Account(AccountId("q"), "Q", "", "host", "u", open_command="open '"))
    assert dialog.elsewhere.isVisible()
    press(Qt.Key_Return)
    assert program.answers == []


@pytest.mark.parametrize("source", [SecretSource.KEYRING, SecretSource.COMMAND])
def test_every_field_has_a_name_and_a_letter_of_its_own(opened, source):
    dialog = opened(
        Account(AccountId("l"), "L", "", "host", "u", 143, Security.NONE, secret=source, allow_cleartext=True)
    )
    assert without_name(dialog) == []
    assert {key: texts for key, texts in mnemonics(dialog).items() if len(texts) > 1} == {}
    labelled = {field.label.buddy() for field in dialog.form.fields.values() if field.label is not None}
    ok = dialog.buttons.button(QDialogButtonBox.Ok)
    cancel = dialog.buttons.button(QDialogButtonBox.Cancel)
    for editor in editors(dialog):
        assert (
            editor in labelled
            or "&" in getattr(editor, "text", str)()
            or editor in {ok, cancel, dialog.check.steps}
        )


def test_tab_goes_from_top_to_bottom(opened):
    dialog = opened(Account(AccountId("l"), "L", "", "host", "u", 143, Security.NONE, allow_cleartext=True))
    form = dialog.form
    walk = tab_walk(dialog)
    assert walk[:-2] == [
        form.email,
        form.name,
        form.host,
        form.security,
        form.cleartext,
        form.port,
        form.ca_file,
        form.browse,
        form.user,
        form.source,
        form.password,
        form.password.toggle,
        form.webmail,
        dialog.check.button,
        dialog.check.steps,
    ]
    ok = dialog.buttons.button(QDialogButtonBox.Ok)
    assert set(walk[-2:]) == {ok, dialog.buttons.button(QDialogButtonBox.Cancel)}
    assert ok.isDefault()


def test_it_fits_a_small_screen_and_scrolls_to_the_focus(opened):
    dialog = opened()
    dialog.resize(dialog.minimumSizeHint())
    assert dialog.minimumSizeHint().width() < 1000
    assert dialog.minimumSizeHint().height() < 400
    alt("m")
    assert focused() is dialog.form.webmail
    assert not dialog.form.webmail.visibleRegion().isEmpty()


def test_no_password_is_in_any_repr(opened, program):
    dialog = opened(WORK)
    alt("w")
    write("hunter2")
    assert "hunter2" not in repr((dialog, dialog.form, dialog.form.account(), dialog.form.secret()))


def test_a_certificate_that_failed_the_test_is_trusted_and_tested_again(opened, program):
    """The account that is then tested, and answered, trusts that one."""
    dialog = opened(WORK)
    alt("t")
    program.checks[-1][2](StepResult(Step.ENCRYPT, "It is not trusted.", untrusted()))
    program.checks[-1][3](False)
    alt("h")
    asked = QApplication.activeModalWidget()
    assert asked.windowTitle() == "Certificate of “Work”"
    asked.trust.click()
    assert len(program.checks) == 2
    assert program.checks[-1][0] == replace(WORK, pinned=SHOWN)
    assert dialog.form.pinned.line.text().startswith("AB:AB:AB:AB AB")
    dialog.accept()
    assert program.answers[0][0].pinned == SHOWN


def test_a_certificate_that_is_not_trusted_changes_nothing(opened, program):
    dialog = opened(WORK)
    alt("t")
    program.checks[-1][2](StepResult(Step.ENCRYPT, "It is not trusted.", untrusted(Doubt.WRONG_HOST)))
    program.checks[-1][3](False)
    alt("h")
    QApplication.activeModalWidget().reject()
    assert len(program.checks) == 1
    assert dialog.form.account() == WORK


def test_the_trusted_certificate_is_shown_and_forgotten_by_keyboard(opened, program):
    dialog = opened(replace(WORK, pinned=PINNED))
    assert dialog.form.pinned.isVisible()
    assert without_name(dialog) == []
    assert all(len(wanted) == 1 for wanted in mnemonics(dialog).values())
    alt("l")
    assert focused() is dialog.form.pinned.line
    assert focused().text().startswith("CD:CD:CD:CD CD")
    assert focused().isReadOnly()
    alt("g")
    assert not dialog.form.pinned.isVisible()
    dialog.accept()
    assert program.answers == [(WORK, None)]


def test_a_certificate_is_trusted_for_its_own_server_only(opened):
    """Another host, or none that encrypts, is another matter; back is back."""
    dialog = opened(replace(WORK, pinned=PINNED))
    dialog.form.host.setText("mail.example.com")
    assert dialog.form.account().pinned == ""
    assert not dialog.form.pinned.isVisible()
    dialog.form.host.setText("Mail.example.org.")
    assert dialog.form.account().pinned == PINNED
    dialog.form.security.setCurrentIndex(dialog.form.security.findData(Security.NONE))
    assert dialog.form.account().pinned == ""
