"""How the program begins and ends, on good days and bad."""

from __future__ import annotations

import os
import signal

import pytest

from tests.e2e.windows import gone, wait_window
from tests.rig.processes import wait_until


def test_the_titles_of_the_last_run_are_there_before_the_server_is(program, dovecot, desktop):
    """A menu that is empty until the network is up would be of no use at log-in."""
    dovecot.deliver("From the last run")
    program.add_account(dovecot)
    program.start_watching()
    program.stop()
    with dovecot.stopped():
        program.start()
        account = program.wait_state("waiting")
        assert [title["subject"] for title in account["latest"]] == ["From the last run"]
        assert account["error"]
        tray = desktop.tray()
        tray.wait()
        wait_until(
            lambda: any("From the last run" in label for label in tray.menu()), "the title in the menu"
        )
        tray.close()
    program.wait_state("watching")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(program, dovecot, desktop, number):
    """As a log-out or Ctrl+C does; the server gets LOGOUT."""
    # A shell that runs the tests in the background ignores SIGINT, and the program would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    program.add_account(dovecot)
    program.start_watching()
    os.kill(program.pid, number)
    assert program.wait_end() == 0
    assert "Traceback" not in program.log_text()
    wait_until(lambda: "Logged out" in dovecot.log_text(), "the log-out")


def test_it_ends_in_time_although_the_server_hangs(program, dovecot, desktop):
    """A log-out must not wait for a server."""
    program.add_account(dovecot)
    program.start_watching()
    dovecot.freeze()
    try:
        os.kill(program.pid, signal.SIGTERM)
        assert program.wait_end(6) == 0
    finally:
        dovecot.thaw()


def test_broken_settings_are_said_to_somebody_who_clicked_the_icon(program, dovecot, desktop, artifacts):
    """There is no terminal to read; the file stays as it is."""
    program.add_account(dovecot)
    (file,) = program.profile.rglob("settings.toml")
    file.write_text("titles = 'many'\n", "utf-8")
    program.start()
    wait_window(desktop, "^Mailbell$")
    desktop.screenshot(artifacts / "e2e-broken-settings.png")
    desktop.key("Escape")
    wait_until(lambda: gone(desktop, "^Mailbell$"), "the message to be closed")
    assert program.wait_end() == 1
    assert "titles" in program.log_text()
    assert file.read_text("utf-8") == "titles = 'many'\n"


def test_an_account_added_while_it_runs_is_watched_at_once(program, dovecot, desktop):
    """`mailbell account add` reaches the running instance; `remove` too."""
    program.add_account(dovecot, "First")
    program.start_watching()
    program.add_account(dovecot, "Second", "--no-check")
    wait_until(lambda: [each["state"] for each in program.status()] == ["watching"] * 2, "both to be watched")
    assert program.run("account", "remove", "First").returncode == 0
    wait_until(lambda: [each["name"] for each in program.status()] == ["Second"], "one to be left")


def test_toasts_switched_off_are_off_and_nothing_is_announced_later(program, dovecot, recorder):
    """The count goes on."""
    program.add_account(dovecot)
    (file,) = program.profile.rglob("settings.toml")
    file.write_text("toasts = false\n" + file.read_text("utf-8"), "utf-8")
    program.start_watching()
    dovecot.deliver("Quietly")
    program.wait_unseen(1)
    program.stop()
    file.write_text(file.read_text("utf-8").replace("toasts = false", "toasts = true"), "utf-8")
    program.start_watching()
    dovecot.deliver("Aloud")
    recorder.notifications.wait_toast("Aloud")
    assert [toast["lines"][0] for toast in recorder.notifications.toasts()] == ["Aloud"]
