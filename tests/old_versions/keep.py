"""Keeps the files of a release: ``python -m tests.old_versions.keep X.Y.Z`` writes ``tests/old_versions/vX_Y_Z``.

The program runs on a mail server and a desktop of their own; mails come, one is archived while the server is away, one
is to be announced again, a reply waits for an outgoing server, and all is paused. What lies on the disk afterwards is
kept, the database as SQL. ``expected.json`` says what is in it: as the program said itself, and as it was told.
`test_kept_versions.py` reads each folder with the program of its day.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.e2e.program import Program
from tests.real.dovecot import Dovecot
from tests.rig.desktop import VirtualDesktop
from tests.rig.notifications import CAPABILITIES
from tests.rig.processes import wait_until
from tray import __version__
from tray.mail.oauth.flows import TokenSet

HERE = Path(__file__).resolve().parent
HOME = "/home/ada"
"""Stands in the kept files for the folder in which they were made."""


def folder_of(version: str) -> Path:
    """Where the files of a version are kept."""
    return HERE / f"v{version.replace('.', '_')}"


def keep(version: str, *, again: bool = False) -> Path:
    """Make the files of this version of the program and keep them; returns the folder."""
    if version != __version__:
        sys.exit(f"This is Mailbell {__version__}, so the files of {version} cannot be made by it.")
    target = folder_of(version)
    if target.exists() and not again:
        sys.exit(
            f"{target} is there already; --again makes it anew, which only a version that is not out may be."
        )
    with tempfile.TemporaryDirectory(prefix="kept-") as scratch, Dovecot() as server:
        with VirtualDesktop(notifier="record") as desktop:
            program = Program(Path(scratch), desktop.env)
            try:
                expected = _live_a_while(program, server, desktop)
            finally:
                program.stop()
        made = Path(scratch, "made")
        made.mkdir()
        _copy(program.profile, made, str(scratch), server.ca_file)
        (made / "expected.json").write_text(
            json.dumps(expected, indent=1, ensure_ascii=False) + "\n", "utf-8"
        )
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)  # only when it is whole
    return target


def _live_a_while(program: Program, server: Dovecot, desktop: VirtualDesktop) -> dict[str, object]:
    """Let the program do all that it keeps something of; what that is."""
    nowhere = _closed_port()
    desktop.notifications.set_capabilities(*CAPABILITIES, "inline-reply")
    server.imap().create("Archive")
    server.deliver("An old mail")
    program.add_account(server)
    _must(
        program,
        "account",
        "set",
        "Work",
        "name=Work Ü",
        f"outgoing=smtps://localhost:{nowhere}",
        "sound=mailbell",
    )
    settings = program.profile / "settings.toml"
    settings.write_text('toast_buttons = ["snooze", "inline-reply"]\n' + settings.read_text("utf-8"), "utf-8")
    program.start_watching()
    program.wait_unseen(1)
    shown = desktop.notifications
    for subject in ("Subject of the reminder 🔔", "Subject of the reply", "Subject of the action"):
        server.deliver(subject, sender="Bob Ü <bob@example.org>")
        shown.wait_toast(subject)
    program.wait_unseen(4)
    program.wait_announced()
    shown.invoke(shown.wait_toast("Subject of the reminder")["id"], "snooze")
    shown.reply(shown.wait_toast("Subject of the reply")["id"], "A reply that waits")
    _wait_for_rows(program, "reminder", 1)
    _wait_for_rows(program, "reply", 1)
    (account,) = program.status()
    newest = account["latest"][0]
    server.stop()
    wait_until(lambda: program.status()[0]["state"] != "watching", "the end of the connection")
    _must(program, "act", "archive", newest["id"])
    _wait_for_rows(program, "pending_action", 1)
    _must(program, "pause")
    tokens = TokenSet("google", "access", 1_790_000_000.0, 1_790_003_600.0, "refresh")
    expected = {
        "account": account["name"],
        "announced": {"INBOX": max(mail["uid"] for mail in account["latest"])},
        "unseen": account["unseen"],
        "subjects": [mail["subject"] for mail in account["latest"]],
        "actions": ["archive"],
        "reminders": ["Subject of the reminder 🔔"],
        "replies": ["A reply that waits"],
        "paused": True,
        "password": server.password,
        "tokens": tokens.to_secret().reveal(),
        "kept_at": time.time(),
    }
    _must(program, "quit")
    program.wait_end()
    return expected


def _copy(profile: Path, made: Path, scratch: str, ca_file: str) -> None:
    for name in ("settings.toml", "insecure-secrets.json", "new-mail.json", "window-size"):
        source = profile / name
        if source.exists():
            text = source.read_text("utf-8").replace(ca_file, f"{HOME}/ca.pem").replace(scratch, HOME)
            (made / name).write_text(text, "utf-8")
    with closing(sqlite3.connect(profile / "state.sqlite3")) as state:
        (schema,) = state.execute("PRAGMA user_version").fetchone()
        lines = list(state.iterdump())
    lines.insert(-1, f"PRAGMA user_version = {schema};")
    (made / "state.sql").write_text("\n".join(lines) + "\n", "utf-8")


def _must(program: Program, *arguments: str) -> None:
    done = program.run(*arguments)
    if done.returncode != 0:
        raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")


def _wait_for_rows(program: Program, table: str, count: int) -> None:
    def there() -> bool:
        with closing(sqlite3.connect(f"file:{program.profile / 'state.sqlite3'}?mode=ro", uri=True)) as state:
            return state.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == count

    wait_until(there, f"{count} row of {table}")


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="tests.old_versions.keep")
    arguments.add_argument("version", help="that of this program, such as 0.2.0")
    arguments.add_argument("--again", action="store_true", help="make the files anew")
    given = arguments.parse_args()
    os.umask(0o022)
    print(keep(given.version, again=given.again))
