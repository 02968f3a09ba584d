"""Whatever the program answers late, and in whatever order: a widget shows what belongs to what is asked now."""

from __future__ import annotations

import random

import pytest

from tests.ui.account.test_server_finder import FOUND, Program
from tests.ui.dialogs.test_sign_in import GMAIL, TROUBLE, Signing
from tests.ui.keyboard import shown
from tray.mail.model.secret import Secret
from tray.mail.model.status import CheckResult, CheckStep
from tray.mail.oauth.flows import OpenPage
from tray.mail.setup.discovery import Attempt, Candidate, Source, State
from tray.ui.account.account_dialog import AccountDialog
from tray.ui.account.check_view import CheckView
from tray.ui.dialogs.sign_in import SignInPanel

SEEDS = range(10)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_test_shows_the_answers_to_itself_alone(qapp, seed):
    schedule = random.Random(seed)
    runs, ended = [], []
    proven = False
    running = None

    def begin(on_step, on_done):
        runs.append((on_step, on_done))
        return lambda: None

    view = CheckView(begin, lambda _: "")
    view.ended.connect(ended.append)
    for _ in range(200):
        what = schedule.random()
        if what < 0.2:
            if running is None:
                running, proven = len(runs), False
            view.start()
        elif what < 0.3:
            view.cancel()
            running = None
        elif what < 0.4:
            view.outdate()
            running, proven = None, False
        elif runs:
            number = schedule.randrange(len(runs))
            on_step, on_done = runs[number]
            before = len(ended)
            if what < 0.8:
                on_step(CheckResult(schedule.choice(list(CheckStep)), f"said by {number}"))
            else:
                good = schedule.random() < 0.5
                on_done(good)
                assert len(ended) - before == (number == running)
                if number == running:
                    running, proven = None, good
        assert view.running == (running is not None)
        assert view.proven == proven
        if running is not None:
            said = [
                view.steps.item(row).toolTip() + view.steps.item(row).text()
                for row in range(view.steps.count())
            ]
            assert not [each for each in said if "said by" in each and f"said by {running}" not in each]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_that_is_found_late_is_not_filled_in_for_another_address(qapp, seed):
    schedule = random.Random(seed)
    program = Program()
    dialog = AccountDialog(None, (), program.services, lambda *_: None)
    shown(dialog)
    asked_for = None
    for number in range(60):
        what = schedule.random()
        if what < 0.3:
            asked_for = f"d{number}.example"
            dialog.identity.email.setText("")
            dialog.identity.email.textEdited.emit("")
            dialog.identity.email.setText(f"jane@{asked_for}")
            dialog.identity.email.textEdited.emit(f"jane@{asked_for}")
            dialog.identity.email.editingFinished.emit()
        elif program.searches:
            email, _, on_attempt, on_done = schedule.choice(program.searches)
            domain = email.partition("@")[2]
            if what < 0.6:
                on_attempt(Attempt(Source.AUTOCONFIG, State.ASKING))
            elif what < 0.9:
                host = f"found.{domain}"
                on_done(Candidate(host, 993, FOUND.security, email, Source.AUTOCONFIG))
            else:
                on_done(None)
        if asked_for is not None:
            assert dialog.server.host.text() in {f"imap.{asked_for}", f"found.{asked_for}"}
    dialog.done(dialog.Rejected)  # `close` would ask whether to discard the address, and stay open


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


@pytest.mark.parametrize("seed", SEEDS)
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
        elif what < 0.4 and not panel._waiting:
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
        assert sum(each["open"] for each in signing.attempts) == panel._waiting
        if panel.secret is not None:
            assert got[panel.secret.reveal()] == panel.provider
