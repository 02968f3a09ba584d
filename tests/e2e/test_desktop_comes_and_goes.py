"""Panel, notification daemon and session bus restarted, late or absent: no crash, no lost toast, no spinning."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.e2e.program import Program
from tests.e2e.windows import gone, places, visible, wait_window
from tests.rig.desktop import VirtualDesktop
from tests.rig.dropping_tray import DroppingTray
from tests.rig.processes import wait_until
from tests.scale.measures import processor_seconds

IDLE_MOST = 0.1
"""Seconds of processor time, in a second without work, above which a program spins."""


@pytest.fixture
def bare(tmp_path):
    """A desktop without a panel, whose notification daemon records everything."""
    with VirtualDesktop(panel=False, notifier="record") as desktop:
        yield desktop


@pytest.fixture
def started(tmp_path, dovecot, request):
    """Start programs with an account in a given environment; ended with the test, without a fault in their logs."""
    for name in {"bare", "recorder"} & {*request.fixturenames}:
        request.getfixturevalue(name)  # made first: the desktop is to end after the programs
    programs = []

    def start(env):
        program = Program(tmp_path, env)
        programs.append(program)
        program.add_account(dovecot)
        program.start_watching()
        return program

    yield start
    for program in programs:
        program.stop()
        assert "Traceback" not in program.log_text()


def bodies(desktop):
    """What was shown, in any order."""
    return sorted(toast["lines"][0] for toast in desktop.notifications.toasts())


def wait_in_menu(desktop, text):
    """Wait until the menu in the tray holds `text`; the item is found anew each time, as a new panel does."""
    tray = desktop.tray()
    try:
        tray.wait()
        wait_until(lambda: any(text in label for label in tray.menu()), f"{text!r} in the menu")
    finally:
        tray.close()


def assert_idle(program):
    """It uses next to no processor time, once what has just happened is dealt with, and answers."""

    def in_a_second():
        used = processor_seconds(program.pid)
        wait_until(time_passed(1.0), "a second to pass")
        return processor_seconds(program.pid) - used

    wait_until(lambda: in_a_second() <= IDLE_MOST, "a second without work", 60)
    assert program.running


def time_passed(seconds):
    """A condition that holds after so many seconds."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


# -- a panel that drops the icon -------------------------------------------------------------------------


def test_an_icon_that_the_panel_dropped_comes_with_its_menu_a_moment_later(started, bare):
    """As of 2 of 33 starts on GNOME; there is no window, for it is not needed."""
    with DroppingTray(bare.bus.address, drops=1) as tray:
        program = started(bare.env)
        wait_until(lambda: len(tray.items) == 1, "the second registration")
        assert len(tray.registered) == 2
        wait_in_menu(bare, "Quit")
        assert gone(bare, "— Mailbell")
        assert program.running


def test_where_the_panel_always_drops_the_icon_a_window_does_its_job(started, bare):
    """It says why; and it closes when a panel that keeps icons comes."""
    with DroppingTray(bare.bus.address, drops=1000) as tray:
        started(bare.env)
        wait_window(bare, "— Mailbell")
        assert len(tray.registered) == 3  # once, and twice again
    bare.start_panel()
    bare.wait_tray_icon()
    wait_until(lambda: gone(bare, "— Mailbell"), "the window to close for the icon")


# -- the panel -------------------------------------------------------------------------------------------


def test_a_restarted_panel_gets_the_icon_and_the_menu_of_now(started, dovecot, recorder):
    """What came while no panel was there is in the menu of the next one; and the menu goes on living."""
    program = started(recorder.env)
    wait_in_menu(recorder, "Quit")
    recorder.stop_panel()
    dovecot.deliver("While there was no panel")
    program.wait_unseen(1)
    recorder.start_panel()
    recorder.wait_tray_icon()
    wait_in_menu(recorder, "While there was no panel")
    dovecot.deliver("After the restart")
    wait_in_menu(recorder, "After the restart")
    assert gone(recorder, "Mailbell")


# -- the notification daemon -----------------------------------------------------------------------------


def test_a_daemon_that_dies_over_a_toast_is_followed_by_one_that_shows_it(started, dovecot, recorder):
    """Each mail once: those that were shown before, the one under way, those that waited behind it."""
    program = started(recorder.env)
    dovecot.deliver("Shown before")
    recorder.notifications.wait_toast("Shown before")
    program.wait_announced()
    recorder.notifications.set_delay(30)
    dovecot.deliver("Under way")
    dovecot.deliver("Behind it")
    program.wait_unseen(3)
    recorder.stop_notifier()
    recorder.start_notifier()
    recorder.notifications.wait_toast("Behind it")
    recorder.notifications.wait_toast("Under way")
    assert bodies(recorder) == ["Behind it", "Shown before", "Under way"]
    program.wait_announced()
    program.kill()  # all of them count as announced
    program.start_watching()
    dovecot.deliver("The last")
    recorder.notifications.wait_toast("The last")
    assert bodies(recorder) == ["Behind it", "Shown before", "The last", "Under way"]


def test_many_mails_without_a_daemon_are_one_digest_when_it_comes(started, dovecot, recorder):
    """Not one toast each."""
    program = started(recorder.env)
    recorder.stop_notifier()
    for number in range(12):
        dovecot.deliver(f"Mail {number}")
        if number < 4:
            program.wait_unseen(number + 1)
    program.wait_unseen(12)
    recorder.start_notifier()
    recorder.notifications.wait_toast("12 new mails")
    (toast,) = recorder.notifications.live().values()
    assert toast["lines"] == ["Bob"]


def test_a_mail_read_while_no_daemon_is_there_is_not_announced_later(started, dovecot, recorder):
    """Its toast would be old news."""
    program = started(recorder.env)
    recorder.stop_notifier()
    dovecot.deliver("Read elsewhere")
    program.wait_unseen(1)
    client = dovecot.imap("INBOX")
    client.store("1", "+FLAGS", "(\\Seen)")
    client.logout()
    program.wait_unseen(0)
    recorder.start_notifier()
    dovecot.deliver("Fresh")
    recorder.notifications.wait_toast("Fresh")
    assert bodies(recorder) == ["Fresh"]


# -- the session bus -------------------------------------------------------------------------------------


def test_when_the_session_bus_ends_a_window_stands_in_for_icon_and_toasts(
    started, dovecot, recorder, artifacts
):
    """The bus is killed under the program, which goes on watching, idle, and without it for the rest of its run."""
    program = started(recorder.env)
    wait_in_menu(recorder, "Quit")
    dovecot.deliver("Before")
    recorder.notifications.wait_toast("Before")
    program.wait_announced()
    recorder.kill_bus()
    wait_window(recorder, "1 unread — Mailbell")
    assert_idle(program)
    assert [each["state"] for each in program.status()] == ["watching"]
    dovecot.deliver("Into the window")
    wait_until(lambda: not gone(recorder, "2 unread"), "the mail in the window")
    recorder.screenshot(artifacts / "e2e-session-bus-gone.png")
    recorder.bus.start()
    recorder.start_notifier()
    recorder.start_panel()
    dovecot.deliver("Still in the window")
    wait_until(lambda: not gone(recorder, "3 unread"), "the mail in the window")
    assert_idle(program)
    assert program.run("quit").returncode == 0
    assert program.wait_end() == 0
    program.start_watching()
    wait_in_menu(recorder, "Still in the window")
    dovecot.deliver("After the restart")
    recorder.notifications.wait_toast("After the restart")
    assert bodies(recorder) == ["After the restart", "Before"]


def test_without_a_tray_a_window_that_was_put_aside_comes_back_when_the_session_bus_ends(started, bare):
    """There are no toasts any more, either."""
    program = started(bare.env)
    wait_window(bare, "— Mailbell")
    bare.tool("xdotool", "windowminimize", visible(bare, "— Mailbell")[-1])
    wait_until(lambda: gone(bare, "— Mailbell"), "the window to go")
    bare.kill_bus()
    wait_window(bare, "— Mailbell")
    assert program.running


def test_what_waited_for_a_daemon_when_the_bus_ended_is_announced_in_the_next_run(started, dovecot, recorder):
    """Nobody has shown it."""
    program = started(recorder.env)
    wait_in_menu(recorder, "Quit")
    recorder.stop_notifier()
    dovecot.deliver("Nobody has shown me")
    wait_until(lambda: "No notification daemon answered" in program.log_text(), "the toast to wait")
    recorder.kill_bus()
    wait_window(recorder, "1 unread — Mailbell")
    assert program.run("quit").returncode == 0
    assert program.wait_end() == 0
    recorder.bus.start()
    recorder.start_notifier()
    program.start_watching()
    recorder.notifications.wait_toast("Nobody has shown me")


def test_without_a_session_bus_at_the_start_the_tray_is_the_old_one(started, dovecot, recorder):
    """XEmbed, which needs no bus; a balloon of the icon announces new mail, also of what came before the icon."""
    program = started({**recorder.env, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"})
    dovecot.deliver("In a balloon")
    wait_until(lambda: bool(icon(recorder)), "the icon in the old tray")
    wait_until(lambda: bool(balloon(recorder)), "the balloon")
    assert_idle(program)


def test_with_neither_bus_nor_tray_there_is_a_window(started, dovecot, bare):
    """And what was shown before it came is in it."""
    program = started({**bare.env, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"})
    dovecot.deliver("Somewhere at least")
    program.wait_unseen(1)
    wait_window(bare, "1 unread — Mailbell")
    assert_idle(program)


# -- the screen ------------------------------------------------------------------------------------------


def test_a_session_that_ends_right_after_the_start_takes_the_program_with_it(started, bare):
    """The bus first, so that a window is made when the X server goes: it hung, and held the next log-in's place."""
    program = started(bare.env)
    screen = bare.pids()["screen"]
    os.kill(screen, signal.SIGSTOP)  # the window waits for it
    bare.kill_bus()
    wait_until(lambda: "There is no tray" in program.log_text(), "the window")
    os.kill(screen, signal.SIGKILL)
    assert program.wait_end() == 1


def icon(desktop):
    """Windows of the program's that are as small as an icon."""
    return [each for each in places(desktop) if each[0] == "mailbell" and 16 <= each[3] <= 48]


def balloon(desktop):
    """Windows of the program's that are larger than an icon and have no title of their own."""
    return [each for each in places(desktop) if each[0] == "mailbell" and each[3] > 48]
