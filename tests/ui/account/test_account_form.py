"""All settings of an account: a new one is tested and added; of another one each change is applied once it is valid."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QFileDialog, QLineEdit

from tests.ui.account.forms import form_of
from tests.ui.certificates import PINNED, SHOWN, untrusted
from tests.ui.keyboard import alt, focused, keys, press, question, shown, until, write
from tests.ui.services import services
from tray.mail.model.account import Account, AccountId, Login, SecretSource, Security
from tray.mail.model.certificate import CertificateErrorKind
from tray.mail.model.secret import Secret
from tray.mail.model.status import CheckResult, CheckStep, Problem, ProblemKind
from tray.mail.presentation.colours import with_colours
from tray.ui.account import account_form
from tray.ui.account.pages.network import NetworkPage
from tray.ui.dialogs.certificate_dialog import CertificateDialog

WORK = Account(
    AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane", webmail="https://example.org"
)
CLUB = Account(AccountId("c"), "Club", "jane@club.example", "imap.club.example", "jane")


class Program:
    """Tests accounts, which the test ends."""

    def __init__(self):
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


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def opened(qapp, program):

    def opened(account=None, others=()):
        return form_of(account, program.services, others)

    return opened


def error(form, field):
    return form.fields[field].error()


def fill(form, field, text):
    """Type into a field in place of what is there, and leave it."""
    editor = form.fields[field].editor
    editor.setFocus()
    keys("Ctrl+A", text, "Tab")


def choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def applied(form):
    """The account as it was applied last."""
    return form.store.applied[-1][0].accounts[0]


def fail(program, step=CheckStep.LOGIN):
    """The test that runs ends there."""
    problem = Problem(ProblemKind.REFUSED, "The password was refused.", "Type it again.")
    program.checks[-1][2](CheckResult(step, problem.sentence, problem))
    program.checks[-1][3](False)


def new_account(opened):
    form = opened()
    fill(form, "email", "jane@example.org")
    form.identity.password.setFocus()
    keys("secret", "Return")
    return form


# A new account


def test_an_address_and_a_password_are_enough(opened, program):
    form = opened()
    write("jane@example.org")
    assert form.server.host.text() == "imap.example.org"
    form.identity.password.setFocus()
    keys("pa ss&", "Return")
    program.checks[0][3](True)
    ((settings, secrets),) = form.store.applied
    (added,) = settings.accounts
    assert replace(added, colour="") == Account(
        AccountId("new"), "example.org", "jane@example.org", "imap.example.org", "jane@example.org"
    )
    assert secrets == {"new": Secret("pa ss&")}
    assert form.window().stack.currentWidget().title == "example.org"
    assert form.identity.password.text() == ""


def test_a_new_account_is_tested_before_it_is_added(opened, program):
    form = new_account(opened)
    assert form.check.running
    press(Qt.Key_Return)  # impatience does no harm
    assert len(program.checks) == 1
    assert form.store.applied == []
    program.checks[0][3](True)
    assert applied(form).email == "jane@example.org"


def test_a_new_account_that_does_not_work_can_be_added_all_the_same(opened, program):
    form = new_account(opened)
    assert not form.anyway.isVisible()
    fail(program)
    assert form.store.applied == []
    assert focused() is form.check.steps
    assert form.check.steps.currentItem() is form.check.steps.row_item(CheckStep.LOGIN)
    form.anyway.click()
    assert form.store.applied[0][1] == {"new": Secret("secret")}


def test_the_focus_moves_from_add_anyway_to_the_test_that_hides_it(opened, program):
    form = new_account(opened)
    fail(program)
    form.anyway.setFocus()
    form.check.start()
    assert not form.anyway.isVisible()
    assert focused() is form.check.button


def test_what_was_put_right_is_tested_again(opened, program):
    form = new_account(opened)
    fail(program)
    form.identity.password.setFocus()
    keys("Ctrl+A", "right")
    assert not form.anyway.isVisible()
    press(Qt.Key_Return)
    assert program.checks[-1][1] == Secret("right")
    program.checks[-1][3](True)
    assert form.store.applied[0][1] == {"new": Secret("right")}


def test_typing_during_the_test_stops_it_and_keeps_the_focus(opened, program):
    form = new_account(opened)
    write("x")
    assert program.cancelled == 1
    assert focused() is form.identity.password
    assert not form.anyway.isVisible()
    assert form.store.applied == []


def test_an_account_that_was_tested_is_not_tested_again(opened, program):
    form = opened()
    fill(form, "email", "jane@example.org")
    fill(form, "password", "secret")
    form.check.button.click()
    program.checks[0][3](True)
    assert focused() is form.add_button
    assert form.add_button.accessibleDescription() == "The account works."
    press(Qt.Key_Return)
    assert len(program.checks) == 1
    assert len(form.store.applied) == 1


def test_a_new_account_whose_password_is_asked_for_later_need_not_be_tested(opened, program):
    form = opened()
    fill(form, "email", "jane@example.org")
    choose(form.identity.source, SecretSource.ASK)
    form.add_button.click()
    assert program.checks == []
    assert applied(form).secret is SecretSource.ASK


def test_adding_marks_all_that_is_wrong_and_goes_to_the_first(opened, program):
    form = opened(others=[CLUB])
    fill(form, "name", "club")
    form.add_button.click()
    assert form.store.applied == []
    assert form.identity.name.hasFocus()
    assert {name for name in form.fields if error(form, name)} == {"name", "host", "user", "password"}
    assert "another account" in error(form, "name").lower()


def test_the_test_of_a_wrong_form_leads_to_the_field(opened, program):
    form = opened()
    form.check.button.click()
    assert program.checks == []
    assert form.identity.name.hasFocus()
    assert not form.check.running


def test_a_mailbox_that_is_there_already_is_remarked_and_can_be_added_all_the_same(opened, program):
    form = opened(others=(WORK,))
    twin = form.identity.duplicate
    write("jane@example.org")
    assert not twin.isVisible()
    form.server.host.setText("Mail.example.org")
    form.identity.user.setText("jane")
    assert (twin.isVisible(), twin.text()) == (True, "“Work” is the same user on the same server.")
    assert form.identity.user.accessibleDescription() == twin.text()
    assert error(form, "user") == ""
    form.identity.password.setText("x")
    form.add_new()
    assert len(program.checks) == 1
    form.identity.user.setText("joe")
    assert (twin.isVisible(), form.identity.user.accessibleDescription()) == (False, "")


def test_what_was_written_by_hand_is_never_filled_in(opened):
    form = opened()
    fill(form, "host", "mx")
    fill(form, "user", "me")
    fill(form, "email", "jane@example.org")
    assert form.server.host.text() == "mx"
    assert form.identity.user.text() == "me"
    assert form.identity.name.text() == "example.org"


def test_without_a_domain_no_server_is_guessed(opened):
    form = opened()
    write("jane@")
    guessed = form.identity.name.text(), form.server.host.text(), form.identity.user.text()
    assert guessed == ("", "", "jane@")


def test_a_name_that_is_taken_is_not_suggested(opened):
    form = opened(others=[Account(AccountId("x"), "example.org", "", "host", "u")])
    write("jane@example.org")
    assert form.identity.name.text() == "example.org 2"


def test_the_security_suggests_a_port_until_one_was_chosen(opened):
    form = opened()
    choose(form.server.security, Security.STARTTLS)
    assert form.server.port.value() == 143
    choose(form.server.security, Security.TLS)
    assert form.server.port.value() == 993
    form.server.port.stepUp()
    choose(form.server.security, Security.STARTTLS)
    assert form.server.port.value() == 994


def test_an_untouched_form_complains_of_nothing(opened):
    form = opened()
    keys("Tab", "Tab", "Tab")
    assert all(field.error() == "" for field in form.fields.values())


def test_an_error_comes_when_the_field_is_left_and_goes_as_one_types(opened):
    form = opened()
    write("jane")
    assert error(form, "email") == ""
    press(Qt.Key_Tab)
    assert error(form, "email") != ""
    assert form.identity.email.accessibleDescription() == error(form, "email")
    form.identity.email.setFocus()
    keys("End", "@example.org")
    assert error(form, "email") == ""
    assert form.identity.email.accessibleDescription() == ""


def test_what_was_typed_on_the_first_page_is_there(qapp, program):
    form = form_of(None, program.services)
    window, store = form.window(), form.store
    draft = replace(WORK, id=AccountId("d"))
    window.more_settings(draft, Secret("typed"))
    form = window.stack.currentWidget()
    assert form.account() == draft
    form.add_new()
    assert program.checks[-1][:2] == (draft, Secret("typed"))
    program.checks[-1][3](True)
    assert window.changes.settings.accounts == with_colours((draft,))
    assert store.applied[-1][1] == {draft.id: Secret("typed")}


@pytest.mark.parametrize("how", ["escape", "back", "close"])
@pytest.mark.parametrize("what", ["email", "password", "host", "proxy password", "client id"])
def test_nothing_that_was_entered_is_dropped_without_asking(opened, program, how, what):
    form = opened()
    window = form.window()
    match what:
        case "email":
            write("x")
        case "password":
            form.identity.password.setText("x")
        case "host":
            form.server.host.setText("other.example.org")
        case "proxy password":
            next(page for page in form.pages if isinstance(page, NetworkPage)).password.setText("x")
        case "client id":
            form.identity.panel.client_id.setText("x")
    match how:
        case "escape":
            press(Qt.Key_Escape)
        case "back":
            form.back.click()
        case "close":
            window.close()
    assert question(window).text() == "What you entered is not saved. Discard it?"
    press(Qt.Key_Return)  # which goes back, as Escape does
    assert window.stack.currentWidget() is form
    shown(window)
    window.close()
    question(window)
    alt("d")
    assert not window.isVisible()
    assert form.store.applied == []


@pytest.mark.parametrize("account", [None, WORK])
def test_where_nothing_was_entered_nothing_is_asked(opened, account):
    form = opened(account)
    window = form.window()
    keys("Tab", "Tab", "Escape")
    assert window.stack.currentWidget() is not form
    press(Qt.Key_Escape)
    assert not window.isVisible()
    assert window.question is None


def test_a_log_out_is_not_asked_anything(opened, monkeypatch):
    form = opened()
    write("x")
    monkeypatch.setattr("tray.ui.widgets.form_dialog._is_logging_out", lambda: True)
    window = form.window()
    window.close()
    assert not window.isVisible()


# An account that exists


def test_a_change_is_applied_when_the_field_is_left(opened):
    form = opened(WORK)
    form.identity.user.setFocus()
    keys("Ctrl+A", "joe")
    assert form.store.applied == []
    press(Qt.Key_Tab)
    assert form.store.applied == [(replace_accounts(form, user="joe"), {})]
    press(Qt.Key_Tab)
    assert len(form.store.applied) == 1


def replace_accounts(form, **values):
    return replace(form.store.settings, accounts=(replace(WORK, **values),))


def test_a_change_is_applied_when_the_window_is_closed_from_within_the_field(opened):
    form = opened(WORK)
    form.identity.user.setFocus()
    keys("Ctrl+A", "joe")
    form.window().close()
    assert applied(form).user == "joe"
    assert not form.window().isVisible()


def test_what_is_wrong_is_not_applied_and_not_dropped_without_asking(opened):
    form = opened(WORK)
    fill(form, "host", "imap://x")
    assert "://" in error(form, "host")
    assert form.store.applied == []
    form.back.click()
    question(form.window())
    press(Qt.Key_Escape)
    shown(form.window())
    fill(form, "host", "imap.example.org")
    assert applied(form).host == "imap.example.org"


def test_a_known_password_may_stay_and_a_new_one_is_handed_over_once(opened):
    form = opened(WORK)
    assert form.identity.password.placeholderText() == "unchanged"
    assert form.identity.password.accessibleDescription() == "unchanged"
    fill(form, "password", "other")
    fill(form, "user", "joe")
    assert [secrets for _, secrets in form.store.applied] == [{"w": Secret("other")}, {}]


def test_who_edits_an_account_knows_its_twin(opened):
    form = opened(replace(WORK, id=AccountId("v"), name="Again"), others=(WORK,))
    assert not form.identity.duplicate.isVisible()


def test_editing_the_address_of_an_account_leaves_the_rest_alone(opened):
    form = opened(WORK)
    fill(form, "email", "jane@example.uk")
    assert applied(form) == replace(WORK, email="jane@example.uk")


def test_a_port_of_the_users_own_survives_editing(opened):
    form = opened(Account(AccountId("o"), "Odd", "", "host", "u", port=10993))
    choose(form.server.security, Security.STARTTLS)
    assert applied(form).port == 10993


def test_cleartext_to_another_machine_needs_the_users_word(opened):
    form = opened(WORK)
    assert not form.server.cleartext.isVisible()
    choose(form.server.security, Security.NONE)
    assert form.server.cleartext.isVisible()
    assert "encryption" in error(form, "security")
    assert form.store.applied == []
    form.server.cleartext.click()
    assert error(form, "security") == ""
    account = applied(form)
    assert (account.security, account.allow_cleartext, account.port) == (Security.NONE, True, 143)


def test_cleartext_on_this_machine_needs_none(opened):
    form = opened(Account(AccountId("l"), "Local", "", "localhost", "u"))
    choose(form.server.security, Security.NONE)
    assert not form.server.cleartext.isVisible()
    assert applied(form).security is Security.NONE
    assert not applied(form).allow_cleartext


def test_the_word_for_cleartext_ends_with_the_cleartext(opened):
    form = opened(Account(AccountId("l"), "L", "", "host", "u", 143, Security.NONE, allow_cleartext=True))
    assert form.server.cleartext.isVisible()
    choose(form.server.security, Security.STARTTLS)
    assert not form.server.cleartext.isVisible()
    assert not applied(form).allow_cleartext


def test_a_password_that_no_keyring_has_must_be_typed(opened):
    form = opened(Account(AccountId("a"), "Ask", "", "host", "u", secret=SecretSource.ASK))
    choose(form.identity.source, SecretSource.KEYRING)
    assert form.store.applied == []
    form.check.button.click()
    assert "Type the password" in error(form, "password")
    assert form.identity.password.hasFocus()
    keys("x", "Tab")
    assert applied(form).secret is SecretSource.KEYRING
    assert form.store.applied[-1][1] == {"a": Secret("x")}


def test_an_account_that_asks_needs_a_password_for_the_test_alone(opened, program):
    form = opened(Account(AccountId("a"), "Ask", "", "host", "u", secret=SecretSource.ASK))
    form.check.button.click()
    assert "for the test" in error(form, "password")
    assert program.checks == []
    fill(form, "user", "me")
    assert applied(form).user == "me"


def test_a_token_command_becomes_a_password_when_the_source_changes(opened):
    account = Account(AccountId("t"), "T", "", "host", "u", login=Login.TOKEN, secret=SecretSource.COMMAND)
    form = opened(replace(account, password_command="x"))
    choose(form.identity.source, SecretSource.ASK)
    changed = applied(form)
    assert (changed.secret, changed.login, changed.password_command) == (SecretSource.ASK, Login.PASSWORD, "")


def test_a_password_that_is_out_of_sight_is_not_handed_over(opened):
    form = opened(WORK)
    form.identity.password.setText("typed")
    choose(form.identity.source, SecretSource.COMMAND)
    fill(form, "password_command", "cmd")
    assert [secrets for _, secrets in form.store.applied] == [{}]


def test_a_file_for_the_password_is_offered_only_to_who_has_one(opened):
    assert opened(WORK).identity.source.findData(SecretSource.FILE) == -1
    form = opened(Account(AccountId("f"), "F", "", "host", "u", secret=SecretSource.FILE))
    assert form.account().secret is SecretSource.FILE


def test_a_password_is_hidden_again_when_the_source_changes(opened):
    form = opened(WORK)
    form.identity.password.toggle.click()
    assert form.identity.password.echoMode() == QLineEdit.Normal
    choose(form.identity.source, SecretSource.ASK)
    assert form.identity.password.echoMode() == QLineEdit.Password


def test_an_online_account_is_shown_by_the_desktops_name_for_it(opened, program):
    asked = []

    class LateDesktop:
        def online_title(self, online_account, on_title):
            asked.append((online_account, on_title))
            return lambda: asked.append("cancelled")

    program.services = services(others=LateDesktop())
    online = replace(WORK, secret=SecretSource.ONLINE, online_account="account_1")
    form = opened(online)
    shows = form.identity.online
    asked[0][1]("")
    assert shows.text() == "account_1"
    asked[0][1]("Google: jane@gmail.com")
    assert shows.text() == "Google: jane@gmail.com"
    assert asked[0][0] == "account_1"
    assert form.account() == online
    form.window().reject()
    assert asked[1:] == ["cancelled"]


def test_a_ca_file_must_be_there(opened, tmp_path):
    form = opened(WORK)
    fill(form, "ca_file", str(tmp_path / "none.pem"))
    assert "no such file" in error(form, "ca_file")
    assert form.store.applied == []


def test_an_outgoing_server_is_entered_and_a_wrong_one_explained(opened):
    form = opened(WORK)
    fill(form, "outgoing", "https://smtp.example.org")
    assert (
        error(form, "outgoing") == "Write the outgoing server like smtp.example.org or smtp.example.org:587."
    )
    fill(form, "outgoing", "smtp.example.org:587")
    assert applied(form).outgoing == "smtp.example.org:587"


def test_a_ca_file_is_chosen_without_blocking(opened, tmp_path):
    chosen = tmp_path / "own.pem"
    chosen.write_text("pem")
    QApplication.setAttribute(Qt.AA_DontUseNativeDialogs)
    form = opened(WORK)
    form.server.browse.click()
    files = form.findChild(QFileDialog)
    files.selectFile(str(chosen))
    shown(files)
    press(Qt.Key_Return)
    until(lambda: not files.isVisible())
    assert applied(form).ca_file == str(chosen)


def test_a_ca_file_may_begin_at_home(opened, private_home):
    (private_home / "own.pem").write_text("pem")
    form = opened(WORK)
    fill(form, "ca_file", "~/own.pem")
    assert applied(form).ca_file == str(private_home / "own.pem")


def test_the_test_takes_what_is_written_and_leaving_cancels_it(opened, program):
    form = opened(WORK)
    form.identity.password.setFocus()
    write("new one")
    form.check.start()
    account, secret, _on_step, _on_done = program.checks[0]
    assert (account, secret) == (WORK, Secret("new one"))
    press(Qt.Key_Escape)
    assert program.cancelled == 1
    assert form.identity.password.text() == ""


def test_a_stored_password_is_tested_without_being_shown(opened, program):
    form = opened(WORK)
    form.check.button.click()
    assert program.checks[0][1] is None


def test_typing_outdates_a_finished_test(opened, program):
    form = opened(WORK)
    form.check.button.click()
    program.checks[0][2](CheckResult(CheckStep.NAME, "found"))
    program.checks[0][3](True)
    assert form.check.verdict.text() == "The account works."
    form.server.host.setFocus()
    write("x")
    assert "changed" in form.check.verdict.text()


def test_an_error_without_a_field_is_shown_too(opened, monkeypatch):
    monkeypatch.setattr(account_form, "account_errors", lambda *_: {"elsewhere": "This is not right."})
    form = opened(Account(AccountId("q"), "Q", "", "host", "u"))
    assert form.other_errors.isVisible()
    fill(form, "user", "me")
    assert form.store.applied == []


def test_no_password_is_in_any_repr(opened):
    form = opened(WORK)
    form.identity.password.setText("hunter2")
    assert "hunter2" not in repr((form, form.identity, form.account(), form.identity.secret()))


def test_a_certificate_that_failed_the_test_is_trusted_and_tested_again(opened, program):
    form = opened(WORK)
    form.check.button.click()
    program.checks[-1][2](CheckResult(CheckStep.ENCRYPT, "It is not trusted.", untrusted()))
    program.checks[-1][3](False)
    form.check.certificate.click()
    asked = QApplication.activeModalWidget()
    assert asked.windowTitle() == "Certificate of “Work”"
    asked.trust.click()
    assert len(program.checks) == 2
    assert program.checks[-1][0] == replace(WORK, pinned=SHOWN)
    assert form.server.pinned.line.text().startswith("AB:AB:AB:AB AB")
    assert applied(form).pinned == SHOWN


def test_after_a_certificate_was_trusted_and_all_is_well_return_adds_the_account(opened, program):
    """The button that showed the certificate is gone."""
    form = opened()
    fill(form, "email", "jane@example.org")
    fill(form, "password", "secret")
    form.check.button.click()
    program.checks[-1][2](CheckResult(CheckStep.ENCRYPT, "It is not trusted.", untrusted()))
    program.checks[-1][3](False)
    form.check.certificate.setFocus()
    press(Qt.Key_Space)
    until(lambda: isinstance(QApplication.activeModalWidget(), CertificateDialog))
    asked = shown(QApplication.activeModalWidget())
    asked.trust.setFocus()
    press(Qt.Key_Return)
    shown(form.window())
    assert focused() is form.check.button
    program.checks[-1][3](True)
    assert focused() is form.add_button
    press(Qt.Key_Return)
    assert applied(form).pinned == SHOWN


def test_a_good_test_takes_nobody_away_from_a_field(opened, program):
    form = opened()
    fill(form, "email", "jane@example.org")
    fill(form, "password", "secret")
    form.check.button.click()
    form.identity.name.setFocus()
    program.checks[-1][3](True)
    assert focused() is form.identity.name


def test_a_certificate_that_is_not_trusted_changes_nothing(opened, program):
    form = opened(WORK)
    form.check.button.click()
    problem = untrusted(CertificateErrorKind.WRONG_HOST)
    program.checks[-1][2](CheckResult(CheckStep.ENCRYPT, "It is not trusted.", problem))
    program.checks[-1][3](False)
    form.check.certificate.click()
    QApplication.activeModalWidget().reject()
    assert len(program.checks) == 1
    assert form.account() == WORK


def test_the_trusted_certificate_is_shown_and_forgotten_by_keyboard(opened):
    form = opened(replace(WORK, pinned=PINNED))
    form.focus_field("pinned")
    assert focused() is form.server.pinned.line
    assert focused().text().startswith("CD:CD:CD:CD CD")
    assert focused().isReadOnly()
    keys("Tab", "Space")
    assert not form.server.pinned.isVisible()
    assert applied(form) == WORK


def test_a_certificate_is_trusted_for_its_own_server_only(opened):
    form = opened(replace(WORK, pinned=PINNED))
    form.server.host.setText("mail.example.com")
    assert form.account().pinned == ""
    assert not form.server.pinned.isVisible()
    form.server.host.setText("Mail.example.org.")
    assert form.account().pinned == PINNED
    choose(form.server.security, Security.NONE)
    assert form.account().pinned == ""


def test_an_account_that_exists_is_applied_untested(opened, program):
    form = opened(WORK)
    form.check.button.click()
    fail(program)
    assert not form.anyway.isVisible()
    assert not form.add_button.isVisible()
    fill(form, "user", "joe")
    assert applied(form).user == "joe"


def test_the_report_of_a_test_is_copied(opened, program):
    form = opened(WORK)
    assert not form.check.copy.isVisible()
    form.check.button.click()
    fail(program)
    form.check.copy.click()
    assert QApplication.clipboard().text() == "the report"
    account, results, versions = program.reports[0]
    assert account == WORK
    assert [result.step for result in results] == [CheckStep.LOGIN]
    assert versions["Qt"].startswith("5.")
    assert "copied" in form.check.verdict.text()
    fill(form, "user", "x")
    assert not form.check.copy.isVisible()


def test_the_way_to_the_password_shows_the_log_in_alone(qapp, program):
    form = form_of(WORK, program.services, part="password", field="password")
    assert focused() is form.identity.password
    assert not form.server.host.isVisible()
    keys("other", "Tab")
    assert form.store.applied[-1][1] == {"w": Secret("other")}


def test_it_scrolls_to_the_focus(opened):
    form = opened(WORK)
    form.window().resize(600, 440)
    form.focus_field("open_command")
    until(lambda: not form.fields["open_command"].editor.visibleRegion().isEmpty())
