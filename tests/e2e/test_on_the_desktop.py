"""With keyboard and mouse, as a person uses it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.e2e.program import Program
from tests.e2e.test_desktop_comes_and_goes import wait_in_menu
from tests.e2e.test_main_job import flags
from tests.e2e.typeable import TypeableDovecot
from tests.e2e.windows import active, gone, places, properties, visible, wait_window
from tests.rig.desktop import VirtualDesktop
from tests.rig.processes import wait_until
from tests.rig.tray import WATCHER
from tray import APPLICATION_ID
from tray.assets import resource


@pytest.fixture
def dovecot():
    """A mail server whose user types the password."""
    with TypeableDovecot() as dovecot:
        yield dovecot


@pytest.fixture
def keyring_desktop():
    """A desktop with an open keyring."""
    with VirtualDesktop(keyring="unlocked") as desktop:
        yield desktop


@pytest.fixture
def bare_desktop():
    """A desktop without a panel."""
    with VirtualDesktop(panel=False, notifier="record") as desktop:
        yield desktop


@pytest.fixture
def started(tmp_path):
    """Start programs on a desktop, and end them with the test."""
    programs = []

    def start(desktop):
        program = Program(tmp_path, desktop.env)
        programs.append(program)
        return program

    yield start
    for program in programs:
        program.stop()


def test_an_account_is_added_by_keyboard_and_its_mail_is_toasted(
    keyring_desktop, dovecot, started, artifacts
):
    """From the first start to the first toast without a mouse, past every hindrance; the password is in the keyring."""
    desktop, program = keyring_desktop, started(keyring_desktop)
    dovecot.deliver("Here before", "Anna Berg <anna.berg@example.org>")
    program.start()
    wait_window(desktop, "Welcome to Mailbell")
    desktop.type("anna@mail.invalid")
    desktop.key("Tab")
    desktop.type(dovecot.password)
    desktop.key("Return")
    wait_until(lambda: "mail server found nothing" in program.log_text(), "the end of the search", 60)
    # The field for the server has the keyboard now.
    desktop.type(f"localhost:{dovecot.port_tls}")
    desktop.key("Return")

    # Nobody has vouched for its certificate: the link to it is in a bar then.
    def certificate_is_shown():
        desktop.key("alt+l")
        return bool(visible(desktop, "Certificate of"))

    wait_until(certificate_is_shown, "the certificate")
    wait_window(desktop, "Certificate of")
    desktop.screenshot(artifacts / "e2e-first-page-certificate.png")
    desktop.key("alt+t")
    wait_until(lambda: "user=<anna@mail.invalid>" in dovecot.log_text(), "the refusal of this user")
    desktop.screenshot(artifacts / "e2e-first-page-refused.png")
    # The server knows the user by another name: there is a link for that, then a field with a guess.
    wait_until(lambda: active(desktop) == "Welcome to Mailbell", "the page to have the keyboard again")
    before = page_height(desktop)
    desktop.key("alt+u")
    wait_until(lambda: page_height(desktop) != before, "the field for the user name")
    desktop.key("Return")
    wait_until(lambda: "Login: user=<anna>" in dovecot.log_text(), "the log-in with the other name")
    wait_window(desktop, "You are all set")
    desktop.notifications.wait_toast("This is how Mailbell tells you of new mail.")
    program.wait_state("watching")
    desktop.screenshot(artifacts / "e2e-first-page-done.png")
    desktop.key("Return")
    wait_until(lambda: gone(desktop, "You are all set"), "the page to close")
    dovecot.deliver("Typed without a mouse")
    desktop.notifications.wait_toast("Typed without a mouse")
    assert dovecot.password not in "".join(
        path.read_text("utf-8", "replace") for path in program.profile.rglob("*") if path.is_file()
    )
    program.stop()
    program.start_watching()  # the keyring has kept it


def page_height(desktop):
    """Of the first page, which grows and shrinks with what it shows."""
    return [height for title, _, _, _, height in places(desktop) if title == "Welcome to Mailbell"]


def pasted(desktop):
    """What another program would paste."""
    code = "from PyQt5.QtWidgets import QApplication as A; a = A([]); print(a.clipboard().text())"
    argv = [sys.executable, "-c", code]
    return subprocess.run(argv, env=desktop.env, capture_output=True, text=True, check=True).stdout.strip()


def test_clicks_on_the_real_buttons_mark_the_mail_as_read_and_copy_a_code(
    desktop, program, dovecot, artifacts
):
    """xfce4-notifyd draws them, the mouse presses them, Dovecot keeps the flag."""
    program.add_account(dovecot)
    program.start_watching()
    desktop.wait_tray_icon()
    dovecot.deliver("Press me with the mouse")
    desktop.notifications.wait_toast("Press me with the mouse")

    def toast():
        return [each for each in places(desktop) if "notifyd" in each[0] and each[3] > 200 and each[4] > 60]

    wait_until(lambda: bool(toast()), "the toast on the screen")
    desktop.screenshot(artifacts / "e2e-toast-button.png")
    _, x, y, width, height = toast()[-1]
    desktop.click(x + width // 2, y + height - 30)  # between "Open" and "Archive"
    wait_until(lambda: "\\Seen" in flags(dovecot), "the flag on the server")
    program.wait_unseen(0)
    dovecot.deliver("Your log-in code", body="Use 482 913 to log in.\n")
    desktop.notifications.wait_toast("Code 482\u00a0913 – Bob")
    wait_until(lambda: len(toast()) == 1, "the second toast alone on the screen")
    _, x, y, width, height = toast()[-1]
    desktop.click(x + width // 2, y + height - 30)  # between "Open" and "Mark as read"
    desktop.notifications.wait_toast("Copied")
    wait_until(lambda: pasted(desktop) == "482913", "the code on the clipboard")


def test_without_a_tray_a_window_does_its_job(bare_desktop, dovecot, started, artifacts):
    """With the titles, and with what to do to get a tray; a panel that comes later gets the icon."""
    desktop, program = bare_desktop, started(bare_desktop)
    dovecot.deliver("In the window", "Zoë <zoe@example.org>")
    program.add_account(dovecot)
    program.start_watching()
    wait_window(desktop, "Mailbell")
    desktop.screenshot(artifacts / "e2e-window.png")
    dovecot.deliver("Toasts work without a tray")
    desktop.notifications.wait_toast("Toasts work without a tray")
    desktop.start_panel()
    desktop.wait_tray_icon()
    wait_in_menu(desktop, "In the window")
    wait_until(lambda: gone(desktop, "unread — Mailbell"), "the window to close for the icon")
    desktop.screenshot(artifacts / "e2e-late-panel.png")


def test_on_the_first_start_without_a_tray_no_window_comes_over_what_is_typed(
    bare_desktop, started, artifacts
):
    """The window that stands in for the icon waits until the dialogs are closed."""
    desktop, program = bare_desktop, started(bare_desktop)
    program.start()
    wait_window(desktop, "Welcome to Mailbell")

    def typed_until_a_window_is_wanted():
        desktop.type("x")
        return "There is no tray" in program.log_text()

    wait_until(typed_until_a_window_is_wanted, "the end of the wait for a panel", 60)
    for _ in range(100):
        desktop.type("y")
        assert active(desktop) == "Welcome to Mailbell"
    assert gone(desktop, "— Mailbell")
    desktop.screenshot(artifacts / "e2e-first-start-without-tray.png")
    desktop.key("Escape")
    wait_until(lambda: gone(desktop, "Welcome to Mailbell"), "the page to be closed")
    wait_window(desktop, "— Mailbell")


def test_the_panel_stands_an_icon_that_comes_with_each_mail_and_goes_when_it_is_read(
    desktop, program, dovecot
):
    """The tray of Xfce's crashes where an icon goes before it has answered what the panel has asked of it."""
    program.add_account(dovecot)
    settings = program.profile / "settings.toml"
    settings.write_text(f"hide_icon = true\n{settings.read_text()}")
    program.start_watching()
    tray = desktop.tray()
    before = desktop.bus.owner(WATCHER)
    for number in range(6):
        dovecot.deliver(f"Mail {number}")
        tray.wait()
        with dovecot.imap("INBOX") as client:
            client.store("1:*", "+FLAGS", "(\\Seen)")
        wait_until(lambda: not tray.list(), "the icon to go")
    assert desktop.bus.owner(WATCHER) == before


def test_the_tray_menu_opens_settings_and_about(desktop, program, dovecot, artifacts):
    """One window for both."""
    program.add_account(dovecot)
    program.start_watching()
    tray = desktop.tray()
    tray.wait()
    tray.click("Settings…")
    wait_window(desktop, "Mailbell Settings")
    desktop.screenshot(artifacts / "e2e-settings-page.png")
    facts = properties(desktop, "Mailbell Settings")
    entry = resource(f"share/applications/{APPLICATION_ID}.desktop").read_text("utf-8")
    (wm_class,) = re.findall("^StartupWMClass=(.*)$", entry, re.MULTILINE)
    assert f'"{wm_class}"' in facts["WM_CLASS(STRING)"]  # or a desktop cannot tell whose window it is
    assert "_NET_WM_CONTEXT_HELP" not in facts["WM_PROTOCOLS(ATOM)"]  # a "?" in the title bar
    desktop.key("Escape")
    tray.click("Until resumed")
    tray.close()
    program.wait_state("paused")
    desktop.screenshot(artifacts / "e2e-paused.png")


def test_a_refused_password_is_asked_for_in_the_menu_and_the_answer_is_used(
    desktop, program, dovecot, artifacts
):
    """The icon says that something is wrong, the menu says what, a click asks."""
    program.add_account(dovecot)
    (secret,) = program.profile.rglob("insecure-secrets.json")
    right = secret.read_text("utf-8")
    secret.write_text(right.replace("w", "x"), "utf-8")
    program.start()
    program.wait_state("needs-credentials")
    tray = desktop.tray()
    tray.wait()
    wait_until(lambda: any("password" in label for label in tray.menu()), "the problem in the menu")
    line = next(each.label for each in tray.entries() if each.visible and "the password for" in each.label)
    x, y = desktop.wait_tray_icon()
    desktop.click(x, y, 3)
    desktop.screenshot(artifacts / "e2e-problem.png")
    desktop.key("Escape")
    tray.click(line)
    tray.close()
    wait_window(desktop, "Password for")
    desktop.type(dovecot.password)
    desktop.screenshot(artifacts / "e2e-password.png")
    desktop.key("Return")
    program.wait_state("watching")


def test_the_demo_needs_nothing_and_shows_everything(desktop, tmp_path, artifacts):
    """A tray icon, a menu of titles and a toast, on a server of its own; nothing is left behind."""
    program = Program(tmp_path, desktop.env)
    program.start_demo()
    try:
        before = len(desktop.notifications.toasts())
        x, y = desktop.wait_tray_icon()
        wait_until(lambda: "connected to" in program.log_text(), "the connection", 60)
        wait_until(lambda: len(desktop.notifications.toasts()) > before, "a toast", 60)
        desktop.click(x, y, 3)
        desktop.screenshot(artifacts / "e2e-demo.png")
        desktop.key("Escape")
        wait_until(lambda: "toast: " in program.log_text(), "the toast in words")
    finally:
        program.stop()
    assert "Traceback" not in program.log_text()
