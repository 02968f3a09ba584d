"""Settings that are changed while the program runs, by keyboard."""

from __future__ import annotations

from tests.e2e.windows import gone, wait_window
from tests.rig.processes import wait_until


def open_settings(desktop):
    """From the menu of the tray."""
    tray = desktop.tray()
    tray.wait()
    tray.click("Settings…")
    tray.close()
    wait_window(desktop, "Mailbell Settings")


def names(program):
    return [account["name"] for account in program.status()]


def log_ins(dovecot):
    return dovecot.log_text().count("Login: user=<")


def test_a_running_account_is_changed_without_a_new_connection_or_an_old_toast(
    desktop, program, dovecot, artifacts
):
    """Renamed while it watches; the next mail is announced under the new name."""
    program.add_account(dovecot)
    program.start_watching()
    dovecot.deliver("Before the change")
    desktop.notifications.wait_toast("Before the change")
    connections, toasts = log_ins(dovecot), len(desktop.notifications.toasts())
    open_settings(desktop)
    desktop.key("Tab")  # from the list to Test
    desktop.key("Tab")
    desktop.key("ctrl+a")
    desktop.type("Office")
    desktop.key("Return")
    wait_until(lambda: names(program) == ["Office"], "the new name")
    assert program.status()[0]["state"] == "watching"
    dovecot.deliver("After the change")
    desktop.notifications.wait_toast("After the change")
    assert len(desktop.notifications.toasts()) == toasts + 1
    assert log_ins(dovecot) == connections
    desktop.key("Escape")
    wait_until(lambda: gone(desktop, "Mailbell Settings"), "the settings to close")


def test_what_was_removed_rests_and_is_there_again_after_undo_and_gone_after_closing(
    desktop, program, dovecot, artifacts
):
    """Removing asks nothing, and deletes nothing while it can be undone, at most until the window is closed."""
    program.add_account(dovecot)
    program.start_watching()
    dovecot.deliver("Told once")
    desktop.notifications.wait_toast("Told once")
    toasts = len(desktop.notifications.toasts())
    open_settings(desktop)
    desktop.key("Delete")
    wait_until(lambda: names(program) == [], "the account to rest")
    assert "Work" in program.run("account", "list").stdout
    desktop.screenshot(artifacts / "e2e-removed.png")
    desktop.key("ctrl+z")
    program.wait_state("watching")
    assert [t["summary"] for t in desktop.notifications.toasts()[toasts:]] == []
    desktop.key("Delete")
    wait_until(lambda: names(program) == [], "the account to rest")
    desktop.key("Escape")
    wait_until(lambda: gone(desktop, "Mailbell Settings"), "the settings to close")
    assert "There is no account yet." in program.run("account", "list").stdout
    assert dovecot.password not in "".join(
        path.read_text("utf-8", "replace") for path in program.profile.rglob("*") if path.is_file()
    )
