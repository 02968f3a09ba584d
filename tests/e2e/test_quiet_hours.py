"""Quiet hours, mute, colour and sound: changed while the program runs, seen on the desktop, announced once."""

from __future__ import annotations

import pytest

from tests.rig.processes import wait_until


@pytest.fixture
def watching(program, dovecot, recorder):
    """The program, on an account with an old mail."""
    dovecot.deliver("An old mail")
    program.add_account(dovecot)
    program.start_watching()
    program.wait_unseen(1)
    return program


def change(program, *words):
    """What a person types while the program runs."""
    done = program.run("account", "set", "Work", *words)
    assert done.returncode == 0, done.stdout + done.stderr


def logins(dovecot):
    """How often anybody logged in."""
    return dovecot.log_text().count("Login: user=")


def line(recorder):
    """What the menu says of the account."""
    entries = recorder.tray().entries()
    return next((entry.label for entry in entries if entry.label.startswith("Work:")), "")


def test_what_comes_in_quiet_hours_is_one_toast_at_their_end_also_after_a_crash(watching, dovecot, recorder):
    """Two mails and a kill in the night, one mail more, and one of them read elsewhere."""
    before = logins(dovecot)
    recorder.wait_tray_icon()
    change(watching, "quiet_hours=00:00-24:00")
    wait_until(lambda: "always quiet" in line(recorder), "the menu to say so")
    dovecot.deliver("First of the night")
    watching.wait_unseen(2)
    dovecot.deliver("Second of the night")
    watching.wait_unseen(3)
    assert logins(dovecot) == before
    watching.kill()
    watching.start_watching()
    watching.wait_unseen(3)
    dovecot.deliver("Third of the night")
    watching.wait_unseen(4)
    client = dovecot.imap("INBOX")
    client.store("2", "+FLAGS", "(\\Seen)")
    client.logout()
    watching.wait_unseen(3)
    assert recorder.notifications.toasts() == []
    before = logins(dovecot)
    change(watching, "quiet_hours=")
    assert recorder.notifications.wait_toast("2 new mails")["lines"] == ["Bob"]
    dovecot.deliver("In the morning")
    recorder.notifications.wait_toast("3 new mails")  # it joins the digest
    assert logins(dovecot) == before
    watching.wait_unseen(4)
    watching.stop()
    count = len(recorder.notifications.toasts())
    watching.start_watching()
    dovecot.deliver("After all that")
    recorder.notifications.wait_toast("After all that")
    assert [each["lines"][0] for each in recorder.notifications.toasts()[count:]] == ["After all that"]


def test_a_muted_account_counts_and_announces_nothing(watching, dovecot, recorder):
    """Muted from the tray's menu; when it is unmuted, only what comes then is announced."""
    recorder.wait_tray_icon()
    before = logins(dovecot)
    wait_until(lambda: line(recorder) == "Work: 1 unread", "the menu")
    toggle(recorder)
    wait_until(lambda: line(recorder) == "Work: 1 unread, muted", "the menu to say so")
    dovecot.deliver("While muted")
    watching.wait_unseen(2)
    toggle(recorder)
    wait_until(lambda: line(recorder) == "Work: 2 unread", "the menu to say so")
    dovecot.deliver("After the mute")
    recorder.notifications.wait_toast("After the mute")
    assert [each["lines"][0] for each in recorder.notifications.toasts()] == ["After the mute"]
    assert logins(dovecot) == before
    (settings,) = watching.profile.rglob("settings.toml")
    assert "muted = true" not in settings.read_text("utf-8")


def toggle(recorder):
    """A click on *Mute* in the menu of the account."""
    recorder.tray().click("Mute")


def test_a_toast_has_the_sound_and_the_colour_of_its_account(watching, dovecot, recorder):
    """By the hints of the specification, from the next toast on."""
    change(watching, "sound=mailbell", "colour=#8a3ffc")
    dovecot.deliver("With a bell")
    hints = recorder.notifications.wait_toast("With a bell")["hints"]
    signature, (width, height, stride, alpha, bits, channels, pixels) = hints["image-data"]
    assert (signature, width, height, alpha, bits, channels) == ("(iiibiiay)", 96, 96, True, 8, 4)
    assert len(pixels) == stride * height
    at = 10 * stride + 48 * 4  # above the letter
    assert tuple(pixels[at : at + 4]) == (0x8A, 0x3F, 0xFC, 0xFF)
    assert hints["sound-file"][1].endswith("sounds/mailbell.wav")
    change(watching, "sound=none", "colour=")
    dovecot.deliver("Without a bell")
    hints = recorder.notifications.wait_toast("Without a bell")["hints"]
    assert hints["suppress-sound"] == ["b", True]
    assert not {"sound-file", "sound-name"} & hints.keys()


def test_what_waited_for_a_notification_server_is_not_shown_when_it_comes_in_the_night(
    watching, dovecot, recorder
):
    """Another account, without quiet hours, is announced then."""
    watching.add_account(dovecot, "Other", "--no-check")
    wait_until(
        lambda: [each["state"] for each in watching.status()] == ["watching"] * 2, "both to be watched"
    )
    recorder.stop_notifier()
    dovecot.deliver("In the evening")
    watching.wait_unseen(2)
    change(watching, "quiet_hours=00:00-24:00")
    recorder.start_notifier()
    recorder.notifications.wait_toast("Other")
    (toast,) = recorder.notifications.toasts()
    assert (toast["lines"][0], toast["lines"][-1]) == ("In the evening", "Other")
    change(watching, "quiet_hours=")
    assert recorder.notifications.wait_toast("Work")["lines"][0] == "In the evening"
