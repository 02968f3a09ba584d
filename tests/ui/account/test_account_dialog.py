"""Adding and editing one account."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit

from tests.ui.certificates import PINNED, SHOWN, untrusted
from tests.ui.keyboard import alt, focused, keys, press, question, shown, until, write
from tests.ui.services import services
from tray.mail.model.account import Account, AccountId, Login, SecretSource, Security
from tray.mail.model.certificate import CertificateErrorKind
from tray.mail.model.secret import Secret
from tray.mail.model.status import CheckResult, CheckStep, Problem, ProblemKind
from tray.ui.account import account_dialog
from tray.ui.account.account_dialog import AccountDialog
from tray.ui.account.pages.network import NetworkPage
from tray.ui.account.pages.notifications import NotificationsPage
from tray.ui.dialogs.certificate_dialog import CertificateDialog

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
        self.reports = []
        self.services = services(tests=self)

    def check(self, account, secret, on_step, on_done):
        self.checks.append((account, secret, on_step, on_done))
        return self._cancel

    def _cancel(self):
        self.cancelled += 1

    def report(self, *given):
        self.reports.append(given)
        return "the report"

    def answer(self, account, secret):
        self.answers.append((account, secret))


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def opened(qapp, program, monkeypatch):

    def opened(account=None, others=(), pending=None, room=QSize(1280, 900)):  # noqa: B008
        monkeypatch.setattr(account_dialog, "available_size", lambda _dialog: room)
        dialog = AccountDialog(account, others, program.services, program.answer, pending=pending)
        dialog.setAttribute(Qt.WA_DeleteOnClose, False)
        dialog.open()
        return shown(dialog)

    return opened


def error(dialog, field):
    return dialog.tabs.fields[field].error()


def test_an_address_and_a_password_are_enough(opened, program):
    dialog = opened()
    write("jane@example.org")
    assert dialog.server.host.text() == "imap.example.org"
    keys("Alt+D", "pa ss&", "Return")
    program.checks[0][3](True)
    assert program.answers == [
        (
            Account(
                AccountId("new"), "example.org", "jane@example.org", "imap.example.org", "jane@example.org"
            ),
            Secret("pa ss&"),
        )
    ]
    assert not dialog.isVisible()
    assert dialog.identity.password.text() == ""


def test_a_mailbox_that_is_there_already_is_remarked_and_can_be_taken_all_the_same(opened, program):
    dialog = opened(others=(WORK,))
    twin = dialog.identity.duplicate
    write("jane@example.org")
    assert not twin.isVisible()
    dialog.server.host.setText("Mail.example.org")
    dialog.identity.user.setText("jane")
    assert (twin.isVisible(), twin.text()) == (True, "“Work” is the same user on the same server.")
    assert dialog.identity.user.accessibleDescription() == twin.text()
    assert error(dialog, "user") == ""
    dialog.identity.password.setText("x")
    press(Qt.Key_Return)
    assert len(program.checks) == 1
    dialog.identity.user.setText("joe")
    assert (twin.isVisible(), dialog.identity.user.accessibleDescription()) == (False, "")


def test_who_edits_an_account_knows_its_twin(opened):
    dialog = opened(replace(WORK, id=AccountId("v"), name="Again"), others=(WORK,))
    assert not dialog.identity.duplicate.isVisible()


def test_an_online_account_is_shown_by_the_desktops_name_for_it(opened, program):
    asked = []

    class LateDesktop:
        def online_title(self, online_account, on_title):
            asked.append((online_account, on_title))
            return lambda: asked.append("cancelled")

    program.services = services(others=LateDesktop())
    online = replace(WORK, secret=SecretSource.ONLINE, online_account="account_1")
    dialog = opened(online)
    shows = dialog.identity.online
    assert shows.text() == "account_1"
    asked[0][1]("")
    assert shows.text() == "account_1"
    asked[0][1]("Google: jane@gmail.com")
    assert shows.text() == "Google: jane@gmail.com"
    assert asked[0][0] == "account_1"
    assert dialog.account() == online
    dialog.reject()
    assert asked[1:] == ["cancelled"]


def test_enter_on_cancel_cancels(opened, program):
    dialog = opened(WORK)
    dialog.buttons.button(QDialogButtonBox.Cancel).setFocus()
    press(Qt.Key_Return)
    assert not dialog.isVisible()
    assert program.answers == []


def test_other_accounts_are_no_matter_for_the_desktop(opened, program):
    program.services = services()
    assert not opened(WORK).identity.online.isVisible()


def test_the_whole_account_can_be_told_by_keyboard(opened, program, tmp_path):
    ca_file = tmp_path / "own.pem"
    ca_file.write_text("pem")
    opened()
    keys(
        "jane@example.org",
        "Alt+M",
        "Ctrl+A",
        "Work",
        "Alt+S",
        "Alt+E",
        "Ctrl+A",
        "mail.example.org",
        "Alt+S",
        "Alt+U",
        "Down",
        "Alt+S",
        "Alt+O",
        "Ctrl+A",
        "1143",
        "Alt+S",
        "Alt+A",
        str(ca_file),
        "Alt+C",
        "Alt+U",
        "Ctrl+A",
        "jane",
        "Alt+I",
        "Down",
        "Down",
        "Alt+D",
        "pass show jane",
        "Alt+O",
        "Alt+P",
        "Alt+M",
        "https://webmail.example.org",
        "Return",
    )
    program.checks[0][3](True)
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
    keys("Alt+S", "Alt+E", "mx", "Alt+C", "Alt+U", "me", "Alt+A", "jane@example.org")
    assert dialog.server.host.text() == "mx"
    assert dialog.identity.user.text() == "me"
    assert dialog.identity.name.text() == "example.org"


def test_without_a_domain_no_server_is_guessed(opened):
    dialog = opened()
    write("jane@")
    assert (dialog.identity.name.text(), dialog.server.host.text(), dialog.identity.user.text()) == (
        "",
        "",
        "jane@",
    )


def test_a_name_that_is_taken_is_not_suggested(opened):
    dialog = opened(others=[Account(AccountId("x"), "example.org", "", "host", "u")])
    write("jane@example.org")
    assert dialog.identity.name.text() == "example.org 2"


def test_editing_the_address_of_an_account_leaves_the_rest_alone(opened):
    dialog = opened(WORK)
    keys("End", ".uk")
    assert dialog.server.host.text() == "mail.example.org"
    assert dialog.identity.user.text() == "jane"


def test_the_security_suggests_a_port_until_one_was_chosen(opened):
    dialog = opened()
    keys("Alt+S", "Alt+U", "Down")
    assert dialog.server.port.value() == 143
    press(Qt.Key_Up)
    assert dialog.server.port.value() == 993
    keys("Alt+S", "Alt+O", "Up", "Alt+S", "Alt+U", "Down")
    assert dialog.server.port.value() == 994


def test_a_port_of_the_users_own_survives_editing(opened):
    dialog = opened(Account(AccountId("o"), "Odd", "", "host", "u", port=10993))
    keys("Alt+S", "Alt+U", "Down")
    assert dialog.server.port.value() == 10993


def test_an_untouched_form_complains_of_nothing(opened):
    dialog = opened()
    assert all(field.error() == "" for field in dialog.tabs.fields.values())
    keys("Tab", "Tab", "Tab")
    assert all(field.error() == "" for field in dialog.tabs.fields.values())


def test_an_error_comes_when_the_field_is_left_and_goes_as_one_types(opened):
    dialog = opened()
    write("jane")
    assert error(dialog, "email") == ""
    press(Qt.Key_Tab)
    assert error(dialog, "email") != ""
    assert dialog.identity.email.accessibleDescription() == error(dialog, "email")
    keys("Shift+Tab", "End", "@example.org")
    assert error(dialog, "email") == ""
    assert dialog.identity.email.accessibleDescription() == ""


def test_ok_marks_all_that_is_wrong_and_goes_to_the_first(opened, program):
    dialog = opened(others=[CLUB])
    keys("Alt+M", "club", "Return")
    assert dialog.isVisible()
    assert program.answers == []
    assert dialog.identity.name.hasFocus()
    assert {name for name in dialog.tabs.fields if error(dialog, name)} == {
        "name",
        "host",
        "user",
        "password",
    }
    assert "another account" in error(dialog, "name").lower()


def test_an_explanation_comes_back_when_the_error_is_gone(opened):
    dialog = opened()
    explanation = dialog.identity.name.accessibleDescription()
    press(Qt.Key_Return)
    assert dialog.identity.name.accessibleDescription() == error(dialog, "name")
    write("Work")
    assert dialog.identity.name.accessibleDescription() == explanation != ""


def test_cleartext_to_another_machine_needs_the_users_word(opened, program):
    dialog = opened(WORK)
    assert not dialog.server.cleartext.isVisible()
    keys("Alt+S", "Alt+U", "Down", "Down")
    assert dialog.server.cleartext.isVisible()
    assert "encryption" in error(dialog, "security")
    press(Qt.Key_Return)
    assert program.answers == []
    alt("l")
    assert error(dialog, "security") == ""
    dialog.accept()
    account, _secret = program.answers[0]
    assert (account.security, account.allow_cleartext, account.port) == (Security.NONE, True, 143)


def test_cleartext_on_this_machine_needs_none(opened, program):
    dialog = opened(Account(AccountId("l"), "Local", "", "localhost", "u"))
    keys("Alt+S", "Alt+U", "Down", "Down")
    assert not dialog.server.cleartext.isVisible()
    press(Qt.Key_Return)
    assert program.answers[0][0].security is Security.NONE
    assert not program.answers[0][0].allow_cleartext


def test_the_word_for_cleartext_ends_with_the_cleartext(opened, program):
    dialog = opened(Account(AccountId("l"), "L", "", "host", "u", 143, Security.NONE, allow_cleartext=True))
    alt("s")
    assert dialog.server.cleartext.isVisible()
    keys("Alt+U", "Up")
    assert not dialog.server.cleartext.isVisible()
    press(Qt.Key_Return)
    assert not program.answers[0][0].allow_cleartext


def test_a_known_password_may_stay_and_is_not_shown(opened, program):
    dialog = opened(WORK)
    assert dialog.identity.password.placeholderText() == "unchanged"
    assert dialog.identity.password.accessibleDescription() == "unchanged"
    keys("Alt+M", "Office", "Return")
    assert program.answers[0][0].name == "Office"
    assert program.answers[0][0].webmail == WORK.webmail
    assert program.answers[0][1] is None


def test_a_password_that_no_keyring_has_must_be_typed(opened, program):
    dialog = opened(Account(AccountId("a"), "Ask", "", "host", "u", secret=SecretSource.ASK))
    keys("Alt+I", "Up", "Return")
    assert "Type the password" in error(dialog, "password")
    assert dialog.identity.password.hasFocus()
    keys("x", "Return")
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
    keys("Alt+I", "Up", "Return")
    account, secret = program.answers[0]
    assert (account.secret, account.login, account.password_command) == (SecretSource.ASK, Login.PASSWORD, "")
    assert secret is None


def test_a_password_that_is_out_of_sight_is_not_handed_over(opened, program):
    opened(WORK)
    keys("Alt+D", "typed", "Alt+I", "Down", "Down", "Alt+D", "cmd", "Return")
    assert program.answers[0][1] is None


def test_a_file_for_the_password_is_offered_only_to_who_has_one(opened, program):
    assert opened(WORK).identity.source.findData(SecretSource.FILE) == -1
    opened(Account(AccountId("f"), "F", "", "host", "u", secret=SecretSource.FILE))
    press(Qt.Key_Return)
    assert program.answers[0][0].secret is SecretSource.FILE


def test_a_password_is_hidden_again_when_the_source_changes(opened):
    dialog = opened(WORK)
    alt("o")
    assert dialog.identity.password.echoMode() == QLineEdit.Normal
    keys("Alt+I", "Down")
    assert dialog.identity.password.echoMode() == QLineEdit.Password


def test_a_ca_file_must_be_there(opened, tmp_path):
    dialog = opened(WORK)
    keys("Alt+S", "Alt+A", str(tmp_path / "none.pem"), "Return")
    assert "no such file" in error(dialog, "ca_file")


def test_a_ca_file_is_chosen_without_blocking(opened, tmp_path, program):
    chosen = tmp_path / "own.pem"
    chosen.write_text("pem")
    QApplication.setAttribute(Qt.AA_DontUseNativeDialogs)
    dialog = opened(WORK)
    keys("Alt+S", "Alt+B")
    files = dialog.findChild(QFileDialog)
    files.selectFile(str(chosen))
    shown(files)
    press(Qt.Key_Return)
    until(lambda: not files.isVisible())
    assert dialog.server.ca_file.text() == str(chosen)
    assert error(dialog, "ca_file") == ""


def test_a_ca_file_may_begin_at_home(opened, program, private_home):
    (private_home / "own.pem").write_text("pem")
    opened(WORK)
    keys("Alt+S", "Alt+A", "~/own.pem", "Return")
    assert program.answers[0][0].ca_file == str(private_home / "own.pem")


def test_the_test_takes_what_is_written_and_closing_cancels_it(opened, program):
    dialog = opened(WORK)
    keys("Alt+D", "new one", "Alt+T")
    account, secret, _on_step, _on_done = program.checks[0]
    assert account == WORK
    assert secret == Secret("new one")
    press(Qt.Key_Escape)
    assert program.cancelled == 0
    question(dialog)
    alt("d")
    assert program.cancelled == 1
    assert not dialog.isVisible()
    assert program.answers == []
    assert dialog.identity.password.text() == ""


def test_a_stored_password_is_tested_without_being_shown(opened, program):
    opened(WORK)
    alt("t")
    assert program.checks[0][1] is None


def test_ok_during_a_test_cancels_it(opened, program):
    opened(WORK)
    keys("Alt+T", "Alt+M", "Return")
    assert program.cancelled == 1
    assert program.answers == [(WORK, None)]


def test_typing_outdates_a_finished_test(opened, program):
    dialog = opened(WORK)
    alt("t")
    program.checks[0][2](CheckResult(CheckStep.NAME, "found"))
    program.checks[0][3](True)
    assert dialog.check.verdict.text() == "The account works."
    keys("Alt+S", "Alt+E", "x")
    assert "changed" in dialog.check.verdict.text()


def test_the_test_of_a_wrong_form_leads_to_the_field(opened, program):
    dialog = opened()
    alt("t")
    assert program.checks == []
    assert dialog.identity.name.hasFocus()
    assert not dialog.check.running


def test_a_problem_without_a_field_is_said_too(opened, program, monkeypatch):
    monkeypatch.setattr(account_dialog, "account_errors", lambda *_: {"elsewhere": "This is not right."})
    dialog = opened(Account(AccountId("q"), "Q", "", "host", "u"))
    assert dialog.other_errors.isVisible()
    press(Qt.Key_Return)
    assert program.answers == []


def test_it_fits_a_small_screen_and_scrolls_to_the_focus(opened):
    dialog = opened()
    dialog.resize(dialog.minimumSizeHint())
    assert dialog.minimumSizeHint().width() < 1000
    assert dialog.minimumSizeHint().height() < 400
    keys("Alt+P", "Alt+M")
    assert focused() is dialog.pages[-1].webmail
    assert not dialog.pages[-1].webmail.visibleRegion().isEmpty()


def test_no_password_is_in_any_repr(opened, program):
    dialog = opened(WORK)
    keys("Alt+D", "hunter2")
    assert "hunter2" not in repr((dialog, dialog.identity, dialog.account(), dialog.identity.secret()))


def test_a_certificate_that_failed_the_test_is_trusted_and_tested_again(opened, program):
    dialog = opened(WORK)
    alt("t")
    program.checks[-1][2](CheckResult(CheckStep.ENCRYPT, "It is not trusted.", untrusted()))
    program.checks[-1][3](False)
    alt("h")
    asked = QApplication.activeModalWidget()
    assert asked.windowTitle() == "Certificate of “Work”"
    asked.trust.click()
    assert len(program.checks) == 2
    assert program.checks[-1][0] == replace(WORK, pinned=SHOWN)
    assert dialog.server.pinned.line.text().startswith("AB:AB:AB:AB AB")
    dialog.accept()
    assert program.answers[0][0].pinned == SHOWN


def test_after_a_certificate_was_trusted_and_all_is_well_return_takes_the_account(opened, program):
    """The button that showed the certificate is gone; what comes next was Cancel."""
    dialog = opened()
    keys("jane@example.org", "Alt+D", "secret", "Alt+T")
    program.checks[-1][2](CheckResult(CheckStep.ENCRYPT, "It is not trusted.", untrusted()))
    program.checks[-1][3](False)
    dialog.check.certificate.setFocus()
    press(Qt.Key_Space)
    until(lambda: isinstance(QApplication.activeModalWidget(), CertificateDialog))
    asked = shown(QApplication.activeModalWidget())
    asked.trust.setFocus()
    press(Qt.Key_Return)
    shown(dialog)
    assert focused() is dialog.check.button
    program.checks[-1][3](True)
    ok = dialog.buttons.button(QDialogButtonBox.Ok)
    assert focused() is ok
    assert ok.accessibleDescription() == "The account works."
    press(Qt.Key_Return)
    assert [account.pinned for account, _ in program.answers] == [SHOWN]


def test_a_good_test_takes_nobody_away_from_a_field(opened, program):
    dialog = opened(WORK)
    alt("t")
    dialog.identity.name.setFocus()
    program.checks[-1][3](True)
    assert focused() is dialog.identity.name


@pytest.mark.parametrize("how", ["escape", "cancel", "close"])
@pytest.mark.parametrize("what", ["email", "password", "host", "proxy password", "client id", "pin", "tick"])
def test_nothing_that_was_entered_is_dropped_without_asking(opened, program, how, what):
    dialog = opened(
        replace(WORK, proxy="socks5://jane@proxy.example:1080") if what == "proxy password" else WORK
    )
    network = next(page for page in dialog.pages if isinstance(page, NetworkPage))
    match what:
        case "email":
            write("x")
        case "password":
            alt("d")
            write("x")
        case "host":
            dialog.server.host.setText("other.example.org")
        case "proxy password":
            network.password.setText("x")
        case "client id":
            dialog.identity.panel.client_id.setText("x")
        case "pin":
            dialog.server.pin(SHOWN)
        case "tick":
            next(page for page in dialog.pages if isinstance(page, NotificationsPage)).muted.click()
    before = dialog.account()
    match how:
        case "escape":
            press(Qt.Key_Escape)
        case "cancel":
            dialog.buttons.button(QDialogButtonBox.Cancel).click()
        case "close":
            dialog.close()
    assert dialog.isVisible()
    assert question(dialog).text() == "What you entered is not saved. Discard it?"
    press(Qt.Key_Return)  # which goes back, as Escape does
    assert (dialog.isVisible(), dialog.question, dialog.account()) == (True, None, before)
    shown(dialog)
    dialog.reject()
    question(dialog)
    alt("d")
    assert not dialog.isVisible()
    assert program.answers == []


@pytest.mark.parametrize("account", [None, WORK])
def test_where_nothing_was_entered_nothing_is_asked(opened, account):
    dialog = opened(account)
    for _ in range(dialog.tabs.count()):
        press(Qt.Key_Tab, Qt.ControlModifier)
    press(Qt.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.question is None


def test_a_log_out_is_not_asked_anything(opened, monkeypatch):
    dialog = opened(WORK)
    write("x")
    monkeypatch.setattr("tray.ui.widgets.form_dialog._is_logging_out", lambda: True)
    dialog.close()
    assert not dialog.isVisible()


def test_a_certificate_that_is_not_trusted_changes_nothing(opened, program):
    dialog = opened(WORK)
    alt("t")
    program.checks[-1][2](
        CheckResult(CheckStep.ENCRYPT, "It is not trusted.", untrusted(CertificateErrorKind.WRONG_HOST))
    )
    program.checks[-1][3](False)
    alt("h")
    QApplication.activeModalWidget().reject()
    assert len(program.checks) == 1
    assert dialog.account() == WORK


def test_the_trusted_certificate_is_shown_and_forgotten_by_keyboard(opened, program):
    dialog = opened(replace(WORK, pinned=PINNED))
    alt("s")
    assert dialog.server.pinned.isVisible()
    alt("i")
    assert focused() is dialog.server.pinned.line
    assert focused().text().startswith("CD:CD:CD:CD CD")
    assert focused().isReadOnly()
    alt("g")
    assert not dialog.server.pinned.isVisible()
    dialog.accept()
    assert program.answers == [(WORK, None)]


def test_a_certificate_is_trusted_for_its_own_server_only(opened):
    dialog = opened(replace(WORK, pinned=PINNED))
    dialog.server.host.setText("mail.example.com")
    assert dialog.account().pinned == ""
    assert not dialog.server.pinned.isVisible()
    dialog.server.host.setText("Mail.example.org.")
    assert dialog.account().pinned == PINNED
    dialog.server.security.setCurrentIndex(dialog.server.security.findData(Security.NONE))
    assert dialog.account().pinned == ""


def fail(program, step=CheckStep.LOGIN):
    """The test that runs ends there."""
    problem = Problem(ProblemKind.REFUSED, "The password was refused.", "Type it again.")
    program.checks[-1][2](CheckResult(step, problem.sentence, problem))
    program.checks[-1][3](False)


def new_account(opened):
    dialog = opened()
    keys("jane@example.org", "Alt+D", "secret", "Return")
    return dialog


def test_a_new_account_is_tested_before_it_is_taken(opened, program):
    dialog = new_account(opened)
    assert dialog.check.running
    assert dialog.isVisible()
    press(Qt.Key_Return)  # impatience does no harm
    assert len(program.checks) == 1
    assert program.answers == []
    program.checks[0][3](True)
    assert program.answers[0][0].email == "jane@example.org"
    assert not dialog.isVisible()


def test_a_new_account_that_does_not_work_can_be_taken_all_the_same(opened, program):
    dialog = new_account(opened)
    assert not dialog.anyway.isVisible()
    fail(program)
    assert program.answers == []
    assert focused() is dialog.check.steps
    assert dialog.check.steps.currentItem() is dialog.check.steps.row_item(CheckStep.LOGIN)
    alt("v")
    assert program.answers[0][1] == Secret("secret")
    assert not dialog.isVisible()


def test_the_focus_moves_from_save_anyway_to_the_test_that_hides_it(opened, program):
    dialog = new_account(opened)
    fail(program)
    dialog.anyway.setFocus()
    alt("t")
    assert not dialog.anyway.isVisible()
    assert focused() is dialog.check.button


def test_what_was_put_right_is_tested_again(opened, program):
    dialog = new_account(opened)
    fail(program)
    keys("Alt+D", "right")
    assert not dialog.anyway.isVisible()
    press(Qt.Key_Return)
    assert program.checks[-1][1] == Secret("right")
    program.checks[-1][3](True)
    assert program.answers[0][1] == Secret("right")


def test_typing_during_the_test_stops_it_and_keeps_the_focus(opened, program):
    dialog = new_account(opened)
    write("x")
    assert program.cancelled == 1
    assert focused() is dialog.identity.password
    assert not dialog.anyway.isVisible()
    assert program.answers == []
    press(Qt.Key_Return)
    program.checks[-1][3](True)
    assert program.answers[0][1] == Secret("secretx")


def test_an_account_that_was_tested_is_not_tested_again(opened, program):
    dialog = opened()
    keys("jane@example.org", "Alt+D", "secret", "Alt+T")
    program.checks[0][3](True)
    dialog.accept()
    assert len(program.checks) == 1
    assert len(program.answers) == 1


def test_a_new_account_whose_password_is_asked_for_later_need_not_be_tested(opened, program):
    opened()
    keys("jane@example.org", "Alt+I", "Down", "Return")
    assert program.checks == []
    assert program.answers[0][0].secret is SecretSource.ASK


def test_an_account_that_exists_is_taken_untested(opened, program):
    dialog = opened(WORK)
    alt("t")
    fail(program)
    assert not dialog.anyway.isVisible()
    dialog.accept()
    assert program.answers == [(WORK, None)]


def test_a_page_with_a_mistake_is_marked_for_eye_and_ear(opened):
    dialog = opened(replace(WORK, ca_file="/nowhere/ca.pem"))
    bar = dialog.tabs.tabBar()
    assert bar.tabIcon(1).isNull()
    assert bar.accessibleTabName(1) == "Server"
    press(Qt.Key_Return)
    assert focused() is dialog.server.ca_file
    assert dialog.tabs.currentIndex() == 1
    assert not bar.tabIcon(1).isNull()
    assert bar.accessibleTabName(1) == "Server: Something on this page is not right."
    dialog.server.ca_file.clear()
    assert bar.tabIcon(1).isNull()


def test_the_report_of_a_test_is_copied(opened, program):
    dialog = opened(WORK)
    assert not dialog.check.copy.isVisible()
    alt("t")
    assert not dialog.check.copy.isVisible()
    fail(program)
    alt("y")
    assert QApplication.clipboard().text() == "the report"
    account, results, versions = program.reports[0]
    assert account == WORK
    assert [result.step for result in results] == [CheckStep.LOGIN]
    assert versions["Qt"].startswith("5.")
    assert "copied" in dialog.check.verdict.text()
    keys("Alt+M", "x")
    assert not dialog.check.copy.isVisible()


def test_on_a_narrow_screen_the_test_is_a_page_of_its_own(opened, program):
    dialog = opened(room=QSize(600, 500))
    keys("jane@example.org", "Alt+D", "secret", "Return")
    assert dialog.tabs.currentWidget() is dialog.check
    fail(program)
    assert focused() is dialog.check.steps
    alt("c")
    assert dialog.check.button.isVisible()
    keys("Alt+D", "Ctrl+A", "right", "Return")
    assert dialog.tabs.currentWidget() is dialog.check
    program.checks[-1][3](True)
    assert program.answers[0][1] == Secret("right")
