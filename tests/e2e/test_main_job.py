"""From a mail in Dovecot to a toast, a menu and back, on a real panel and a real notification server."""

from __future__ import annotations

import json

import pytest

from tests.rig.processes import wait_until


@pytest.fixture
def watching(program, dovecot):
    """The program, watching a mailbox with two mails that were there before."""
    dovecot.deliver("An old mail")
    dovecot.deliver("Another old mail")
    program.add_account(dovecot)
    program.start_watching()
    return program


def flags(dovecot, number=1):
    """The flags of a mail as another client sees them."""
    client = dovecot.imap()
    client.select("INBOX", readonly=True)
    _, data = client.fetch(str(number), "(FLAGS)")
    client.logout()
    return data[0].decode()


def test_a_delivered_mail_becomes_a_toast_and_a_title(watching, dovecot, desktop, artifacts):
    """And what was there before is not announced."""
    before = len(desktop.notifications.toasts())
    dovecot.deliver("Lunch at noon? <b>& more</b>", "Zoë Ångström <zoe@example.org>")
    toast = desktop.notifications.wait_toast("Lunch at noon?")
    assert toast["summary"] == "Zoë Ångström"
    assert len(desktop.notifications.toasts()) == before + 1
    watching.wait_unseen(3)
    (account,) = json.loads(watching.run("status", "--json").stdout)["accounts"]
    assert [title["subject"] for title in account["latest"]] == [
        "Lunch at noon? <b>& more</b>",
        "Another old mail",
        "An old mail",
    ]
    tray = desktop.tray()
    tray.wait()
    wait_until(lambda: any("Lunch at noon?" in label for label in tray.menu()), "the title in the menu")
    x, y = desktop.wait_tray_icon()
    desktop.screenshot(artifacts / "e2e-toast.png")
    desktop.click(x, y, 3)
    desktop.screenshot(artifacts / "e2e-menu.png")
    desktop.key("Escape")
    tray.close()
    assert "\\Seen" not in flags(dovecot, 3)


def test_reading_elsewhere_withdraws_the_toast_and_lowers_the_count(watching, dovecot, desktop):
    """Toast, menu and badge agree with the server."""
    dovecot.deliver("Read me on the telephone")
    desktop.notifications.wait_toast("Read me on the telephone")
    watching.wait_unseen(3)
    client = dovecot.imap("INBOX")
    client.store("3", "+FLAGS", "(\\Seen)")
    client.logout()
    watching.wait_unseen(2)
    desktop.notifications.wait(lambda events: any(event["event"] == "close" for event in events))


def test_quit_from_the_menu_is_clean(watching, desktop):
    """It says goodbye, ends with 0 and leaves nothing behind."""
    tray = desktop.tray()
    tray.wait()
    tray.click("Quit")
    tray.close()
    assert watching.wait_end() == 0
    assert watching.run("status").returncode == 6
    assert "Traceback" not in watching.log_text()


def test_a_second_start_hands_over_to_the_first(watching, desktop):
    """It shows the window of the first and leaves."""
    second = watching.run()
    assert second.returncode == 0, second.stderr
    assert "running already" in second.stdout
    assert watching.running


def test_pause_resume_check_and_quit_by_command(watching, dovecot, desktop):
    """What came during the pause is announced after it."""
    assert watching.run("pause").returncode == 0
    watching.wait_state("paused")
    dovecot.deliver("While you were away")
    assert watching.run("resume").returncode == 0
    watching.wait_state("watching")
    desktop.notifications.wait_toast("While you were away")
    assert watching.run("check").returncode == 0
    assert watching.run("quit").returncode == 0
    assert watching.wait_end() == 0


def test_a_refused_password_asks_for_the_user_and_stops_trying(program, dovecot, recorder):
    """Servers lock accounts that try too often."""
    program.add_account(dovecot)
    (secret,) = program.profile.rglob("insecure-secrets.json")
    secret.write_text(secret.read_text().replace('\\"1', "x"))
    program.start()
    account = program.wait_state("needs-credentials")
    assert account["error"]
    assert dovecot.password not in program.log_text()
