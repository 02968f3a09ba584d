"""The password of a proxy from the dialog to the keyring, and what is done when it is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.app.credentials.test_secret_store import result
from tests.app.settings.test_settings_service import Office
from tests.app.test_message_actions_and_prompts import WORK, SettingsFixture
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import Secret
from tray.mail.model.status import NeedsCredentials, Problem, ProblemKind
from tray.mail.settings.proxy import credential_account
from tray.mail.settings.settings import Settings

BEHIND = replace(WORK, proxy="socks5://joe@proxy:1080")
KEY = credential_account(BEHIND).id
REFUSED = NeedsCredentials(1.0, Problem(ProblemKind.PROXY_REFUSED, "The proxy refused it."))


def test_it_is_kept_with_the_account_and_leaves_with_it_or_with_the_proxy():
    office = Office()
    here = Settings(accounts=(BEHIND,))
    done = []
    office.settings_service.apply(here, {KEY: Secret("hidden"), WORK.id: Secret("own")}, done.append)
    assert done == [None]
    assert office.secrets.kept == {KEY: Secret("hidden"), WORK.id: Secret("own")}
    assert office.apply(Settings(accounts=(WORK,))) is None
    assert office.secrets.kept == {WORK.id: Secret("own")}
    office.settings_service.apply(here, {KEY: Secret("hidden")}, done.append)
    office.apply(Settings())
    assert office.secrets.kept == {}


def test_another_proxy_never_gets_it():
    """Whether the settings were changed in the dialog, which forgets it, or by hand."""
    elsewhere = replace(BEHIND, proxy="socks5://joe@elsewhere:1080")
    office = Office()
    done = []
    office.settings_service.apply(Settings(accounts=(BEHIND,)), {KEY: Secret("hidden")}, done.append)
    assert result(office.secret_store.read(credential_account(elsewhere))) != Secret("hidden")
    office.apply(Settings(accounts=(elsewhere,)))
    assert office.secrets.kept == {}
    assert done == [None]


def test_what_is_typed_is_tried_before_it_is_kept():
    """By the dialog alone: an account that is watched meanwhile has what is kept."""
    office = Office()
    office.secrets.kept[KEY] = Secret("kept")
    passwords = office.secret_store
    kept = credential_account(BEHIND)
    assert result(passwords.read_draft(kept)) == Secret("kept")
    passwords.set_draft(KEY, Secret("typed"))
    assert result(passwords.read_draft(kept)) == Secret("typed")
    assert result(passwords.read(kept)) == Secret("kept")
    passwords.set_draft(KEY, None)
    passwords.set_draft(KEY, None)
    assert result(passwords.read_draft(kept)) == Secret("kept")


def test_a_refused_one_is_asked_for_and_the_mail_password_stays():
    program = SettingsFixture(replace(BEHIND, secret=SecretSource.COMMAND, password_command="true"))
    program.secret_store.use_for_this_run(WORK.id, Secret("own"))
    program.secret_store.use_for_this_run(KEY, Secret("wrong"))
    program.say(REFUSED)
    assert program.secret_store._remembered == {WORK.id: Secret("own")}
    program.credentials.ask_credentials_or_retry(program.mail_service.watch(WORK.id))
    ((asked, reason, answer),) = program.windows.questions
    assert (asked, reason) == (KEY, "The proxy refused it.")
    answer(Secret("right"), True)
    assert program.secret_store._sources.kept == {KEY: Secret("right")}
    assert program.woken() == [1, 1]


def test_an_account_with_a_certificate_asks_nobody():
    office = Office()
    alone = replace(WORK, login=Login.CERTIFICATE, client_certificate="/me.pem")
    assert result(office.secret_store.login_secret(alone)) == Secret("")
    assert office.secrets.asked == []


@pytest.mark.parametrize(
    ("change", "kept"),
    [({"port": 1993}, True), ({"proxy": "socks5://joe@elsewhere:1080"}, False), ({"proxy": ""}, False)],
)
def test_an_answer_for_a_proxy_is_for_that_proxy_alone(change, kept):
    """The account may be edited while the question is open."""
    program = SettingsFixture(BEHIND)
    program.mail_service.start()
    program.say(REFUSED)
    program.credentials.ask_credentials_or_retry(program.mail_service.watch(WORK.id))
    program.mail_service.apply_settings(Settings(accounts=(replace(BEHIND, **change),)))
    program.windows.questions[0][2](Secret("right"), True)
    assert program.secret_store._sources.kept == ({KEY: Secret("right")} if kept else {})
    assert program.woken() == ([1, 1] if kept else [0, 0])


def test_a_late_refusal_of_an_old_proxy_password_leaves_the_new_one():
    """The account's own password, which was tried as well, is none of its business."""
    program = SettingsFixture(BEHIND)
    program.secret_store.use_for_this_run(WORK.id, Secret("own"))
    program.secret_store.use_for_this_run(KEY, Secret("new"))
    program.say(REFUSED, [Secret("own"), Secret("old")])
    assert program.secret_store._remembered == {WORK.id: Secret("own"), KEY: Secret("new")}
    assert program.woken() == [1, 1]
