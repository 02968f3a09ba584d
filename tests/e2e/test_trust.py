"""A server of one's own, whose certificate nobody vouches for: shown, trusted by keyboard, and watched over."""

from __future__ import annotations

import pytest

from tests.e2e.windows import gone, wait_window
from tests.real.dovecot import Certificate, Dovecot, make_certificates
from tests.rig.processes import wait_until

LINE = "Show the certificate of Work…"


@pytest.fixture
def dovecot():
    """A mail server that certifies itself."""
    with Dovecot(certificate=Certificate.SELF_SIGNED) as dovecot:
        yield dovecot


def wait_error(program, words):
    """Wait until the account waits because of this."""
    program.wait_state("waiting")
    wait_until(
        lambda: any(words in (each["error"] or "") for each in program.status()), f"the error {words!r}", 30
    )


def open_certificate(desktop, tray):
    """Click the line; it is not in the menu just while the server is tried again."""

    def clicked():
        try:
            tray.click(LINE)
        except LookupError:
            return False
        return True

    wait_until(clicked, "the line in the menu")
    wait_window(desktop, "Certificate of")


def log_ins(dovecot):
    return dovecot.log_text().count("Login: user=<")


def test_a_certificate_is_trusted_by_keyboard_and_another_one_is_not(desktop, program, dovecot, artifacts):
    """No password leaves before; a new certificate is refused and explained, and accepted once it was compared."""
    program.add_account(dovecot, "Work", "--no-check")
    program.start()
    wait_error(program, "is self-signed")
    tray = desktop.tray()
    tray.wait()
    wait_until(lambda: LINE in tray.menu(), "the line in the menu")
    x, y = desktop.wait_tray_icon()
    desktop.click(x, y, 3)
    desktop.screenshot(artifacts / "e2e-trust-menu.png")
    desktop.key("Escape")
    assert log_ins(dovecot) == 0
    open_certificate(desktop, tray)
    desktop.screenshot(artifacts / "e2e-trust.png")
    desktop.key("alt+t")
    wait_until(lambda: gone(desktop, "Certificate of"), "the dialog to close")
    program.wait_state("watching")
    before = log_ins(dovecot)
    assert before > 0

    make_certificates(dovecot.home, Certificate.SELF_SIGNED)
    dovecot.restart()
    wait_error(program, "it has changed")
    open_certificate(desktop, tray)
    desktop.key("alt+t")  # not before it was compared
    desktop.screenshot(artifacts / "e2e-trust-changed.png")
    desktop.key("Return")
    wait_until(lambda: gone(desktop, "Certificate of"), "the dialog to close")
    wait_error(program, "it has changed")
    assert log_ins(dovecot) == before
    open_certificate(desktop, tray)
    desktop.key("alt+i")

    def trusted():
        desktop.key("alt+t")  # again while the box is being ticked
        return gone(desktop, "Certificate of")

    wait_until(trusted, "the dialog to close")
    program.wait_state("watching")
    tray.close()
    said = program.log_text()
    assert [word for word in (dovecot.password, "anna", "example.org") if word in said] == []
