"""The server of a new account is found while its user goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.account.forms import form_of
from tests.ui.keyboard import keys, write
from tests.ui.services import services, sign_in_service
from tray.mail.model.account import Account, AccountId, Security
from tray.mail.presentation.colours import with_colours
from tray.mail.setup.discovery import Attempt, Candidate, NoImap, NoNetwork, Source, State
from tray.mail.setup.providers import Provider, SignInMethod

BIG = Provider(
    "big",
    "Big",
    host="imap.big.com",
    sign_in=SignInMethod.APP_PASSWORD,
    password_url="https://big.com/passwords",
)
FOUND = Candidate(
    "imap.big.com", 1143, Security.STARTTLS, "jane", Source.SHIPPED, BIG, "https://mail.big.com/"
)
ELSEWHERE = Candidate("imap.hoster.net", 993, Security.TLS, "jane@big.com", Source.SERVICES, to_confirm=True)


class Program:
    """Searches, which the test answers."""

    def __init__(self):
        self.searches = []
        self.skipped = self.cancelled = 0
        self.at_once = None
        self.opened = []
        self.services = services(
            servers=self, sign_in=sign_in_service(open_page=lambda *page: self.opened.append(page))
        )

    def discover(self, email, ask_thunderbird, on_attempt, on_done):
        self.searches.append((email, ask_thunderbird, on_attempt, on_done))
        if self.at_once is not None:
            on_done(self.at_once)
        return self

    def skip(self):
        self.skipped += 1

    def cancel(self):
        self.cancelled += 1

    def ask(self, source=Source.AUTOCONFIG):
        self.searches[-1][2](Attempt(source, State.ASKING))

    def answer(self, found):
        self.searches[-1][3](found)


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def dialog(qapp, program):
    return form_of(None, program.services)


def leave(dialog, address="jane@big.com"):
    """Type an address and go on."""
    dialog.identity.email.setFocus()
    dialog.identity.email.selectAll()
    keys(address, "Tab")


def test_what_is_found_is_filled_in_and_said(dialog, program):
    leave(dialog)
    program.answer(FOUND)
    account = dialog.account()
    assert (account.host, account.port, account.security) == ("imap.big.com", 1143, Security.STARTTLS)
    assert (account.user, account.webmail) == ("jane", "https://mail.big.com/")
    said = dialog.identity.found.text.text()
    assert said == "Found: imap.big.com:1143, STARTTLS (the list that comes with Mailbell)."
    assert "application password" in dialog.identity.advice.text.text()
    assert not dialog.identity.advice.button.isHidden()


def test_the_page_for_the_password_opens_in_the_browser(dialog, program):
    leave(dialog)
    program.answer(FOUND)
    dialog.identity.advice.button.click()
    ((url, failed),) = program.opened
    assert url == "https://big.com/passwords"
    failed()
    assert "No browser could be started. Open https://big.com/passwords" in dialog.identity.advice.text.text()


def test_an_answer_at_once_is_as_good(dialog, program):
    program.at_once = FOUND
    leave(dialog)
    assert dialog.server.host.text() == "imap.big.com"
    dialog.finder.stop()
    assert program.cancelled == 0


def test_each_source_is_shown_and_can_be_skipped(dialog, program):
    leave(dialog)
    program.ask()
    assert dialog.identity.found.text.text() == "Asking: the configuration file of big.com…"
    dialog.identity.found.button.click()
    assert program.skipped == 1


@pytest.mark.parametrize("field", ["host", "port", "security"])
def test_a_server_typed_by_hand_ends_the_search(dialog, program, field):
    leave(dialog)
    program.ask()
    if field == "host":
        dialog.server.host.setFocus()
        write("x")
    elif field == "port":
        dialog.server.port.setValue(1993)
    else:
        dialog.server.security.activated.emit(0)
    assert program.cancelled == 1
    assert dialog.identity.found.isHidden()
    leave(dialog, "jane@other.com")
    assert len(program.searches) == 1


def test_another_address_begins_anew(dialog, program):
    leave(dialog)
    program.answer(FOUND)
    leave(dialog, "jane@other.com")
    account = dialog.account()
    assert (account.host, account.port, account.security) == ("imap.other.com", 993, Security.TLS)
    assert (account.user, account.webmail) == ("jane@other.com", "")
    assert dialog.identity.advice.isHidden()
    assert [search[0] for search in program.searches] == ["jane@big.com", "jane@other.com"]


def test_passing_through_the_field_again_asks_nobody(dialog, program):
    leave(dialog)
    dialog.identity.email.editingFinished.emit()
    assert len(program.searches) == 1


def test_half_an_address_is_not_looked_for(dialog, program):
    leave(dialog, "jane@big")
    assert program.searches == []


def test_nothing_found_offers_the_public_database_and_does_not_ask_it(dialog, program):
    leave(dialog)
    program.answer(None)
    assert "would learn the domain" in dialog.identity.found.text.text()
    dialog.identity.found.button.click()
    assert [search[1] for search in program.searches] == [False, True]
    program.answer(None)
    assert dialog.identity.found.text.text() == "No server was found for big.com; enter it under “Server”."
    assert dialog.identity.found.button.isHidden()


def test_a_server_elsewhere_is_used_only_where_the_user_agrees(dialog, program):
    """RFC 6186, section 6."""
    leave(dialog)
    program.answer(ELSEWHERE)
    assert dialog.server.host.text() == "imap.big.com"  # the guess
    dialog.identity.found.button.click()
    assert dialog.server.host.text() == "imap.hoster.net"


def test_a_provider_without_imap_is_said(dialog, program):
    leave(dialog)
    program.answer(NoImap(Provider("none", "None", notes=("It has none.",))))
    assert (
        dialog.identity.found.text.text() == "None offers no IMAP, so Mailbell cannot watch it. It has none."
    )


def test_where_names_cannot_be_looked_up_it_is_said_and_tried_again(dialog, program):
    """Not that there is no server."""
    leave(dialog)
    program.answer(NoNetwork())
    assert dialog.identity.found.text.text() == (
        "Names of servers cannot be looked up now (DNS), so none was found. Check that this computer is online."
    )
    dialog.identity.found.button.click()
    program.answer(FOUND)
    assert dialog.server.host.text() == FOUND.host


def test_the_end_of_the_dialog_ends_the_search(dialog, program):
    leave(dialog)
    dialog.window().done(0)
    assert program.cancelled == 1


def test_an_account_that_exists_is_left_alone(qapp, program):
    account = Account(AccountId("w"), "Work", "jane@big.com", "mail.big.com", "jane")
    dialog = form_of(account, program.services)
    dialog.identity.email.editingFinished.emit()
    assert program.searches == []


class WithTests(Program):
    """A program that tests accounts, too."""

    def __init__(self):
        super().__init__()
        self.checks, self.answers = [], []
        self.services = replace(self.services, tests=self)

    def check(self, account, _secret, _on_step, on_done):
        self.checks.append((account, on_done))
        return lambda: None


@pytest.fixture
def hasty(qapp):
    """A dialog whose user has pressed OK while the server was still looked for."""
    program = WithTests()
    dialog = form_of(None, program.services)
    leave(dialog)
    program.ask()
    dialog.identity.password.setText("secret")
    dialog.add_new()
    dialog.program = program
    return dialog


def test_ok_waits_for_the_server_to_be_found(hasty):
    assert hasty.program.checks == []
    assert "Waiting" in hasty.check.verdict.text()
    hasty.program.answer(FOUND)
    ((account, on_done),) = hasty.program.checks
    assert account.host == "imap.big.com"
    on_done(True)
    assert hasty.store.applied[0][0].accounts == with_colours((account,))


@pytest.mark.parametrize("found", [None, ELSEWHERE])
def test_ok_does_not_go_on_where_the_user_has_to_say_something(hasty, found):
    hasty.program.answer(found)
    assert hasty.program.checks == []
    assert hasty.identity.found.button.hasFocus()
    assert hasty.check.verdict.text() == "Not tested yet."


def test_ok_goes_back_to_the_address_where_there_is_nothing_to_press(hasty):
    hasty.program.answer(NoImap(Provider("none", "None")))
    assert hasty.identity.email.hasFocus()
    assert hasty.program.checks == []
