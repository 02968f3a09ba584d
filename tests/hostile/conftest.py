"""One hostile server and the whole program watching it, for all attacks of the session."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.hostile import gauge
from tests.hostile.server import HostileServer
from tests.rig.desktop import VirtualDesktop
from tests.rig.processes import wait_until


@dataclass
class Prey:
    """The program under attack."""

    program: Program
    server: HostileServer
    desktop: VirtualDesktop
    socket: Path
    figures: list[str] = field(default_factory=list)
    at_rest: float = 0.0
    """MB of its own before the first attack."""

    def state(self) -> str:
        """How its account is doing."""
        return gauge.ask(self.socket, "status")["status"]["accounts"][0]["state"]

    def nudge(self) -> str:
        """Have it try again at once where it waits, as a person would; how its account is doing."""
        assert self.program.running, self.program.said()
        state = self.state()
        if state in {"waiting", "needs-credentials"}:
            gauge.ask(self.socket, "check")
            time.sleep(0.05)  # the rhythm of a person, not a wait for a result
        return state

    def calm(self, seconds: float = 15.0) -> None:
        """Wait until it watches and idles; a connection on which IDLE was refused is ended after a second."""
        anew = time.monotonic() + 1

        def watching() -> bool:
            nonlocal anew
            state = self.nudge()
            if state == "watching" and self.server.idling() is None and time.monotonic() > anew:
                self.server.drop()
                anew += 1
            return state == "watching" and self.server.idling() is not None

        wait_until(watching, "calm", seconds)

    def wait_told(self, text: str) -> None:
        """Wait until a toast tells of `text`."""
        wait_until(lambda: bool(self.nudge()) and self.told(text) > 0, f"a toast about {text}", 15)

    def told(self, text: str) -> int:
        """How many toasts told of it; a digest that is brought up to date is one."""
        toasts = self.desktop.notifications.toasts()
        return len({each["id"] for each in toasts if text in each["body"] or text in each["summary"]})

    def dismiss(self) -> None:
        """A person clears the screen."""
        for identity in self.desktop.notifications.live():
            self.desktop.notifications.dismiss(identity)


@pytest.fixture(scope="session")
def hunting_ground():
    """A desktop that remembers every toast."""
    with VirtualDesktop(notifier="record", panel=False) as desktop:
        yield desktop


@pytest.fixture(scope="session")
def prey(hunting_ground):
    """The program, watching a server that behaves so far."""
    folder = Path(tempfile.mkdtemp(prefix="prey-"))
    with HostileServer() as server:
        # Where there is no graphics card, OpenGL is software of 60 MB, loaded with the first window.
        program = Program(folder, {**hunting_ground.env, "QT_XCB_GL_INTEGRATION": "none"})
        program.add_account(server)
        program.start_watching()
        prey = Prey(program, server, hunting_ground, program.socket)
        try:
            prey.calm()
            server.deliver("Warm-up")
            prey.wait_told("Warm-up")
            prey.at_rest = gauge.own(program.pid)
            yield prey
        finally:
            program.stop()
            print(*prey.figures, sep="\n")
    shutil.rmtree(folder, ignore_errors=True)
