"""One hostile server and the whole program watching it, for all attacks of the session."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.hostile import measures
from tests.hostile.server import HostileServer
from tests.rig.desktop import VirtualDesktop
from tests.rig.notifications import shown_lines
from tests.rig.processes import wait_until
from tray.cli.running_instance import ask
from tray.desktop.storage.settings_file import SettingsFile
from tray.mail.notifications.notifier import WINDOW
from tray.mail.settings.fields import DIGEST_MAX

_TOGETHER = (DIGEST_MAX - 4) // 2
"""Mails after attacks within ten seconds; most attacks come with one more mail."""


@dataclass
class AttackedProgram:
    """The program under attack."""

    program: Program
    server: HostileServer
    desktop: VirtualDesktop
    socket: Path
    figures: list[str] = field(default_factory=list)
    announced: list[float] = field(default_factory=list)
    """When the mails after the attacks were waited for."""
    base_memory: float = 0.0
    """MB of its own before the first attack."""

    def state(self) -> str:
        """The state of its account."""
        return self.program.status()[0]["state"]

    def check_now(self) -> str:
        """Have it try again now where it waits, as a user would; the state of its account."""
        assert self.program.running, self.program.log_text()
        state = self.state()
        if state in {"waiting", "needs-credentials"}:
            ask(self.socket, "check")
            time.sleep(0.05)  # as often as a user might, not a wait for a result
        return state

    def wait_idling(self, seconds: float = 60.0) -> None:
        """Wait until it watches and idles; a connection on which IDLE was refused is ended after a second."""
        anew = time.monotonic() + 1

        def watching() -> bool:
            nonlocal anew
            state = self.check_now()
            if state == "watching" and self.server.idling() is None and time.monotonic() > anew:
                self.server.drop()
                anew += 1
            return state == "watching" and self.server.idling() is not None

        wait_until(watching, "IDLE", seconds)

    def wait_toast(self, text: str) -> None:
        """Wait until a toast shows `text`."""
        self.announced.append(time.monotonic())
        wait_until(
            lambda: bool(self.check_now()) and self.toasts_about(text) > 0, f"a toast about {text}", 40
        )

    def wait_for_room(self) -> None:
        """Wait until so few mails came in the last ten seconds that the next ones have toasts of their own."""

        def has_room() -> bool:
            since = time.monotonic() - WINDOW
            return sum(when > since for when in self.announced) < _TOGETHER

        wait_until(has_room, "earlier mails to be long enough ago", WINDOW + 5)

    def toasts_about(self, text: str) -> int:
        """How many toasts show it; a digest that is brought up to date is one."""
        toasts = self.desktop.notifications.toasts()
        return len({each["id"] for each in toasts if any(text in line for line in shown_lines(each))})

    def dismiss(self) -> None:
        """Dismiss every toast, as a user does."""
        for identity in self.desktop.notifications.live():
            self.desktop.notifications.dismiss(identity)


@pytest.fixture(scope="session")
def recording_desktop():
    """A desktop that records every toast."""
    with VirtualDesktop(notifier="record", panel=False) as desktop:
        yield desktop


@pytest.fixture(scope="session")
def attacked(recording_desktop):
    """The program, watching a server that behaves so far."""
    folder = Path(tempfile.mkdtemp(prefix="attacked-"))
    with HostileServer() as server:
        # Where there is no graphics card, OpenGL is software of 60 MB, loaded with the first window.
        program = Program(folder, {**recording_desktop.env, "QT_XCB_GL_INTEGRATION": "none"})
        program.add_account(server)
        file = SettingsFile(program.profile / "settings.toml")
        file.save(replace(file.load(), digest_from=DIGEST_MAX))  # each mail has a toast of its own
        program.start_watching()
        attacked = AttackedProgram(program, server, recording_desktop, program.socket)
        try:
            attacked.wait_idling()
            server.deliver("Warm-up")
            attacked.wait_toast("Warm-up")
            attacked.base_memory = measures.own_memory(program.pid)
            yield attacked
        finally:
            program.stop()
            print(*attacked.figures, sep="\n")
    shutil.rmtree(folder, ignore_errors=True)
