"""A reply that is typed into a toast reaches its recipient, once, and the mail is answered."""

from __future__ import annotations

import email
import sqlite3
from contextlib import closing
from email.policy import default

import pytest

from tests.real.submission_server import SubmissionServer
from tests.rig.notifications import CAPABILITIES
from tests.rig.processes import wait_until


@pytest.fixture
def server(dovecot, request, tmp_path):
    """The outgoing server of the account."""
    with SubmissionServer(dovecot, tmp_path, starttls=getattr(request, "param", False)) as server:
        yield server


@pytest.fixture
def watching(program, dovecot, recorder, server):
    """The program with *Reply* among its buttons, on a desktop that takes replies."""
    recorder.notifications.set_capabilities(*CAPABILITIES, "inline-reply")
    dovecot.imap().create("Sent")
    dovecot.deliver("An old mail")
    program.add_account(dovecot)
    assert program.run("account", "set", "Work", f"outgoing={server.address}").returncode == 0
    settings = program.profile / "settings.toml"
    settings.write_text(
        'toast_buttons = ["inline-reply", "archive"]\n' + settings.read_text("utf-8"), "utf-8"
    )
    program.start_watching()
    program.wait_unseen(1)
    return program


def replies(program):
    """The replies on disk: how far each is."""
    with closing(sqlite3.connect(f"file:{program.profile / 'state.sqlite3'}?mode=ro", uri=True)) as state:
        return [progress for (progress,) in state.execute("SELECT progress FROM reply")]


def flags(dovecot):
    """The flags of the newest mail."""
    client = dovecot.imap("INBOX")
    _, found = client.fetch("*", "(FLAGS)")
    client.logout()
    return found[0].decode()


def sent(dovecot):
    """The mails in Sent."""
    client = dovecot.imap("Sent")
    _, numbers = client.search(None, "ALL")
    found = [client.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers[0].split()]
    client.logout()
    return found


def typed_into(recorder, dovecot, text):
    """A mail comes, and a reply is typed into its toast."""
    dovecot.deliver("Lunch on Friday?", sender="Jörg Ångström <joerg@example.com>")
    toast = recorder.notifications.wait_toast("Lunch on Friday?")
    assert toast["actions"][2:] == ["inline-reply", "Reply", "archive", "Archive"]
    assert toast["hints"]["x-kde-reply-placeholder-text"] == ["s", "Reply to Jörg Ångström…"]
    assert toast["hints"]["x-kde-reply-submit-button-text"] == ["s", "Send"]
    recorder.notifications.reply(toast["id"], text)


@pytest.mark.parametrize("server", [False, True], ids=["TLS", "STARTTLS"], indirect=True)
def test_a_typed_reply_is_sent_kept_and_the_mail_answered(watching, dovecot, recorder, server):
    typed_into(recorder, dovecot, "Gerne!\n.\nBis dann")
    recorder.notifications.wait_toast("Reply sent to Jörg Ångström", 60)
    wait_until(lambda: replies(watching) == [], "the end of the reply", 60)
    ((sender, recipients, content),) = server.mails
    assert (sender, recipients) == ("anna@example.org", ["joerg@example.com"])
    mail = email.message_from_bytes(content, policy=default)
    assert mail["Subject"] == "Re: Lunch on Friday?"
    assert mail["In-Reply-To"] == mail["References"]
    assert mail.get_content().replace("\r\n", "\n") == "Gerne!\n.\nBis dann\n"
    assert sent(dovecot) == [content]
    wait_until(lambda: "\\Answered" in flags(dovecot), "the flag")
    wait_until(lambda: "\\Seen" in flags(dovecot), "the flag")
    assert dovecot.password not in watching.log_text()
    assert "Gerne" not in watching.log_text()
    assert "Traceback" not in watching.log_text()


def test_a_reply_is_carried_over_an_outage_and_a_kill(watching, dovecot, recorder, server):
    server.stop()
    typed_into(recorder, dovecot, "Yes")
    recorder.notifications.wait_toast("The reply to Jörg Ångström waits", 60)
    watching.kill()
    assert replies(watching) == ["waiting"]
    server.start()
    watching.start_watching()
    recorder.notifications.wait_toast("Reply sent to Jörg Ångström", 60)
    wait_until(lambda: replies(watching) == [], "the end of the reply", 60)
    assert len(server.mails) == len(sent(dovecot)) == 1


def test_a_refused_reply_is_shown_with_its_text(watching, dovecot, recorder, server):
    server.answer("554 5.7.1 This looks like spam")
    typed_into(recorder, dovecot, "Buy now")
    toast = recorder.notifications.wait_toast("was not sent", 60)
    assert any("It says: This looks like spam." in line for line in toast["lines"])
    assert any("“Buy now”" in line for line in toast["lines"])
    assert toast["actions"] == ["discard", "Discard", "copy-text", "Copy text", "try-again", "Try again"]
    server.answer("250 ok")
    recorder.notifications.invoke(toast["id"], "try-again")
    recorder.notifications.wait_toast("Reply sent to Jörg Ångström", 60)
    first, second = server.mails
    assert first == second
    wait_until(lambda: sent(dovecot) == [first[2]], "the copy")
