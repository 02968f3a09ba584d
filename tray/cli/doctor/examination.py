"""All checks: begun side by side, each with its time limit, and put together into groups."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeVar

from tray.cli.doctor.bus_questions import NoBus
from tray.cli.doctor.desktop import buses, keyring, notifications, screen, start_at_login, tray_icon
from tray.cli.doctor.finding import Finding, Group, note, problem
from tray.cli.doctor.mail import clock
from tray.cli.doctor.program import files, running, software
from tray.cli.doctor.side_by_side import Late, Look
from tray.i18n import tr, trn
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from tray.cli.doctor.mail.servers import Test
    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account

T = TypeVar("T")

_LEAD = 1.0
"""Seconds by which a question of a check ends before the check itself."""


@dataclass(slots=True)
class Examination:
    """What was found."""

    groups: list[Group] = field(default_factory=list)
    accounts: tuple[Account, ...] = ()
    tests: list[Test] = field(default_factory=list)


def examine(paths: Paths, *, limit: float, offline: bool, toast: bool) -> Examination:
    """Look at everything, but for the servers if `offline`; `toast` shows a notification.

    Each check may take `limit` seconds.
    """
    on_screen = screen.has_screen(os.environ)
    settings = Look(lambda: files.read_settings(paths), limit)
    program = Look(lambda: running.look(paths), limit)
    looks: dict[str, Look[list[Finding]]] = {}

    def begin(name: str, look: Callable[[], list[Finding]]) -> None:
        looks[name] = Look(look, limit)

    begin("software", lambda: software.findings(*software.look()))
    begin("screen", lambda: screen.findings(screen.look(limit - _LEAD)))
    if sys.platform not in {"win32", "darwin"}:  # which have no buses to ask
        begin("tray", lambda: tray_icon.findings(tray_icon.look(running.process_of(program.result()))))
        begin("notifications", lambda: notifications.findings(notifications.look(test=toast)))
        begin("buses", lambda: buses.findings(buses.look(), has_screen=on_screen))
    begin("keyring", lambda: keyring.findings(keyring.look(), needed=_needs_keyring(settings)))
    begin("files", lambda: _files(paths, settings, program))
    begin("clock", lambda: clock.findings(clock.look(paths)))
    begin("start", lambda: start_at_login.findings(start_at_login.look(paths)))
    looks["running"] = Look(lambda: running.findings(program.result(), tested=not offline), limit)

    found = Examination()
    found.accounts = _accounts(settings)
    servers = [] if offline else _servers(paths, found, limit)
    titles = {
        "software": tr("Mailbell and what it runs on"),
        "running": tr("The running Mailbell"),
        "screen": tr("Screen"),
        "tray": tr("Tray"),
        "notifications": tr("Notifications"),
        "buses": tr("Services of desktop and system"),
        "keyring": tr("Keyring"),
        "files": tr("Files"),
        "clock": tr("Clock"),
        "start": tr("Start at log-in"),
    }
    for name, title in titles.items():
        if name not in looks:
            continue
        findings = _outcome(looks[name])
        if name == "clock" and found.tests:
            from tray.cli.doctor.mail.servers import certificate_dates

            findings += clock.against_certificates(time.time(), certificate_dates(found.tests))
        found.groups.append(Group(name, title, tuple(findings)))
    found.groups += servers
    return found


def _outcome(look: Look[list[Finding]]) -> list[Finding]:
    """What a check has found, or why it found nothing."""
    try:
        return look.result()
    except Late as late:
        limit = round(late.args[0])
        sentence = trn(
            "There was no answer within {n} second.", "There was no answer within {n} seconds.", limit
        ).format(n=limit)
        return [
            problem(sentence, tr("Log out and in again; if that does not help, start the computer anew."))
        ]
    except NoBus as bus:
        sentence = tr("the session bus does not answer") if bus.hangs else tr("there is no session bus")
        return [note(tr("This was not looked at: {reason}.").format(reason=sentence))]
    except Exception as error:  # noqa: BLE001 -- one check that fails must not take the others with it
        sentence = tr("This could not be looked at, by a fault of Mailbell ({reason}).")
        return [
            problem(
                sentence.format(reason=f"{type(error).__name__}: {error}"),
                tr("Report it, with what “mailbell doctor --report” writes."),
            )
        ]


def _accounts(settings: Look[files.SettingsRead]) -> tuple[Account, ...]:
    try:
        read = settings.result().settings
    except Exception:  # noqa: BLE001 -- told by the check of the files
        return ()
    return () if read is None else read.accounts


def _needs_keyring(settings: Look[files.SettingsRead]) -> bool:
    return any(account.secret.in_keyring for account in _accounts(settings) if account.enabled)


def _files(paths: Paths, settings: Look[files.SettingsRead], program: Look[running.Running]) -> list[Finding]:
    found = files.folder_findings(files.look_at_folder(paths.config), tr("Settings"))
    if paths.state != paths.config:
        found += files.folder_findings(files.look_at_folder(paths.state), tr("State and log"))
    found += files.settings_findings(files.look_at_file(paths.settings_file), settings.result())
    is_running = program.result().process is not None
    found += files.state_findings(files.look_at_state(paths.state_file, running=is_running))
    found += files.log_findings(files.look_at_file(paths.log_file))
    found += files.privacy_findings(files.look_at_file(paths.secret_file))
    return found + files.copy_findings(files.kept_copies(paths))


def _servers(paths: Paths, found: Examination, limit: float) -> list[Group]:
    """Test the accounts, and keep the tests in `found`."""
    tested = [account for account in found.accounts if account.enabled]
    groups = [
        Group(
            "account",
            tr("Account {name}").format(name=account.name),
            (note(tr("It is switched off, and was not tested.")),),
        )
        for account in found.accounts
        if not account.enabled
    ]
    if not tested:
        return groups
    try:
        found.tests = _test(paths, tested, limit)
    except ImportError as error:
        reason = tr("The servers were not tested: {reason}").format(reason=error)
        return [*groups, Group("account", tr("Accounts"), (problem(reason, tr("Install Mailbell again.")),))]
    return [*_tested(found.tests), *groups]


def _tested(tests: Iterable[Test]) -> list[Group]:
    from tray.cli.doctor.mail.servers import of_account
    from tray.net.setup.account_check import has_network

    alone = () if has_network() else (note(tr("This computer has no network."), tr("Connect it first.")),)
    return [
        Group(
            "account",
            tr("Account {name}").format(name=test.account.name),
            (*alone, *of_account(test, time.time())),
        )
        for test in tests
    ]


def _test(paths: Paths, accounts: list[Account], limit: float) -> list[Test]:
    from tray.cli import reactor as headless
    from tray.cli.doctor.mail.servers import Tests, silent_secret

    def run(reactor: Any) -> Coroutine[Any, Any, list[Test]]:
        return Tests(reactor, lambda account: silent_secret(paths, account), limit).run(accounts)

    return headless.run(run)
