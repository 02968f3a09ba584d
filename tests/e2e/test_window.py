"""The window at the icon: opened by a click, used by keys and mouse, on a real panel and a real server."""

from __future__ import annotations

import subprocess
import time

import pytest

from tests.e2e.windows import active, gone, places, properties, visible
from tests.rig.processes import wait_until

ONE_CLICK = 0.5
"""Seconds after which a click is surely another one than that which has closed the window (0.3 in the program)."""


def count(dovecot, mailbox):
    """How many messages are in a folder, as another client sees it."""
    client = dovecot.imap()
    _, found = client.select(mailbox, readonly=True)
    client.logout()
    return int(found[0])


@pytest.fixture
def opened(recorder, program, dovecot):
    """Click on the icon; the click that opens the window of an account with three mails is done."""
    dovecot.imap().create("Archive")
    program.add_account(dovecot)
    program.start_watching()
    for number, name in enumerate(("Boiler", "Lunch on Friday?", "Minutes"), 1):
        dovecot.deliver(name)
        program.wait_unseen(number)
    icon = recorder.wait_tray_icon()

    def click():
        recorder.click(*icon)

    click()
    wait_until(lambda: not gone(recorder, "3 unread — Mailbell"), "the window")
    subprocess.run(
        ["xdotool", "windowfocus", "--sync", visible(recorder, "— Mailbell")[-1]],
        env=recorder.env,
        check=False,
    )
    return click


def test_mails_are_archived_and_taken_back_and_the_window_closes_by_the_same_click(
    opened, recorder, program, dovecot, artifacts
):
    place = next(place for place in places(recorder) if place[0].endswith("— Mailbell"))
    _, left, top, width, height = place
    assert left + width <= 1280 - 8
    assert top >= 8
    assert properties(recorder, "— Mailbell")["_NET_WM_STATE(ATOM)"] == "_NET_WM_STATE_SKIP_TASKBAR"
    recorder.key("question")
    wait_until(lambda: active(recorder) == "Keys", "the list of keys")
    recorder.key("Escape")
    wait_until(lambda: active(recorder).endswith("— Mailbell"), "the keyboard to come back")
    recorder.key("j")
    recorder.key("j")
    recorder.key("e")
    wait_until(lambda: not gone(recorder, "2 unread — Mailbell"), "the count")
    recorder.screenshot(artifacts / "e2e-window-undo.png")
    recorder.key("z")
    program.wait_unseen(3)
    recorder.key("e")
    program.wait_unseen(2)
    wait_until(lambda: count(dovecot, "Archive") == 1, "the archived mail", 60)
    assert count(dovecot, "INBOX") == 2
    recorder.key("slash")
    recorder.type("minutes")
    recorder.key("Return")
    recorder.key("Down")
    recorder.key("u")
    program.wait_unseen(1)
    recorder.screenshot(artifacts / "e2e-window-search.png")
    recorder.key("Escape")
    opened()
    wait_until(lambda: gone(recorder, "— Mailbell"), "the window to close")
    closed = time.monotonic()
    wait_until(lambda: time.monotonic() > closed + ONE_CLICK, "a moment to pass")
    opened()
    wait_until(lambda: not gone(recorder, "1 unread — Mailbell"), "the window")
    recorder.key("Escape")
    wait_until(lambda: gone(recorder, "— Mailbell"), "the window to close")
    assert "Traceback" not in program.log_text()
    assert height == 560
