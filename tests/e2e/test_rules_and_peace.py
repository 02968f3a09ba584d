"""Rules on a real server, commands for new mail, and a desktop that does not want to be disturbed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.rig.processes import wait_until

RULES = """
new_mail_command = "python3 '{script}' '{log}'"
important = ["boss@example.org"]

[[rule]]
name = "Newsletters"
list_id = "news.example.org"
move_to = "Later"

[[rule]]
name = "Robots"
headers = "X-Robot: yes"
mark_read = true
"""
SCRIPT = """
import os, sys
with open(sys.argv[1], "a") as log:
    log.write(" | ".join(os.environ["MAILBELL_" + name] for name in ("ACCOUNT", "FROM", "SUBJECT", "RULE")) + "\\n")
"""


def subjects(dovecot, mailbox, *criteria):
    """The subjects of the messages there that are so."""
    client = dovecot.imap(mailbox)
    _, (found,) = client.search(None, *(criteria or ("ALL",)))
    texts = []
    for number in found.split():
        _, data = client.fetch(number.decode(), "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        texts.append(data[0][1].decode().strip().removeprefix("Subject: "))
    client.logout()
    return texts


def append(dovecot, subject, header):
    """Put a mail with that header into the inbox."""
    client = dovecot.imap()
    lines = ("From: Bob <bob@example.org>", f"Subject: {subject}", header, "", "Hello.", "")
    client.append("INBOX", None, None, "\r\n".join(lines).encode())
    client.logout()


def test_rules_move_mark_as_read_and_commands_are_told_of_every_mail(program, dovecot, recorder, tmp_path):
    dovecot.deliver("An old mail")
    client = dovecot.imap("INBOX")
    client.create("Later")
    client.logout()
    program.add_account(dovecot)
    script, log = tmp_path / "note.py", tmp_path / "log"
    script.write_text(SCRIPT)
    settings = program.profile / "settings.toml"
    settings.write_text(RULES.format(script=script, log=log) + "\n" + settings.read_text())
    program.start_watching()
    program.wait_unseen(1)
    append(dovecot, "Weekly $(id)", "List-Id: News <news.example.org>")
    append(dovecot, "Build 5", "X-Robot: yes")
    dovecot.deliver("Lunch?")
    recorder.notifications.wait_toast("Bob")
    wait_until(lambda: subjects(dovecot, "Later") == ["Weekly $(id)"], "the newsletter to be moved")
    wait_until(lambda: subjects(dovecot, "INBOX", "SEEN") == ["Build 5"], "the robot's mail to be read")
    wait_until(lambda: log.exists() and len(log.read_text().splitlines()) == 3, "three commands")
    assert sorted(log.read_text().splitlines()) == [
        "Work | bob@example.org | Build 5 | Robots",
        "Work | bob@example.org | Lunch? | ",
        "Work | bob@example.org | Weekly $(id) | Newsletters",
    ]
    assert [toast["summary"] for toast in recorder.notifications.toasts()] == ["Bob"]


@pytest.mark.skipif(shutil.which("xfconf-query") is None, reason="there is no xfconf-query")
def test_mail_waits_while_xfce_does_not_want_to_be_disturbed(program, dovecot, recorder):
    def disturb(allowed):
        value = "false" if allowed else "true"
        arguments = ("-c", "xfce4-notifyd", "-p", "/do-not-disturb", "-n", "-t", "bool", "-s", value)
        subprocess.run(["xfconf-query", *arguments], env=recorder.env, check=True)

    dovecot.deliver("An old mail")
    program.add_account(dovecot)
    program.start_watching()
    program.wait_unseen(1)
    disturb(allowed=False)
    dovecot.deliver("First")
    program.wait_unseen(2)
    dovecot.deliver("Second")
    program.wait_unseen(3)
    assert recorder.notifications.toasts() == []
    disturb(allowed=True)
    assert recorder.notifications.wait_toast("2 new mails")["lines"] == ["Bob"]
