"""From an address to watched mail: what the page shows, what it does, and where the keyboard is."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QApplication

from tests.fakes.values import account
from tests.ui.certificates import untrusted
from tests.ui.first_page.pages import STEPS, Program, failing
from tests.ui.gallery.exhibits import PROVIDERS, found
from tests.ui.keyboard import focused, press, shown, tab_walk, taken_twice, without_name, write
from tests.ui.services import FakeStore
from tray.mail.importers.candidates import ForeignAccount, ImportResult, SourceProgram
from tray.mail.model.account import AccountId, Login, SecretSource, Security
from tray.mail.model.message import MessageKey
from tray.mail.model.secret import Secret
from tray.mail.model.status import CheckStep, Connecting, Problem, ProblemKind, Watching
from tray.mail.oauth.flows import EnterCode
from tray.mail.presentation.problem_texts.connection import failed
from tray.mail.presentation.problem_texts.login import password_refused
from tray.mail.presentation.summary import AccountSummary, MessageLine, summarize
from tray.mail.settings.settings import Settings
from tray.mail.setup.discovery import Candidate, NoImap, NoNetwork, Source
from tray.mail.setup.providers import Provider, SignInMethod
from tray.ui.dialogs.certificate_dialog import CertificateDialog
from tray.ui.first_page.first_page import FirstPage
from tray.ui.first_page.first_page_view import State
from tray.ui.settings.import_dialog import ImportDialog

JANE = "jane@example.org"


@pytest.fixture
def program(qapp):
    return Program()


def fill(page, email=JANE, password="secret"):
    """Type both, and press Enter."""
    page.form.address.edit.setFocus()
    write(email)
    press(Qt.Key_Tab)
    if page.form.password.isVisible():
        write(password)
    return page


def submit(page, **typed):
    fill(page, **typed)
    press(Qt.Key_Return)
    return page


# The form


def test_a_known_provider_takes_an_address_a_password_and_two_times_enter(program):
    page = program.page()
    assert page.windowTitle() == "Welcome to Mailbell"
    write("jane@plain.example")
    press(Qt.Key_Tab)
    write("secret")
    press(Qt.Key_Return)
    assert page.state is State.DONE
    assert focused() is page.button
    press(Qt.Key_Return)
    assert not page.isVisible()
    ((settings, secrets),) = program.store.applied
    (added,) = settings.accounts
    assert (added.email, added.host, added.user) == ("jane@plain.example", "imap.plain.example", added.email)
    assert secrets == {added.id: Secret("secret")}
    assert settings.start_at_login


@pytest.mark.parametrize(
    ("email", "notes", "label", "button"),
    [
        ("jane@gmail.com", ["Gmail"], "App password", "Start watching"),
        (
            "jane@outlook.com",
            ["Outlook.com", "You sign in with your browser; Mailbell never sees the password."],
            None,
            "Sign in with Microsoft…",
        ),
        (
            "jane@gmx.net",
            ["GMX", "IMAP must be switched on in the settings of GMX, under POP3/IMAP."],
            "Password",
            "Start watching",
        ),
        (
            "jane@tuta.com",
            ["Tuta offers no IMAP, so Mailbell cannot watch it."],
            "Password",
            "Start watching",
        ),
        (JANE, [], "Password", "Start watching"),
    ],
)
def test_a_provider_is_known_as_soon_as_the_domain_is_typed(program, email, notes, label, button):
    page = program.page()
    write(email)
    shown_notes = [note.text.text() for note in page.form.address.notes if note.isVisible()]
    assert shown_notes == notes
    assert page.form.password.isVisible() is (label is not None)
    assert label is None or page.form.password.edit.accessibleName() == label
    assert page.button.text().replace("&", "") == button
    assert program.searched == []  # nothing is asked of anybody


def test_the_page_for_app_passwords_opens(program):
    page = program.page()
    write("jane@gmail.com")
    page.form.password.notes[0].link.click()
    assert program.opened == ["https://myaccount.google.com/apppasswords"]


def test_the_groups_of_an_app_password_may_be_typed_as_they_are_shown(program):
    submit(program.page(), email="jane@gmail.com", password="abcd efgh ijkl mnop")
    assert program.checked[0][1] == Secret("abcdefghijklmnop")


def test_a_pasted_address_is_cleaned(program):
    page = program.page()
    QApplication.clipboard().setText(" Jane Doe <jane@example.org>\n")
    page.form.address.edit.paste()
    assert page.form.address.edit.text() == JANE


@pytest.mark.parametrize(
    ("email", "password", "expected"),
    [("", "", "address"), (JANE, "", "password"), ("", "secret", "address")],
)
def test_pressed_too_early_the_button_goes_to_the_field_that_is_missing(program, email, password, expected):
    page = program.page()
    page.form.address.edit.setText(email)
    page.form.password.edit.setText(password)
    assert page.button.isEnabled()
    page.button.setFocus()
    page.button.click()
    assert focused() is getattr(page.form, expected).edit
    assert program.checked == []


def test_enter_in_the_address_goes_to_the_empty_password(program):
    page = program.page()
    write(JANE)
    press(Qt.Key_Return)
    assert focused() is page.form.password.edit


def test_it_is_used_without_a_mouse_in_the_order_of_reading(program):
    page = Program(found=found()).page()
    write("jane@gmail.com")
    assert [widget for widget in without_name(page) if widget.isVisible()] == []
    assert taken_twice(page) == {}
    page.form.address.edit.setFocus()
    form = page.form
    assert tab_walk(page) == [
        form.address.edit,
        form.password.edit,
        form.password.eye,
        form.password.notes[0].link,
        page.offers.card.button,
        page.left,
        page.button,
    ]


def test_the_eye_shows_the_password(program):
    page = fill(program.page())
    edit = page.form.password.edit
    page.form.password.eye.click()
    assert edit.echoMode() == edit.Normal
    page.form.password.eye.click()
    assert edit.echoMode() == edit.Password


# While it is tested


def test_the_steps_are_shown_and_read_out_as_they_are_done(program):
    program.results = None
    page = submit(program.page())
    on_step, on_done = program.pending
    assert page.sentence.text() == "One moment, this takes a few seconds."
    assert page.form.address.edit.isReadOnly()
    assert page.stop.isVisible()
    assert not page.button.isVisible()
    names = []
    for step in STEPS:
        on_step(step)
        names.append(page.progress.accessibleName())
    assert names == [
        "Looking for the server: imap.example.org.",
        "Server found: imap.example.org. Connection is encrypted.",
        "Server found: imap.example.org. Connection is encrypted: TLS 1.3. Logging in.",
        "Server found: imap.example.org. Connection is encrypted: TLS 1.3. Logged in. New mail is reported at once.",
        "Server found: imap.example.org. Connection is encrypted: TLS 1.3. Logged in. New mail is reported at once.",
        "Server found: imap.example.org. Connection is encrypted: TLS 1.3. Logged in. New mail is reported at once.",
    ]
    on_done(True)
    assert page.state is State.DONE


@pytest.mark.parametrize("key", [Qt.Key_Escape, "stop"])
@pytest.mark.parametrize("searching", [True, False])
def test_stop_goes_back_to_all_that_was_typed(program, key, searching):
    program.results = None
    program.search = "nothing yet" if searching else "usual"
    page = submit(program.page())
    page.stop.click() if key == "stop" else press(key)
    assert program.cancelled == ["search" if searching else "check"]
    assert (page.state, page.form.address.edit.text()) == (State.FORM, JANE)
    assert page.form.password.edit.text() == "secret"
    assert not page.form.address.edit.isReadOnly()
    press(Qt.Key_Escape)
    assert not page.isVisible()
    assert program.store.applied == []


def test_enter_pressed_once_too_often_stops_nothing(program):
    program.results = None
    page = submit(program.page())
    press(Qt.Key_Return)
    assert page.state is State.TESTING


# Failures


def test_what_is_no_address_is_said_at_once(program):
    page = submit(program.page(), email="jane@")
    assert page.form.address.has_error()
    assert focused() is page.form.address.edit
    assert page.form.address.edit.accessibleDescription().startswith("This is not a whole address")
    assert page.button.text().replace("&", "") == "Try again"


PROBLEMS = {
    "password": (
        failing(
            CheckStep.LOGIN,
            Problem(ProblemKind.REFUSED, password_refused(account(host="imap.example.org", user=JANE))),
        ),
        "password",
        "imap.example.org does not accept this password for jane@example.org.",
        "My user name is another one",
    ),
    "app password": (
        failing(CheckStep.LOGIN, Problem(ProblemKind.APP_PASSWORD, "No.")),
        "password",
        "imap.example.org wants an app password here, not the one of your account.",
        "",
    ),
    "no answer": (
        failing(CheckStep.CONNECT, failed("not connected", account())),
        "server",
        "imap.example.org does not answer.",
        "Another port or proxy…",
    ),
    "other": (
        failing(CheckStep.MAILBOX, Problem(ProblemKind.MAILBOX, "It cannot be opened.")),
        "address",
        "It cannot be opened.",
        "More settings…",
    ),
}


@pytest.mark.parametrize(("results", "field", "sentence", "link"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_failure_is_said_at_the_field_to_mend(program, results, field, sentence, link):
    program.results = results
    page = submit(program.page())
    mended = getattr(page.form, field)
    assert [each for each in page.form.fields if each.has_error()] == [mended]
    assert focused() is mended.edit
    assert mended.edit.accessibleDescription().startswith(sentence)
    assert mended.notes[0].text.text() == sentence
    assert mended.notes[1].link.text().replace("&", "") == link
    assert page.form.password.edit.text() == "secret"
    assert page.button.text().replace("&", "") == "Try again"
    assert not page.progress.isHidden()
    write("x")
    assert not any(each.has_error() for each in page.form.fields)


def test_another_user_name_can_be_given(program):
    program.results = PROBLEMS["password"][0]
    page = submit(program.page())
    page.form.password.notes[1].link.click()
    assert focused() is page.form.user.edit
    assert page.form.user.edit.selectedText() == "jane"
    write("jdoe")
    program.results = STEPS
    press(Qt.Key_Return)
    assert page.state is State.DONE
    assert program.checked[-1][0].user == "jdoe"


def test_where_no_server_is_found_its_name_can_be_typed_with_a_port(program):
    program.search = None
    page = submit(program.page())
    assert page.form.server.has_error()
    write("mail.example.org:143")
    press(Qt.Key_Return)
    (tested, _) = program.checked[0]
    assert (tested.host, tested.port, tested.security) == ("mail.example.org", 143, Security.STARTTLS)
    assert page.state is State.DONE


def test_the_public_database_is_asked_only_where_the_user_wants_it(program):
    program.search = None
    page = submit(program.page())
    assert program.searched == [(JANE, False)]
    page.form.server.notes[1].link.click()
    assert program.searched[1:] == [(JANE, True)]
    assert page.form.server.notes[1].link.text() == ""


def test_a_server_of_another_domain_is_tried_when_it_was_confirmed(program):
    program.search = Candidate("imap.big.com", 144, Security.STARTTLS, JANE, Source.SERVICES, to_confirm=True)
    page = submit(program.page())
    assert program.checked == []
    assert page.form.server.edit.text() == "imap.big.com"
    press(Qt.Key_Return)
    assert (program.checked[0][0].host, program.checked[0][0].port) == ("imap.big.com", 144)


def test_an_unknown_certificate_is_looked_at_and_trusted(program):
    program.results = failing(CheckStep.ENCRYPT, untrusted())
    page = submit(program.page())
    assert page.bar.text.text() == "imap.example.org could not prove who it is."
    assert focused() is page.bar.link
    press(Qt.Key_Return)
    dialog = page.findChild(CertificateDialog)
    program.results = STEPS
    dialog.trust.click()
    assert page.state is State.DONE
    (settings, _) = program.store.applied[0]
    assert settings.accounts[0].pinned == untrusted().certificate.sha256


def test_a_certificate_is_trusted_until_another_server_is_typed(program):
    page = fill(program.page())
    page.form.pin("AB" * 32)
    write("!")
    assert page.form.draft().pinned == "AB" * 32  # the password was mistyped, the server is the same
    page.form.address.edit.setFocus()
    write("x")
    assert page.form.draft().pinned == ""


def test_without_a_network_it_goes_on_by_itself(program):
    program.results, program.online = PROBLEMS["no answer"][0], False
    page = submit(program.page())
    assert page.bar.text.text() == "No network. Mailbell goes on by itself as soon as there is one."
    program.results = STEPS
    page.network_is_back()
    assert page.state is State.DONE
    page.network_is_back()


def test_after_too_many_log_ins_it_waits_and_counts(program):
    program.results = failing(CheckStep.LOGIN, Problem(ProblemKind.TOO_OFTEN, "…"))
    page = submit(program.page())
    assert page.bar.text.text().endswith("Next try in 60 seconds.")
    for _ in range(59):
        page.countdown.timeout.emit()
    assert page.bar.text.text().endswith("Next try in 1 second.")
    program.results = STEPS
    page.countdown.timeout.emit()
    assert page.state is State.DONE


def test_a_provider_without_imap_is_not_asked(program):
    page = submit(program.page(), email="jane@tuta.com")
    assert page.form.address.notes[0].text.text() == "Tuta offers no IMAP, so Mailbell cannot watch it."
    assert program.checked == []
    program.search = NoImap(Provider("hey", "HEY"))
    page = submit(program.page())
    assert page.form.address.has_error()


def test_where_names_cannot_be_looked_up_it_is_not_said_that_there_is_no_server(program):
    program.search = NoNetwork()
    page = submit(program.page())
    said = page.form.server.notes[0].text.text()
    assert said.startswith("Names of servers cannot be looked up now (DNS)")
    assert page.button.text() == "&Try again"  # or a server that is typed
    assert program.checked == []
    program.online = False
    page = submit(program.page())
    assert page.bar.text.text() == "No network. Mailbell goes on by itself as soon as there is one."


def test_an_account_that_is_there_already_is_not_added_again(qapp):
    there = account(host="imap.example.org", user=JANE)
    program = Program(settings=Settings(accounts=(there,)))
    page = submit(program.page())
    assert page.form.address.notes[0].text.text() == "“Work” is the same user on the same server."
    assert page.windowTitle() == "Add an account"


def test_what_cannot_be_saved_is_said_and_tried_again(qapp):
    program = Program(store=FakeStore("The disk is full."))
    page = submit(program.page())
    assert page.state is State.FORM
    assert page.note.text.text() == "The disk is full."
    assert page.button.accessibleDescription() == "The disk is full."


# Signing in


def signing(program):
    page = program.page()
    write("jane@outlook.com")
    press(Qt.Key_Return)
    return page


def test_signing_in_opens_the_browser_and_goes_on_by_itself(program):
    page = signing(program)
    assert page.state is State.SIGNING_IN
    assert program.opened == ["https://ms/auth?1"]
    page.sign_in.again.click()
    assert program.opened == ["https://ms/auth?1"] * 2
    program.signing.ended(Secret("tokens"))
    assert page.state is State.DONE
    ((settings, secrets),) = program.store.applied
    (added,) = settings.accounts
    assert (added.secret, added.oauth, added.login) == (SecretSource.OAUTH, "microsoft", Login.TOKEN)
    assert secrets == {added.id: Secret("tokens")}


def test_a_code_is_shown_instead_of_a_page(program):
    page = signing(program)
    page.sign_in.by_code.click()
    assert program.cancelled == ["sign-in"]
    assert program.signing.device
    program.signing.progress(EnterCode("WDJB-MJHT", "https://ms/device", "", 900.0))
    assert page.sign_in.code.text() == "WDJB-MJHT"
    assert not page.sign_in.by_code.isVisible()
    page.sign_in.again.click()
    assert program.opened[-1] == "https://ms/device"


def test_a_sign_in_is_stopped(program):
    page = signing(program)
    assert focused() is page.stop
    press(Qt.Key_Escape)
    assert program.cancelled == ["sign-in"]
    assert page.state is State.FORM
    assert focused() is page.button


def test_a_refused_sign_in_is_said_above_the_button(program):
    page = signing(program)
    program.signing.ended(Problem(ProblemKind.REFUSED, "You said no."))
    assert page.note.text.text() == "You said no."
    assert focused() is page.button


def test_without_a_client_id_it_says_how_to_get_one(program):
    program.signing.ready = False
    page = signing(program)
    assert page.note.text.text().startswith("To sign in with Microsoft, Mailbell needs a client id.")
    page.note.link.click()
    (name, draft, _secret) = program.done[-1]
    assert (name, draft.email, draft.host) == ("more_settings", "jane@outlook.com", "outlook.office365.com")


def test_without_a_browser_the_link_can_be_copied(program):
    page = signing(program)
    program.no_browser()
    assert page.sign_in.again.text().replace("&", "") == "Copy the link"
    page.sign_in.again.click()
    assert QApplication.clipboard().text() == "https://ms/auth?1"


def test_a_server_that_takes_no_password_leads_to_the_sign_in(program):
    provider = Provider(
        "m", "Microsoft 365", host="outlook.office365.com", sign_in=SignInMethod.OAUTH, oauth="microsoft"
    )
    program.search = Candidate(
        "outlook.office365.com", 993, Security.TLS, JANE, Source.EXCHANGERS, provider, oauth_only=True
    )
    page = submit(program.page())
    assert page.button.text().replace("&", "") == "Sign in with Microsoft…"
    assert not page.form.password.isVisible()
    assert focused() is page.button


# Other programs


def online():
    offered = account(
        "google",
        email="jane@gmail.com",
        secret=SecretSource.ONLINE,
        online_account="1",
        user="jane@gmail.com",
    )
    return ImportResult((ForeignAccount(offered, SourceProgram.ONLINE, ""),))


def test_an_account_of_the_desktop_that_fits_is_used(qapp):
    program = Program(found=online())
    page = program.page()
    assert not page.offers.isVisible()
    write("jane@gmail.com")
    assert page.offers.card.title.text() == "Use the Gmail account of this desktop"
    page.offers.card.button.click()
    assert page.state is State.DONE
    ((settings, secrets),) = program.store.applied
    assert (settings.accounts[0].secret, secrets) == (SecretSource.ONLINE, {})


def test_the_page_has_room_for_what_was_typed_before_it_was_shown(spin, monkeypatch):
    """Its button is in the window, without a scroll bar."""
    monkeypatch.setattr("tray.ui.first_page.page_frame.available_size", lambda _: QSize(1280, 760))
    program = Program(found=online())
    page = FirstPage(program.settings, program.services, program)
    page.form.address.edit.setText("jane@gmail.com")
    shown(page)
    spin(lambda: page.button.mapTo(page, page.button.rect().bottomRight()).y() < page.height())
    assert page.button.mapTo(page, page.button.rect().topLeft()).y() > page.offers.card.y()
    assert page.height() < 760


def test_accounts_of_other_programs_are_imported(qapp):
    program = Program(found=found())
    page = program.page()
    assert page.offers.card.title.text() == "Other programs have 2 accounts"
    page.offers.card.button.click()
    dialog = page.findChild(ImportDialog)
    shown(dialog)
    dialog.list.item(1).setCheckState(Qt.Unchecked)
    dialog.take.click()
    assert page.state is State.DONE
    assert page.sentence.text() == (
        "1 account was imported. Mailbell’s menu asks for the password or sign-in of 1 of them."
    )
    assert not page.ending.folders.isVisible()


def test_more_settings_go_on_with_what_was_typed(program):
    page = fill(program.page())
    page.left.click()
    assert not page.isVisible()
    (name, draft, secret) = program.done[-1]
    assert (name, draft.email, secret) == ("more_settings", JANE, Secret("secret"))


# The end


def summary_of(added, status, *senders):
    lines = tuple(
        MessageLine(MessageKey(added, None, None, number), sender, "Hello", 1.0, unseen=True)
        for number, sender in enumerate(senders)
    )
    return summarize([AccountSummary(AccountId(added), "", status, len(lines), lines)], None)


def test_the_newest_sender_proves_that_it_works(program):
    page = submit(program.page())
    told = "Mailbell tells you when mail comes to jane@example.org."
    assert page.sentence.text() == told
    page.show_summary(summary_of("new", Connecting(0.0)))
    assert page.sentence.text() == told
    page.show_summary(summary_of("new", Watching(0.0, 0.0)))
    assert page.sentence.text() == f"{told} It is empty now."
    page.show_summary(summary_of("new", Watching(0.0, 0.0), "Anna Berg", "Old One"))
    assert page.sentence.text() == f"{told} The newest is from Anna Berg."
    assert page.accessibleDescription() == page.sentence.text()


def test_a_notification_is_sent_at_once_and_again(program):
    page = submit(program.page())
    assert program.services.previews.played.count("notification") == 1
    page.ending.test.button.click()
    assert program.services.previews.played.count("notification") == 2


def test_where_the_desktop_holds_it_back_it_says_so(program):
    page = submit(program.page())
    program.presence_known(True)
    assert page.ending.test.title.text() == "“Do not disturb” is on"
    page.ending.test.button.click()
    program.presence_known(False)
    assert page.ending.test.title.text() == "A test notification was sent"


def test_without_a_tray_it_says_so(program):
    program.tray = False
    page = submit(program.page())
    assert page.ending.tray.title.text() == "There is no place for an icon on this desktop"
    page.ending.tray.button.click()
    assert ("show_window",) in program.done
    program.tray = True
    assert not submit(program.page()).ending.tray.isVisible()


def test_the_start_at_log_in_is_taken_back(program):
    page = submit(program.page())
    assert page.ending.starts.isChecked()
    page.ending.starts.click()
    assert not program.store.applied[-1][0].start_at_login


def test_what_is_not_kept_is_said_at_the_end(qapp):
    store = FakeStore("Your keyring is locked. The password is used until Mailbell ends, but it is not kept.")
    store.refuses = False
    page = submit(Program(store=store).page())
    assert page.state is State.DONE
    assert page.ending.note.text.text().startswith("Your keyring is locked.")


def test_another_account_is_added_and_does_not_change_the_start_at_log_in(program):
    page = submit(program.page())
    page.ending.starts.click()
    page.left.click()
    assert page.windowTitle() == "Add an account"
    assert page.form.address.edit.text() == ""
    submit(page, email="jane@plain.example")
    (settings, _) = program.store.applied[-1]
    assert len(settings.accounts) == 2
    assert not settings.start_at_login
    assert not page.ending.starts.isVisible()


def test_the_folders_are_chosen_in_the_settings(program):
    page = submit(program.page())
    page.ending.folders.button.click()
    assert program.done[-1] == ("choose_folders", AccountId("new"))


# For everybody


def test_it_is_named_and_described_and_its_fields_are_labelled(program):
    page = program.page()
    assert page.accessibleName() == "Welcome to Mailbell"
    assert page.accessibleDescription() == "Type your address, and be told when mail arrives."
    for field, name in ((page.form.address, "E-mail address"), (page.form.password, "Password")):
        assert field.label.buddy() is field.edit
        assert field.edit.accessibleName() == name


def test_the_shipped_providers_of_these_tests_are_of_every_kind():
    kinds = {PROVIDERS.by_domain(domain).sign_in for domain in ("gmail.com", "outlook.com", "plain.example")}
    assert kinds == {SignInMethod.APP_PASSWORD, SignInMethod.OAUTH, SignInMethod.PASSWORD}
