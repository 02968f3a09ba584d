"""On Wayland: a small Sway, with a tray and mako, and without a tray."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.e2e.program import Program
from tests.real.dovecot import Dovecot
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
