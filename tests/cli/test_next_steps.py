"""What the command line refuses or lists, it says once, and with what to do next."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from twisted.internet.defer import Deferred

from tests.fakes.values import account
from tray.cli import main, reactor
from tray.cli.account import folders
from tray.cli.exit_codes import OTHER, USAGE
from tray.desktop.storage.paths import for_profile
from tray.desktop.storage.settings_file import SettingsFile
from tray.imap.errors import CommandRefused
from tray.imap.types import INBOX, MailboxName
from tray.mail.folders.folders import Folder, FolderList, SpecialUse
from tray.mail.model.secret import Secret
from tray.mail.settings.settings import Settings

MY_MAIL = replace(account("work"), name="My mail")
LISTED = FolderList(
    (
        Folder(INBOX, ("INBOX",), SpecialUse.INBOX),
        Folder(MailboxName("Drafts"), ("Drafts",), SpecialUse.DRAFTS),
        Folder(MailboxName("Mail/sent"), ("Mail", "sent"), SpecialUse.SENT),
        Folder(MailboxName("Müll"), ("Müll",), SpecialUse.TRASH),
    )
)


@pytest.fixture
def run(tmp_path, capsys):
    """Run a command on a profile with one account; gives its code and what it printed."""
    SettingsFile(for_profile(tmp_path / "p").settings_file).save(Settings(accounts=(MY_MAIL,)))

    def run(*words):
        code = main(["--profile", str(tmp_path / "p"), *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def listed(monkeypatch):
    """The server lists its folders."""
    monkeypatch.setattr(folders, "_listed", lambda *_: LISTED)


@pytest.mark.usefixtures("listed")
def test_the_use_of_a_folder_is_not_told_where_its_name_does(run):
    assert run("account", "folders") == (0, "✓ INBOX\n  Drafts\n  Müll  (Trash)\n  Mail/sent\n", "")


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("command", ["watch", "unwatch"])
def test_a_folder_that_nothing_comes_near_is_followed_by_where_they_are_listed(run, command):
    code, _, said = run("account", command, "My mail", "quite other")
    assert code == USAGE
    assert said.endswith(
        "There is no folder “quite other”. \"mailbell account folders 'My mail'\" lists them.\n"
    )


@pytest.mark.usefixtures("listed")
def test_a_folder_that_may_be_meant_is_next_step_enough(run):
    _, _, said = run("account", "watch", "My mail", "Draft")
    assert said.endswith("There is no folder “Draft”; did you mean “Drafts”?\n")


def test_a_client_that_has_no_id_is_told_how_to_get_one(run):
    code, _, said = run("oauth", "set", "mine", "--name", "Mine")
    assert code == USAGE
    assert said.endswith('Mine needs a client id. Set one with "mailbell oauth set mine --client-id …".\n')


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("Mailbox doesn't exist: Nope", "The folder Nope does not exist on the server."),
        ("Permission denied", "The folder Nope cannot be opened."),
    ],
)
def test_a_mailbox_that_has_no_subjects_to_give_is_told_once(run, monkeypatch, told, sentence):
    async def refused(*_):
        raise CommandRefused("EXAMINE", "NO", "", told)

    async def secret(*_):
        return Secret("hush")

    def at_once(job):
        out = []
        Deferred.fromCoroutine(job(SimpleNamespace(callFromThread=pytest.fail))).addBoth(out.append)
        out[0].raiseException()

    monkeypatch.setattr("tray.net.imap.mailbox.subjects.newest_subjects", refused)
    monkeypatch.setattr("tray.cli.credentials.ProfileCredentials.secret", secret)
    monkeypatch.setattr(reactor, "run", at_once)
    code, _, said = run("subjects", "--mailbox", "Nope")
    assert code == OTHER
    assert said.endswith(f"{sentence} \"mailbell account folders 'My mail'\" lists them.\n")
    assert said.count("Nope") == 1
