"""On Wayland: a small Sway, with a tray and mako, and without a tray."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.real.dovecot import Dovecot
from tests.rig.desktops.desktop import changed
from tests.rig.desktops.names import DESKTOPS
from tests.rig.desktops.sway import Sway
from tests.rig.desktops.tour import TRAY_STEPS, WINDOW_STEPS, Tour
from tests.rig.processes import wait_until


@pytest.mark.parametrize(("name", "steps"), [("sway-mako", TRAY_STEPS), ("sway-no-tray", WINDOW_STEPS)])
def test_everything_that_a_user_does_works_on_sway(name, steps, tmp_path, artifacts):
    """Icon or window, menu, toast, its button, settings, About, quit, the dark style; see the Tour."""
    lacking = Sway.missing()
    if lacking:
        pytest.skip("Sway needs: " + ", ".join(lacking))
    with DESKTOPS[name]() as desktop:
        results = Tour(desktop, name, tmp_path, artifacts).walk()
    assert results == dict.fromkeys(steps, "")


def test_a_code_is_copied_though_no_window_has_the_keyboard(tmp_path):
    """By wl-copy; it is taken off the clipboard at the end of the program."""
    lacking = [*Sway.missing(), *(name for name in ("wl-copy", "wl-paste") if shutil.which(name) is None)]
    if lacking:
        pytest.skip("it needs: " + ", ".join(lacking))
    with Sway() as desktop, Dovecot() as dovecot:

        def pasted():
            argv = ["wl-paste", "--no-newline"]
            return subprocess.run(argv, env=desktop.env, capture_output=True, text=True, check=False).stdout

        program = Program(tmp_path, desktop.env)
        program.add_account(dovecot)
        program.start_watching()
        dovecot.deliver("Your log-in code", body="Use 482 913 to log in.\n")
        toast = desktop.notifications.wait_toast("Code 482\u00a0913 – Bob")
        desktop.tool("makoctl", "invoke", "-n", str(toast["id"]), "copy-code")
        desktop.notifications.wait_toast("Copied")
        wait_until(lambda: pasted() == "482913", "the code on the clipboard")
        program.stop()
        assert pasted() == ""


def test_the_token_of_a_click_on_a_toast_reaches_the_mail_program(tmp_path):
    """As the desktop starts it: with the token in both variables, so that its window comes to the front."""
    lacking = [*Sway.missing(), *([] if shutil.which("gio") else ["gio"])]
    if lacking:
        pytest.skip("it needs: " + ", ".join(lacking))
    seen, bird = tmp_path / "seen", tmp_path / "bird"
    bird.write_text(
        f'#!/bin/sh\necho "$XDG_ACTIVATION_TOKEN $DESKTOP_STARTUP_ID" >{seen}.new\nmv {seen}.new {seen}\n'
    )
    asked = tmp_path / "bin" / "xdg-mime"
    asked.parent.mkdir()
    asked.write_text("#!/bin/sh\necho bird.desktop\n")
    for script in (bird, asked):
        script.chmod(0o755)
    with Sway() as desktop, Dovecot() as dovecot:
        desktop.env["PATH"] = f"{asked.parent}:{desktop.env['PATH']}"
        entry = Path(desktop.env["XDG_DATA_HOME"], "applications", "bird.desktop")
        entry.write_text(
            f"[Desktop Entry]\nType=Application\nName=Bird\nExec={bird} %u\nStartupNotify=true\n"
        )
        program = Program(tmp_path, desktop.env)
        program.add_account(dovecot)
        program.start_watching()
        before = desktop.screenshot(tmp_path / "before.png")
        dovecot.deliver("Lunch?")
        desktop.notifications.wait_toast("Bob")
        boxes = []

        def stands_still():
            boxes.append(changed(before, desktop.screenshot(tmp_path / "now.png"), desktop.toast_area))
            return boxes[-1] is not None and boxes[-2:].count(boxes[-1]) == 2

        wait_until(stands_still, "the toast")
        desktop.click(boxes[-1].x + 40, boxes[-1].y + 20)  # makoctl would give no token
        wait_until(seen.exists, "the mail program")
        program.stop()
    first, second = seen.read_text().removesuffix("\n").split(" ")
    assert first == second != ""
