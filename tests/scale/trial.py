"""The whole program with many accounts on one server, and a burst of mail to one of them, measured."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.program import Program
from tests.rig.desktop import VirtualDesktop
from tests.rig.processes import wait_until
from tests.scale.measures import Pinging, memory, processor_seconds, wait_until_idle
from tests.scale.server import ManyUsersDovecot
from tray.desktop.secrets import file
from tray.desktop.storage.paths import for_profile
from tray.desktop.storage.settings_file import SettingsFile
from tray.mail.model.account import Account, AccountId, SecretSource
from tray.mail.model.secret import Secret
from tray.mail.settings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any


_OLD_MAILS = 12
"""Mails that each mailbox holds before: more than the titles that are shown."""


@dataclass
class Figures:
    """What was seen; times in seconds, memory in MB."""

    accounts: int
    mails: int
    all_watching: float = 0.0
    """From the start of the process until every account was watched."""
    memory_of_one: tuple[float, float] = (0.0, 0.0)
    memory_before: tuple[float, float] = (0.0, 0.0)
    memory_after: tuple[float, float] = (0.0, 0.0)
    delivering: float = 0.0
    """How long it took to put the burst into the mailbox."""
    counted: float = 0.0
    """From the first mail of the burst until all were counted."""
    burst_processor: float = 0.0
    """Processor time of the program from the first mail until a while after the last was counted."""
    idle_processor: float = 0.0
    """Processor time in three seconds without work."""
    slowest_status: float = 0.0
    slowest_tray: float = 0.0
    slowest_menu: float = 0.0
    status_answers: int = 0
    tray_answers: int = 0
    toasts: Sequence[dict[str, Any]] = ()
    """What was on the screen after the burst."""
    shown: int = 0
    """Notify calls that the burst caused."""
    peak_live: int = 0
    """Most toasts that were on the screen together during the burst."""
    menu_entries: int = 0
    log_text: str = ""

    @property
    def growth(self) -> float:
        """Memory that each account costs beside the first."""
        return (self.memory_before[1] - self.memory_of_one[1]) / (self.accounts - 1)

    def __str__(self) -> str:
        return (
            f"{self.accounts} accounts watching after {self.all_watching:.2f} s\n"
            f"memory (PSS, own part): 1 account {_megabytes(self.memory_of_one)}, {self.accounts} accounts"
            f" {_megabytes(self.memory_before)}: {self.growth:.2f} MB an account;"
            f" after the burst {_megabytes(self.memory_after)}\n"
            f"{self.mails} mails delivered in {self.delivering:.2f} s, all counted after {self.counted:.2f} s,"
            f" {self.burst_processor:.2f} s of processor time; in 3 s without work {self.idle_processor:.2f} s\n"
            f"slowest answers during the burst: status {self.slowest_status * 1000:.0f} ms"
            f" (of {self.status_answers}), tray item {self.slowest_tray * 1000:.0f} ms (of {self.tray_answers}),"
            f" menu {self.slowest_menu * 1000:.0f} ms with {self.menu_entries} visible entries\n"
            f"toasts on the screen: {[each['summary'] for each in self.toasts]}, at most {self.peak_live}"
            f" together, {self.shown} calls"
        )


def run(folder: Path, accounts: int, mails: int) -> Figures:
    """One trial; its profiles lie in `folder`."""
    figures = Figures(accounts, mails)
    with ManyUsersDovecot(accounts) as server, VirtualDesktop(notifier="record") as desktop:
        server.fill(_OLD_MAILS)
        alone = Program(folder / "one", desktop.env)
        _prepare(alone, server, 1)
        try:
            _start(alone, desktop, 1)
            figures.memory_of_one = _settled_memory(alone.pid)
        finally:
            alone.stop()
        program = Program(folder / "many", desktop.env)
        _prepare(program, server, accounts)
        try:
            figures.all_watching = _start(program, desktop, accounts)
            figures.memory_before = _settled_memory(program.pid)
            _burst(figures, program, server, desktop)
        finally:
            program.stop()
            figures.log_text = program.log_text()
    return figures


def _megabytes(sizes: tuple[float, float]) -> str:
    return f"{sizes[0]:.1f} MB ({sizes[1]:.1f})"


def _prepare(program: Program, server: ManyUsersDovecot, accounts: int) -> None:
    """Write settings and passwords as a user's would be after so many `account add`."""
    program.profile.parent.mkdir(parents=True, exist_ok=True)
    paths = for_profile(program.profile)
    values = tuple(
        Account(
            id=AccountId(user),
            name=user.title(),
            email=f"{user}@example.org",
            host=server.host,
            user=user,
            port=server.port_tls,
            secret=SecretSource.FILE,
            ca_file=server.ca_file,
        )
        for user in server.users[:accounts]
    )
    SettingsFile(paths.settings_file).save(Settings(accounts=values))
    for account in values:
        file.write(paths.secret_file, account.id, Secret(server.password))


def _start(program: Program, desktop: VirtualDesktop, accounts: int) -> float:
    began = time.monotonic()
    program.start()
    wait_until(
        lambda: [each["state"] for each in program.status()] == ["watching"] * accounts,
        f"{accounts} accounts to be watched",
        60,
    )
    took = time.monotonic() - began
    tray = desktop.tray()
    tray.wait()
    tray.close()
    return took


def _settled_memory(pid: int) -> tuple[float, float]:
    """Its memory once it has stopped working on its start."""
    wait_until_idle(pid)
    return memory(pid)


def _burst(figures: Figures, program: Program, server: ManyUsersDovecot, desktop: VirtualDesktop) -> None:
    user = server.users[figures.accounts // 2]
    tray = desktop.tray()
    item = tray.wait()
    before = len(desktop.notifications.toasts())
    used = processor_seconds(program.pid)
    live: list[int] = []
    unseen = [0]

    def ask_status() -> None:
        unseen[0] = next(each["unseen"] for each in program.status() if each["name"] == user.title())

    with (
        Pinging(ask_status) as pings,
        Pinging(lambda: tray._properties(item)) as item_pings,
        Pinging(lambda: live.append(len(desktop.notifications.live())), 0.05),
    ):
        began = time.monotonic()
        server.burst(user, figures.mails)
        figures.delivering = time.monotonic() - began
        wait_until(
            lambda: unseen[0] == figures.mails + _OLD_MAILS, f"{figures.mails} mails to be counted", 120
        )
        figures.counted = time.monotonic() - began
        _settle_pinged()
    for each in (pings, item_pings):
        if each.failure is not None:
            raise each.failure
    figures.slowest_status, figures.status_answers = pings.slowest, pings.answers
    figures.slowest_tray, figures.tray_answers = item_pings.slowest, item_pings.answers
    began = time.monotonic()
    figures.menu_entries = sum(entry.visible for entry in tray.entries())
    figures.slowest_menu = time.monotonic() - began
    tray.close()
    figures.burst_processor = processor_seconds(program.pid) - used
    wait_until_idle(program.pid)
    figures.memory_after = memory(program.pid)
    used = processor_seconds(program.pid)
    time.sleep(3)
    figures.idle_processor = processor_seconds(program.pid) - used
    figures.toasts = list(desktop.notifications.live().values())
    figures.shown = len(desktop.notifications.toasts()) - before
    figures.peak_live = max(live, default=0)


def _settle_pinged() -> None:
    """Long enough for what follows the last mail: the digest's update and the drawing."""
    time.sleep(2)
