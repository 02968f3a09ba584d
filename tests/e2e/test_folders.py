"""Folders chosen by command and by keyboard, while the program runs."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.windows import gone, wait_window
from tests.rig.processes import wait_until


@pytest.fixture
def with_lists(dovecot):
    """A server with some folders, old mail among them."""
    client = dovecot.imap()
    for name in ("Lists/Python", "Papierkorb", '"Entw&APw-rfe"', "Old"):
        client.create(name)
    client.logout()
    dovecot.append("Years ago", "Lists/Python")
    dovecot.deliver("Old in INBOX")
    return dovecot


def ended(dovecot):
    """Process ids of the connections that have ended."""
    return set(
        re.findall(r"imap\(anna\)<(\d+)>.*(?:Logged out|Disconnected|Connection closed)", dovecot.log_text())
    )


def begun(dovecot):
    """Process ids of the connections that were logged in, in this order."""
    return re.findall(r"Login: user=<anna>.*mpid=(\d+)", dovecot.log_text())


def watched(program):
    (account,) = json.loads(program.run("account", "list", "--json").stdout)["accounts"]
    return account["mailboxes"]


def test_folders_come_and_go_by_command_and_the_others_keep_their_connections(program, with_lists, recorder):
    """A folder more announces nothing of its past; one that is no longer watched announces no more."""
    dovecot = with_lists
    program.add_account(dovecot)
    program.start_watching()
    inbox = begun(dovecot)[-1]

    listed = program.run("account", "folders", "Work")
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.splitlines() == [
        "✓ INBOX",
        "  Entwürfe  (Drafts)",
        "  Papierkorb  (Trash)",
        "  Lists/Python",
        "  Old",
    ]
    wrong = program.run("account", "watch", "Work", "List/Pyton")
    assert wrong.returncode == 2
    assert "There is no folder “List/Pyton”; did you mean “Lists/Python”?" in wrong.stderr
    done = program.run("account", "watch", "Work", "lists/python", "entwurfe")
    assert done.returncode == 0, done.stderr
    assert watched(program) == ["INBOX", "Entwürfe", "Lists/Python"]
    program.wait_unseen(2)
    program.wait_state("watching")
    dovecot.append("New on the list", "Lists/Python")
    recorder.notifications.wait_toast("New on the list")

    assert program.run("account", "unwatch", "Work", "python").returncode == 0
    assert watched(program) == ["INBOX", "Entwürfe"]
    program.wait_unseen(1)
    dovecot.append("Nobody looks", "Lists/Python")
    dovecot.deliver("New in INBOX")
    recorder.notifications.wait_toast("New in INBOX")
    last = program.run("account", "unwatch", "Work", "INBOX", "Entwürfe")
    assert (last.returncode, "would watch nothing" in last.stderr) == (2, True)

    again = program.run("account", "watch", "Work", "Lists/Python")
    assert again.returncode == 0, again.stderr
    program.wait_unseen(5)
    (settings,) = program.profile.rglob("settings.toml")
    settings.write_text(settings.read_text("utf-8").replace('name = "Work"', 'name = "Office"'), "utf-8")
    assert program.run("account", "unwatch", "Office", "Entwürfe").returncode == 0
    assert [each["name"] for each in program.status()] == ["Office"]
    dovecot.append("And again", "Lists/Python")
    recorder.notifications.wait_toast("And again")
    bodies = [toast["lines"][0] for toast in recorder.notifications.toasts()]
    assert bodies == ["New on the list", "New in INBOX", "And again"]
    assert inbox not in ended(dovecot), "the connection of INBOX outlives it all"


def test_a_folder_that_is_deleted_is_named_and_watched_again_when_it_is_back(
    program, with_lists, desktop, artifacts
):
    """And an account can begin with it."""
    dovecot = with_lists
    program.add_account(dovecot, "Work", "--mailbox", "inbox", "--mailbox", "old")
    assert watched(program) == ["INBOX", "Old"]
    program.start_watching()
    client = dovecot.imap()
    client.delete("Old")
    program.run("check")
    says = "The folder Old does not exist on the server."
    wait_until(lambda: [each["error"] for each in program.status()] == [says], "the folder to be missed")
    record = json.loads(program.run("account", "folders", "--json").stdout)["folders"]
    assert [(each["path"], each["there"]) for each in record if each["watched"]] == [
        ("INBOX", True),
        ("Old", False),
    ]
    dovecot.deliver("INBOX is watched all the same")
    desktop.notifications.wait_toast("INBOX is watched all the same")
    tray = desktop.tray()
    tray.wait()
    choose = "Choose the folders of Work…"
    wait_until(lambda: choose in tray.menu(), "the way to the folders in the menu")
    before = len(begun(dovecot))
    tray.click(choose)
    tray.close()
    wait_window(desktop, "Mailbell Settings")
    wait_until(lambda: len(begun(dovecot)) > before, "the folders to be asked for")
    wait_until(lambda: begun(dovecot)[before] in ended(dovecot), "the folders to be listed")
    desktop.screenshot(artifacts / "e2e-folder-gone.png")
    desktop.key("Escape")  # back to the account
    desktop.key("Escape")
    wait_until(lambda: gone(desktop, "Mailbell Settings"), "the settings to be left")
    client.create("Old")
    client.logout()
    program.run("check")
    program.wait_state("watching")
    dovecot.append("Back again", "Old")
    desktop.notifications.wait_toast("Back again")


def test_a_folder_is_ticked_by_keyboard_and_its_mail_is_toasted(program, with_lists, desktop, artifacts):
    """From the tray menu to the toast."""
    dovecot = with_lists
    program.add_account(dovecot)
    program.start_watching()
    inbox = begun(dovecot)[-1]
    tray = desktop.tray()
    tray.wait()
    tray.click("Settings…")
    tray.close()
    wait_window(desktop, "Mailbell Settings")
    before = len(begun(dovecot))
    desktop.key("ctrl+f")
    desktop.type("subscribe")
    desktop.key("Return")
    desktop.key("space")
    wait_until(lambda: len(begun(dovecot)) == before + 1, "the folders to be asked for")
    wait_until(lambda: begun(dovecot)[-1] in ended(dovecot), "the folders to be listed")
    desktop.type("python")
    desktop.key("Return")
    desktop.key("space")
    desktop.screenshot(artifacts / "e2e-folders.png")
    wait_until(lambda: watched(program) == ["INBOX", "Lists/Python"], "the folder to be watched")
    program.wait_unseen(2)
    dovecot.append("Ticked", "Lists/Python")
    desktop.notifications.wait_toast("Ticked")
    assert inbox not in ended(dovecot)
