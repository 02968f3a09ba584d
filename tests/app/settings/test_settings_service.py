"""New settings reach the file, the keyring and the mailroom, or say why not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from tests.fakes.ports import AtOnce, FakeSecrets
from tests.fakes.values import account
from tray.app.credentials.secret_store import SecretStore
from tray.app.settings.settings_service import OpenedSettings, SettingsService
from tray.desktop.start.autostart import AutostartError
from tray.desktop.storage.settings_file import SettingsFile
from tray.mail.model.account import AccountId, SecretSource
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.presentation.colours import ACCOUNT_COLOURS
from tray.mail.settings.settings import Settings, SettingsError

WORK, HOME = (replace(account(name), colour="#2ca02c") for name in ("work", "home"))


class FakeFile:
    """The settings file, as far as the settings service needs it."""

    def __init__(self):
        self.kept = None
        self.error = None

    def load(self):
        if self.error:
            raise self.error
        return self.kept

    def save(self, settings, base):
        if self.error:
            raise self.error
        self.kept = settings
        self.base = base
        return settings


class Office:
    def __init__(self):
        self.file, self.secrets, self.taken, self.autostart, self.done = FakeFile(), FakeSecrets(), [], [], []
        self.refusal = None
        self.starts = False
        self.secret_store = SecretStore(self.secrets, AtOnce(), AtOnce())
        before = Settings(accounts=(WORK,))
        self.clock = Clock()
        self.given = []
        self.settings_service = SettingsService(
            self.clock,
            self.file,
            before,
            self.secret_store,
            self,
            pytest.fail,
        )
        self.settings_service.connect(self)

    def apply_settings(self, settings):
        self.taken.append(settings)

    def secret_given(self, name):
        self.given.append((name, len(self.taken)))

    def set(self, wanted):
        if self.refusal:
            raise AutostartError(self.refusal)
        self.autostart.append(wanted)
        self.starts = wanted

    def is_on(self):
        return self.starts

    def apply(self, settings, **secrets):
        self.settings_service.apply(
            settings, {name: Secret(text) for name, text in secrets.items()}, self.done.append
        )
        return self.done[-1]


@pytest.fixture
def office():
    return Office()


def test_settings_are_saved_applied_and_their_secrets_kept(office):
    after = Settings(accounts=(WORK, HOME))
    assert office.apply(after, home="hunter2") is None
    assert office.file.kept == after
    assert office.taken == [after]
    assert office.settings_service.current == after
    assert office.secrets.kept == {"home": Secret("hunter2")}
    assert office.given == [("home", 1)], "whoever waits for it is told, by the settings that hold now"


def test_what_cannot_be_saved_is_not_applied(office):
    """The dialog stays open and shows the sentence."""
    office.file.error = SettingsError("The disk is full. Make room.")
    assert office.apply(Settings()) == "The disk is full. Make room."
    assert office.taken == []
    assert office.settings_service.current.accounts == (WORK,)


def test_a_secret_that_cannot_be_kept_is_said_and_used(office):
    office.secrets.error = SecretUnavailable(Problem(ProblemKind.NO_SECRET, "There is no keyring."))
    sentence = office.apply(Settings(accounts=(WORK,)), work="hunter2")
    assert sentence.startswith("There is no keyring.")
    assert "hunter2" not in sentence
    assert office.taken


def test_a_secret_asked_for_at_each_start_is_never_stored(office):
    asking = replace(HOME, secret=SecretSource.ASK)
    office.apply(Settings(accounts=(WORK, asking)), home="hunter2")
    assert office.secrets.kept == {}
    assert office.secret_store.remembers(asking.id)


def test_a_keyring_whose_prompt_nobody_answers_gives_the_dialog_back(office):
    late = Deferred()
    office.secret_store.write = lambda _account, _secret: late
    office.settings_service.apply(Settings(accounts=(WORK,)), {"work": Secret("hunter2")}, office.done.append)
    assert office.done == []
    office.clock.advance(61)
    (sentence,) = office.done
    assert "keyring" in sentence
    late.callback(None)
    assert len(office.done) == 1


def test_nothing_is_left_ticking_when_all_went_well(office):
    office.apply(Settings(accounts=(WORK,)), work="hunter2")
    assert office.clock.getDelayedCalls() == []


def test_the_secret_of_a_removed_account_is_removed(office):
    office.secrets.kept["work"] = Secret("old")
    office.apply(Settings())
    assert office.secrets.kept == {}


def test_starting_at_log_in_is_switched_only_when_it_changed(office):
    """A file that the user made by hand is left alone."""
    office.apply(Settings(accounts=(WORK,), titles=5))
    assert office.autostart == []
    office.apply(Settings(accounts=(WORK,), start_at_login=True))
    office.apply(Settings(accounts=(WORK,)))
    assert office.autostart == [True, False]


def test_a_start_at_log_in_that_cannot_be_set_is_said(office):
    office.refusal = "The start at log-in cannot be changed."
    assert office.apply(Settings(start_at_login=True)) == "The start at log-in cannot be changed."
    assert office.taken == [Settings()]
    assert office.file.kept == Settings(), "and the settings do not say what is not so"


def test_the_start_at_log_in_is_shown_as_the_desktop_has_it(office):
    """Whoever removed the entry there need not remove it here."""
    office.apply(Settings(accounts=(WORK,), start_at_login=True))
    office.starts = False
    assert office.settings_service.current.start_at_login
    assert not office.settings_service.shown().start_at_login
    opened = OpenedSettings(office.settings_service)
    assert not opened.starts_at_login()
    opened.apply(replace(office.settings_service.shown(), titles=5), {}, office.done.append)
    assert office.autostart == [True], "and a change of something else does not bring it back"
    opened.apply(replace(office.settings_service.shown(), start_at_login=True), {}, office.done.append)
    assert office.autostart == [True, True]


def test_a_mute_does_not_bring_back_the_start_at_log_in(office):
    office.apply(Settings(accounts=(WORK,), start_at_login=True))
    office.starts = False
    office.apply(replace(office.settings_service.current, titles=5))
    assert office.autostart == [True]


def test_a_start_at_log_in_that_could_not_be_set_is_tried_again(office):
    opened = OpenedSettings(office.settings_service)
    office.refusal = "The start at log-in cannot be changed."
    opened.apply(Settings(accounts=(WORK,), start_at_login=True), {}, office.done.append)
    office.refusal = None
    opened.apply(Settings(accounts=(WORK,), start_at_login=True), {}, office.done.append)
    assert office.done == ["The start at log-in cannot be changed.", None]
    assert office.autostart == [True]


def test_where_the_settings_cannot_be_saved_the_start_at_log_in_stays_as_it_was(office):
    office.file.error = SettingsError("The disk is full. Make room.")
    office.apply(Settings(accounts=(WORK,), start_at_login=True))
    assert office.autostart == [True, False]


def test_a_file_edited_by_hand_is_taken_over(office):
    """`mailbell account add` and an editor come this way."""
    office.file.kept = Settings(accounts=(HOME,))
    office.settings_service.reload()
    assert office.taken == [Settings(accounts=(HOME,))]


def test_a_broken_file_changes_nothing(office):
    office.file.error = SettingsError("line 3 is wrong.")
    with pytest.raises(SettingsError):
        office.settings_service.reload()
    assert office.settings_service.current.accounts == (WORK,)


def test_a_new_account_gets_a_key_of_its_own(office):
    opened = OpenedSettings(office.settings_service)
    assert opened.new_account_id() != opened.new_account_id()


def test_a_dialog_changes_what_its_user_changed_and_nothing_else(office):
    """It may have been open while an account was added, or a certificate pinned."""
    opened = OpenedSettings(office.settings_service)
    office.file.kept = Settings(accounts=(WORK, HOME))
    office.settings_service.reload()
    office.file.error = SettingsError("The disk is full.")
    opened.apply(Settings(accounts=(WORK,), titles=5), {}, office.done.append)
    office.file.error = None
    opened.apply(Settings(accounts=(WORK,), titles=6), {}, office.done.append)
    assert office.file.base == Settings(accounts=(WORK,))
    opened.apply(Settings(accounts=(WORK,), titles=7), {}, office.done.append)
    assert office.file.base == Settings(accounts=(WORK,), titles=6)
    assert office.done == ["The disk is full.", None, None]


def test_what_a_dialog_adds_has_its_colour_for_later_changes_of_the_dialog(office, tmp_path):
    office.settings_service._file = SettingsFile(tmp_path / "settings.toml")
    office.settings_service._file.save(Settings(accounts=(WORK,)))
    opened = OpenedSettings(office.settings_service)
    added = Settings(accounts=(WORK, replace(HOME, colour="")))
    opened.apply(added, {}, office.done.append)
    opened.apply(replace(added, titles=5), {}, office.done.append)
    assert office.done == [None, None]
    assert office.settings_service.current.accounts[1].colour == ACCOUNT_COLOURS[1]


def test_an_outgoing_server_that_was_found_is_kept_but_replaces_none(office):
    office.settings_service.remember_outgoing(WORK.id, "smtps://smtp.example.org:465")
    assert office.settings_service.current.accounts[0].outgoing == "smtps://smtp.example.org:465"
    applied = len(office.taken)
    office.settings_service.remember_outgoing(WORK.id, "smtps://other.example.org:465")
    office.settings_service.remember_outgoing(AccountId("gone"), "smtps://other.example.org:465")
    assert office.settings_service.current.accounts[0].outgoing == "smtps://smtp.example.org:465"
    assert len(office.taken) == applied


@pytest.mark.parametrize("read", [True, False])
def test_an_account_is_removed_in_the_dialog_though_it_was_muted_in_the_tray_meanwhile(
    office, tmp_path, read
):
    """What stands against a removal is only a change that the program has not read: it may be news to its user."""
    office.settings_service._file = SettingsFile(tmp_path / "settings.toml")
    office.settings_service._file.save(Settings(accounts=(WORK, HOME)))
    office.settings_service.reload()
    opened = OpenedSettings(office.settings_service)
    muted = Settings(accounts=(replace(WORK, muted=True), HOME))
    if read:
        office.settings_service.apply(muted, {}, office.done.append)
    else:
        SettingsFile(tmp_path / "settings.toml").save(muted, office.settings_service.current)
    opened.apply(Settings(accounts=(HOME,)), {}, office.done.append)
    assert (office.done[-1] is None) is read
    assert office.settings_service.current == Settings(accounts=(HOME,) if read else (WORK, HOME))


def test_a_secret_that_is_kept_elsewhere_from_now_on_is_removed_where_it_was(office):
    office.secrets.kept["work"] = Secret("old")
    asking = replace(WORK, secret=SecretSource.ASK)
    assert office.apply(Settings(accounts=(asking,)), work="new") is None
    assert office.secrets.kept == {}
    assert office.settings_service.current.accounts == (asking,)


@pytest.mark.expects_log("A secret could not be removed: SecretUnavailable")
def test_a_secret_that_cannot_be_removed_is_said(office):
    office.secrets.error = SecretUnavailable(Problem(ProblemKind.NO_SECRET, "The keyring is locked."))
    sentence = office.apply(Settings())
    assert sentence.startswith("The old password of “Work” is still kept: The keyring is locked.")
    assert office.taken == [Settings()]
