"""Signing in from a window: the browser, the code, the client id that is missing, and the way back."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
from PyQt5.QtWidgets import QApplication, QLabel

from tests.ui.account.forms import form_of
from tests.ui.keyboard import alt, assert_usable_without_a_mouse, question, shown, taken_twice
from tests.ui.services import ignore, services
from tray.desktop.storage.shipped_tables import shipped_oauth_providers
from tray.mail.model.account import Account, AccountId, Login, SecretSource
from tray.mail.model.secret import Secret
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.oauth.flows import EnterCode, OpenPage
from tray.mail.settings.oauth_clients import OAuthProvider
from tray.ui.dialogs.sign_in import SignInDialog, SignInPanel

GMAIL = Account(
    AccountId("a"), "Work", "jane@gmail.com", "imap.gmail.com", "jane@gmail.com",
    secret=SecretSource.OAUTH, login=Login.TOKEN, oauth="google",
)  # fmt: skip
TROUBLE = Problem(ProblemKind.REFUSED, "It was not allowed.", "Allow it.", "access_denied")
HOSTS = {"imap.gmail.com": ("google", False), "outlook.office365.com": ("microsoft", True)}


class Signing:
    """The program behind the panel."""

    def __init__(self, *ready):
        self.ready, self.started, self.pages, self.set, self.cancelled = set(ready), [], [], [], 0
        self.complaint, self.browser = None, True
        self.known = (
            *shipped_oauth_providers().values(),
            OAuthProvider("codes", "Codes Only", device="https://c.org/"),
        )

    def service(self):
        return SimpleNamespace(
            known=lambda: self.known,
            ready=lambda provider: provider in self.ready,
            for_host=lambda host: HOSTS.get(host, ("", False)),
            set_client=self._set_client,
            start=self._start,
            open_page=self._open_page,
        )

    def _open_page(self, url, failed):
        self.pages.append(url)
        self.failed = failed
        if not self.browser:
            failed()

    def _set_client(self, provider, client_id, secret, done):
        self.set.append((provider, client_id, secret))
        if self.complaint is None:
            self.ready.add(provider)
        done(self.complaint)

    def _start(self, account, provider, device, on_progress, on_done):
        self.started.append((account, provider, device))
        self.progress, self.done = on_progress, on_done
        return self._cancel

    def _cancel(self):
        self.cancelled += 1


@pytest.fixture
def panel(qapp):

    def make(signing, provider="google"):
        panel = SignInPanel(signing.service(), lambda: GMAIL, provider)
        return shown(panel)

    return make


def test_the_browser_is_opened_and_waited_for(panel):
    signing = Signing("google")
    shown = panel(signing)
    assert shown.go.text() == "Sign in with Google…"
    assert not shown.client.isVisible()
    shown.go.click()
    assert signing.started == [(GMAIL, "google", False)]
    signing.progress(OpenPage("https://accounts.google.com/x"))
    assert signing.pages == ["https://accounts.google.com/x"]
    assert "Your browser is open" in shown.text.text()
    assert (shown.go.isVisible(), shown.halt.isVisible(), shown.copy.isVisible()) == (False, True, True)
    shown.copy.click()
    assert QApplication.clipboard().text() == "https://accounts.google.com/x"
    changed = []
    shown.changed.connect(lambda: changed.append(True))
    signing.done(Secret("tokens"))
    assert (shown.secret, changed) == (Secret("tokens"), [True])
    assert "Signed in at Google" in shown.text.text()
    assert shown.go.text() == "Sign in again…"


def test_without_a_browser_the_link_is_the_way_on(panel):
    signing = Signing("google")
    signing.browser = False
    shown = panel(signing)
    shown.go.click()
    signing.progress(OpenPage("https://accounts.google.com/x"))
    assert "No browser could be started. Copy the link" in shown.text.text()
    assert (shown.halt.isVisible(), shown.copy.isVisible(), shown.copy.hasFocus()) == (True, True, True)
    shown.copy.click()
    assert QApplication.clipboard().text() == "https://accounts.google.com/x"
    signing.done(Secret("tokens"))
    assert shown.secret == Secret("tokens")


def test_a_browser_that_fails_a_moment_later_is_told_while_it_is_waited_for(panel):
    signing = Signing("google")
    shown = panel(signing)
    shown.go.click()
    signing.progress(OpenPage("https://accounts.google.com/x"))
    assert "Your browser is open" in shown.text.text()
    signing.failed()
    assert "No browser could be started. Copy the link" in shown.text.text()
    signing.done(Secret("tokens"))
    signing.failed()
    assert "Signed in at Google" in shown.text.text()


@pytest.mark.parametrize(
    "outcome", [Secret("tokens"), Problem(ProblemKind.REFUSED, "It was refused.", "Try again.")]
)
def test_the_focus_stays_in_the_panel_when_the_browser_is_done(dialog, outcome):
    """The button that it was on is gone; what comes next may be Cancel."""
    signing = Signing("google")
    shown = dialog(GMAIL, signing)
    shown.identity.panel.go.click()
    assert shown.identity.panel.halt.hasFocus()
    signing.done(outcome)
    assert shown.identity.panel.go.hasFocus()


def test_an_answer_that_comes_at_once_is_heard(panel):
    signing = Signing("google")
    service = signing.service()

    def start(account, provider, device, on_progress, on_done):
        on_progress(OpenPage("https://x.org/"))
        on_done(TROUBLE)
        return pytest.fail

    object.__setattr__(service, "start", start)
    signing.service = lambda: service
    shown = panel(signing)
    shown.go.click()
    assert shown.go.isVisible()
    shown.stop()


def test_a_code_is_shown_large_with_where_to_enter_it(panel):
    signing = Signing("microsoft")
    shown = panel(signing, "microsoft")
    shown.by_code.click()
    assert signing.started[0][2] is True
    signing.progress(EnterCode("WDJB-MJHT", "https://microsoft.com/link", "", 900))
    assert shown.code.text() == "WDJB-MJHT"
    assert shown.code.font().pointSizeF() > shown.text.font().pointSizeF()
    assert "W D J B" in shown.code.accessibleName()
    assert "https://microsoft.com/link" in shown.text.text()
    assert signing.pages == []
    shown.halt.click()
    assert signing.cancelled == 1
    assert (shown.code.isVisible(), shown.go.isVisible()) == (False, True)


@pytest.mark.parametrize("failed", [False, True])
def test_after_a_code_that_failed_or_was_not_waited_for_another_one_can_be_asked_for(panel, failed):
    """Where the provider signs in by a code only."""
    signing = Signing("codes")
    shown = panel(signing, "codes")
    shown.by_code.click()
    if failed:
        signing.done(TROUBLE)
    else:
        shown.halt.click()
    assert shown.by_code.hasFocus()


def test_what_went_wrong_is_said_with_what_to_do_and_the_servers_word(panel):
    signing = Signing("google")
    shown = panel(signing)
    shown.go.click()
    signing.done(TROUBLE)
    assert shown.error.text() == "It was not allowed. Allow it. (access_denied)"
    assert shown.go.isVisible()
    shown.go.click()
    assert shown.error.text() == ""


def test_a_client_id_that_is_missing_is_asked_for_with_the_reason(panel):
    signing = Signing()
    shown = panel(signing)
    assert shown.client.isVisible()
    assert "client id" in shown.why.text()
    assert "Desktop app" in shown.why.text()
    shown.register.click()
    assert signing.pages == ["https://console.cloud.google.com/apis/credentials"]
    shown.go.click()
    assert "client id first" in shown.error.text()
    shown.client_id.setText(" mine ")
    shown.go.click()
    assert signing.set == []  # Google wants the secret, too
    shown.client_secret.setText("hush")
    signing.complaint = "The keyring is locked."
    shown.go.click()
    assert shown.error.text() == "The keyring is locked."
    assert shown.client_secret.text() == ""
    signing.complaint = None
    shown.client_secret.setText("hush")
    shown.go.click()
    assert signing.set[-1] == ("google", "mine", Secret("hush"))
    assert signing.started
    assert not shown.client.isVisible()


def test_a_client_id_that_is_not_taken_can_be_corrected_here(panel):
    signing = Signing("microsoft")
    shown = panel(signing, "microsoft")
    shown.go.click()
    signing.done(Problem(ProblemKind.REFUSED, "It is not accepted.", "Check it.", "invalid_client: unknown"))
    assert shown.client.isVisible()
    shown.client_id.setText("corrected")
    shown.go.click()
    assert signing.set == [("microsoft", "corrected", None)]
    assert len(signing.started) == 2
    signing.done(TROUBLE)
    assert not shown.client.isVisible()
    shown.go.click()
    assert len(signing.set) == 1


def test_the_provider_of_the_server_is_proposed_until_the_user_chooses(panel):
    signing = Signing("google", "microsoft")
    shown = panel(signing, "")
    assert shown.choice.isVisible()
    shown.propose("microsoft")
    assert (shown.provider, shown.choice.isVisible()) == ("microsoft", False)
    shown.propose("")
    assert shown.choice.isVisible()
    shown.go.click()
    signing.done(Secret("tokens"))
    shown.propose("google")
    assert shown.provider == "microsoft"
    shown.choice.setCurrentIndex(shown.choice.findData("codes"))
    shown.choice.activated.emit(shown.choice.currentIndex())
    assert shown.secret is None
    assert (shown.go.isVisible(), shown.by_code.isVisible()) == (False, True)


def test_a_provider_that_is_no_longer_known_is_shown_by_its_id(panel):
    shown = panel(Signing(), "gone")
    assert shown.provider == "gone"
    assert not shown.go.isEnabled()
    shown.start()


@pytest.fixture
def dialog(qapp):

    def make(account, signing):
        return form_of(account, services(sign_in=signing.service()))

    return make


def test_a_new_account_at_a_provider_without_passwords_signs_in_by_itself(dialog):
    signing = Signing("microsoft")
    shown = dialog(None, signing)
    sources = [shown.identity.source.itemData(at) for at in range(shown.identity.source.count())]
    assert SecretSource.OAUTH in sources  # a sign-in is set up
    assert shown.account().secret is SecretSource.KEYRING
    shown.server.host.setText("outlook.office365.com")
    account = shown.account()
    assert (account.secret, account.login, account.oauth) == (SecretSource.OAUTH, Login.TOKEN, "microsoft")
    assert "oauth" in shown.identity.errors(account, testing=False)
    shown.identity.panel.go.click()
    signing.done(Secret("tokens"))
    assert shown.identity.secret() == shown.identity.secret_for_test() == Secret("tokens")
    assert shown.identity.errors(account, testing=False) == {}


def test_where_nobody_signs_in_it_is_not_offered(dialog):
    shown = dialog(None, Signing())
    shown.server.host.setText("mail.example.org")
    assert shown.identity.source.findData(SecretSource.OAUTH) < 0
    shown.server.host.setText("imap.gmail.com")
    at = shown.identity.source.findData(SecretSource.OAUTH)
    assert shown.identity.source.itemText(at) == "Sign in with Google"
    assert shown.account().secret is SecretSource.KEYRING
    shown.server.host.setText("mail.example.org")
    assert shown.identity.source.findData(SecretSource.OAUTH) < 0


@pytest.mark.parametrize("ready", [(), ("google",)])
def test_an_account_that_signs_in_is_as_it_was_and_every_letter_is_its_own(dialog, ready):
    signing = Signing(*ready)
    shown = dialog(GMAIL, signing)
    assert shown.account() == GMAIL
    assert shown.identity.errors(GMAIL, testing=True) == {}
    assert_usable_without_a_mouse(shown)
    if ready:
        shown.identity.panel.go.click()
        signing.progress(OpenPage("https://x.org/"))
        assert taken_twice(shown) == {}
        shown.window().reject()
        assert signing.cancelled == 1


def test_to_sign_in_again_a_dialog_asks_says_why_and_closes_by_itself(qapp):
    signing, answers = Signing("google"), []
    dialog = shown(SignInDialog(GMAIL, "The sign-in at Google has ended.", signing.service(), answers.append))
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "The sign-in at Google has ended." in texts
    assert "jane@gmail.com at imap.gmail.com" in texts
    assert not dialog.panel.choice.isVisible()
    dialog.panel.go.click()
    signing.done(Secret("tokens"))
    assert answers == [Secret("tokens")]
    assert not dialog.isVisible()
    again = shown(SignInDialog(GMAIL, "", signing.service(), answers.append))
    again.reject()
    assert answers[1:] == [None]


def test_the_dialog_grows_with_what_it_shows(qapp):
    signing = Signing("google")
    dialog = shown(SignInDialog(GMAIL, "", signing.service(), ignore))
    before = dialog.height()
    dialog.panel.by_code.click()
    signing.progress(EnterCode("WDJB-MJHT", "https://google.com/device?" + "long" * 40, "", 900))
    assert dialog.height() > before
    assert dialog.panel.text.height() >= dialog.panel.text.heightForWidth(dialog.panel.text.width())
    assert dialog.height() == dialog.layout().totalHeightForWidth(dialog.width())
    dialog.reject()


def test_a_client_id_that_was_typed_is_not_dropped_without_asking(qapp):
    signing, answers = Signing(), []
    dialog = shown(SignInDialog(GMAIL, "", signing.service(), answers.append))
    dialog.panel.client_id.setText("mine")
    dialog.reject()
    question(dialog)
    alt("d")
    assert answers == [None]


class Keeping(Signing):
    """Keeps client ids when the schedule says so."""

    def __init__(self, *ready):
        super().__init__(*ready)
        self.keeping, self.attempts = [], []

    def _set_client(self, provider, client_id, secret, done):
        self.keeping.append((provider, done))

    def _start(self, account, provider, device, on_progress, on_done):
        attempt = {"provider": provider, "open": True, "progress": on_progress, "done": on_done}
        self.attempts.append(attempt)
        return lambda: attempt.update(open=False)


def panel_of(signing):
    return SignInPanel(signing.service(), lambda: GMAIL, "google")


@pytest.mark.parametrize("what", ["close", "turn", "again"])
def test_a_client_id_that_is_kept_late_begins_no_sign_in_that_nobody_waits_for(qapp, what):
    signing = Keeping()
    panel = panel_of(signing)
    panel.client_id.setText("mine")
    panel.client_secret.setText("hush")
    panel.start()
    if what == "close":
        panel.close_down()
    elif what == "turn":
        panel.choice.setCurrentIndex(panel.choice.findData("microsoft"))
    else:
        panel.client_id.setText("other")
        panel.client_secret.setText("hush")
        panel.start()
    for provider, done in signing.keeping:
        signing.ready.add(provider)
        done(None)
    assert len(signing.attempts) == (what == "again")


@pytest.mark.parametrize("seed", range(10))
def test_a_sign_in_is_kept_for_the_provider_that_is_chosen(qapp, seed):
    schedule = random.Random(seed)
    signing = Keeping("microsoft")
    panel = panel_of(signing)
    got = {}
    for number in range(150):
        what = schedule.random()
        if what < 0.2:
            panel.client_id.setText("mine")
            panel.client_secret.setText("hush")
            panel.start(device=False)
        elif what < 0.3:
            panel.stop()
        elif what < 0.4 and not panel._attempt.is_running:
            panel.choice.setCurrentIndex(schedule.randrange(panel.choice.count()))
        elif what < 0.6 and signing.keeping:
            provider, done = signing.keeping.pop(schedule.randrange(len(signing.keeping)))
            signing.ready.add(provider)
            done(None)
        else:
            waiting = [each for each in signing.attempts if each["open"]]
            if waiting:
                attempt = schedule.choice(waiting)
                if schedule.random() < 0.4:
                    attempt["progress"](OpenPage("https://sign.in/"))
                else:
                    attempt["open"] = False
                    secret = Secret(f"{number}")
                    got[f"{number}"] = attempt["provider"]
                    attempt["done"](secret if schedule.random() < 0.7 else TROUBLE)
        assert sum(each["open"] for each in signing.attempts) == panel._attempt.is_running
        if panel.secret is not None:
            assert got[panel.secret.reveal()] == panel.provider
