"""Every mail is announced once: moved between watched mailboxes, renumbered, or in a mailbox that was made anew."""

from __future__ import annotations

import shutil

import pytest

from tests.rig.processes import wait_until


@pytest.fixture
def two(program, dovecot, recorder):
    """The program, watching INBOX and Lists, with an old mail in each."""
    dovecot.deliver("An old mail")
    dovecot.append("An old list mail", "Lists")
    program.add_account(dovecot)
    (settings,) = program.profile.rglob("*.toml")
    text = settings.read_text("utf-8")
    assert "mailboxes" not in text
    settings.write_text(text.rstrip() + '\nmailboxes = ["INBOX", "Lists"]\n', "utf-8")
    program.start_watching()
    program.wait_unseen(2)
    return program


def bodies(recorder):
    """What was announced so far."""
    return sorted(toast["lines"][0] for toast in recorder.notifications.toasts())


def move(dovecot, number, source, target):
    """Another mail client moves a mail."""
    client = dovecot.imap(source)
    client.copy(number, target)
    client.store(number, "+FLAGS", "(\\Deleted)")
    client.expunge()
    client.logout()


def test_a_mail_moved_between_watched_mailboxes_is_announced_once(two, dovecot, recorder):
    """Whether it was announced, or was there at first sight; also when it was moved while the program was dead."""
    dovecot.deliver("Hello")
    recorder.notifications.wait_toast("Hello")
    move(dovecot, "2", "INBOX", "Lists")
    move(dovecot, "1", "INBOX", "Lists")
    two.wait_unseen(3)
    dovecot.append("Marker", "Lists")
    recorder.notifications.wait_toast("Marker")
    two.wait_unseen(4)
    two.wait_announced()
    two.kill()
    move(dovecot, "2", "Lists", "INBOX")
    dovecot.deliver("Another")
    two.start_watching()
    recorder.notifications.wait_toast("Another")
    two.wait_unseen(5)
    assert bodies(recorder) == ["Another", "Hello", "Marker"]


def test_a_renumbered_mailbox_announces_what_came_meanwhile_and_repeats_nothing(two, dovecot, recorder):
    """The server has lost its list of UIDs."""
    dovecot.deliver("Before")
    recorder.notifications.wait_toast("Before")
    with dovecot.stopped():
        two.wait_state("waiting")
        for path in (dovecot.home / "mail" / dovecot.user / "Maildir").glob("dovecot*"):
            if path.is_file():
                path.unlink()
        dovecot.deliver("During")
    recorder.notifications.wait_toast("During", 60)
    dovecot.deliver("After")
    recorder.notifications.wait_toast("After", 60)
    assert bodies(recorder) == ["After", "Before", "During"]


def test_a_mailbox_that_is_deleted_and_made_anew_is_said_and_then_watched(two, dovecot, recorder):
    """What came into the new one is announced; what was put back is not."""
    dovecot.append("List mail", "Lists")
    recorder.notifications.wait_toast("List mail")
    client = dovecot.imap("Lists")
    _, data = client.fetch("2", "(INTERNALDATE BODY.PEEK[])")
    kept = data[0][1]
    client.close()
    client.delete("Lists")
    wait_until(
        lambda: "Lists does not exist" in str(two.status()[0]["error"]), "the mailbox to be missed", 30
    )
    client.create("Lists")
    client.append("Lists", None, None, kept)
    dovecot.append("Into the new one", "Lists")
    client.logout()
    two.run("check")
    recorder.notifications.wait_toast("Into the new one", 60)
    two.wait_state("watching")
    assert bodies(recorder) == ["Into the new one", "List mail"]


def wait_toasts(recorder, count):
    """The toasts, once there are so many."""
    wait_until(lambda: len(bodies(recorder)) >= count, f"{count} toasts", 60)
    return bodies(recorder)


def test_an_old_state_file_that_is_put_back_repeats_what_was_announced_since(
    two, dovecot, recorder, tmp_path
):
    """Once, and nothing is lost."""
    backup = tmp_path / "backup"
    two.stop()
    shutil.copytree(two.profile, backup)
    two.start_watching()
    dovecot.deliver("First")
    dovecot.append("Second", "Lists")
    wait_toasts(recorder, 2)
    two.stop()
    move(dovecot, "2", "Lists", "INBOX")
    for file in two.profile.rglob("state.sqlite3*"):
        file.unlink()
    (file,) = backup.rglob("state.sqlite3")
    shutil.copy(file, two.profile / file.relative_to(backup))
    dovecot.deliver("Meanwhile")
    two.start_watching()
    two.wait_unseen(5)

    def told(subject: str) -> int:
        """In how many toasts it stands; one that replaces another has the same id."""
        latest = {toast["id"]: toast for toast in recorder.notifications.toasts()}
        return str([toast["lines"] for toast in latest.values()]).count(subject)

    wait_until(lambda: told("Meanwhile") == 1 and told("First") == told("Second") == 2, "each to be told")


def test_more_than_can_be_read_wait_for_the_digest_that_counts_them(two, dovecot, recorder):
    """Without a notification server, over an outage, over a kill; every one is counted in one digest, once."""
    recorder.stop_notifier()
    for _ in range(2):
        with dovecot.stopped():
            two.wait_state("waiting")
            dovecot.bulk(230, seen=False)
        two.run("check")
        two.wait_state("watching", 60)
    two.wait_unseen(462)
    two.kill()
    two.start_watching()
    two.wait_unseen(462)
    recorder.start_notifier()
    recorder.notifications.wait_toast("460 new mails")
    two.wait_announced()
    two.kill()  # all of them count as announced
    two.start_watching()
    dovecot.deliver("The last")
    recorder.notifications.wait_toast("The last")
    summaries = [toast["summary"] for toast in recorder.notifications.toasts()]
    assert [summary for summary in summaries if "new mails" in summary] == ["460 new mails"]


def test_a_new_mail_below_two_hundred_that_were_moved_here_is_counted(two, dovecot, recorder):
    """While the program was dead; of what is read when it comes back, all is known."""
    with dovecot.stopped():
        two.wait_state("waiting")
        dovecot.bulk(200, seen=False)
    two.run("check")
    recorder.notifications.wait_toast("Bob, 200 mails", 60)  # of one subject
    two.wait_unseen(202)
    two.wait_announced()
    two.kill()
    dovecot.append("Between", "Lists")
    client = dovecot.imap("Lists")  # now it has its UID
    client.select("INBOX")
    client._simple_command("MOVE", "2:201", "Lists")
    client.logout()
    two.start_watching()
    recorder.notifications.wait_toast("1 new mail")
    two.wait_unseen(203)
    assert [toast["summary"] for toast in recorder.notifications.toasts()] == ["Bob, 200 mails", "1 new mail"]
