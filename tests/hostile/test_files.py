"""Files that are nobody else's, and what becomes of damaged, full and read-only ones, with the whole program."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.hostile.server import HostileServer

ROOT = os.geteuid() == 0
NOBODY = 65534


@pytest.fixture(scope="module")
def server():
    """A server that behaves."""
    with HostileServer() as server:
        yield server


@pytest.fixture
def folder():
    """A short one: the path of a socket ends at 107 bytes."""
    path = Path(tempfile.mkdtemp(prefix="files-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def program(folder, recording_desktop, server):
    """The program with an account, its profile known to nobody before."""
    program = Program(folder, recording_desktop.env)
    program.add_account(server, "Work", "--no-check")
    yield program
    program.stop()


def run_once(program, server):
    """Run it until it has seen what is there, and end it."""
    program.start_watching()
    program.wait_unseen(len(server.mails))
    assert program.run("quit").returncode == 0
    program.wait_end()


def modes(folder):
    """The modes of all that lies in `folder`."""
    return {path.name: stat.S_IMODE(path.lstat().st_mode) for path in folder.rglob("*")}


def test_every_file_is_its_users_alone(folder, recording_desktop, server):
    """Whatever the umask; the log, the socket and SQLite's companions too."""
    before = os.umask(0)
    try:
        program = Program(folder, recording_desktop.env)
        program.add_account(server, "Work", "--no-check")
        program.start_watching()
    finally:
        os.umask(before)
    try:
        found = modes(program.profile)
        assert {
            "settings.toml",
            "state.sqlite3",
            "state.sqlite3-wal",
            "mailbell.log",
        } <= set(found)
        assert stat.S_IMODE(program.socket.stat().st_mode) == 0o600
        assert {name: oct(mode) for name, mode in found.items() if mode != 0o600} == {}
        assert stat.S_IMODE(program.profile.stat().st_mode) == 0o700
    finally:
        program.stop()


@pytest.mark.skipif(not ROOT, reason="only root can be somebody else for a moment")
def test_the_control_socket_obeys_its_user_only(program):
    """Even where the folder and the socket were opened to all by mistake."""
    program.start_watching()
    path = program.socket
    for opened, mode in ((program.folder, 0o755), (program.profile, 0o755), (path, 0o666)):
        opened.chmod(mode)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        os.seteuid(NOBODY)
        try:
            connection.connect(str(path))
        finally:
            os.seteuid(0)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(b'{"command": "quit"}\n')
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(100) == b""
    assert program.status()
    assert "was refused" in program.log_text()


BROKEN = {
    "empty": lambda good: b"",
    "zeros": lambda good: b"\0" * len(good),
    "cut off": lambda good: good[: len(good) // 2],
    "mistyped": lambda good: good.replace(b"[[account]]", b"[[account]"),
    "wrong value": lambda good: b'titles = "ten"\n' + good,
    "latin-1": lambda good: good + b"# caf\xe9\n",
    "a thousand brackets": lambda good: b"a = " + b"[" * 5000,
    "a huge number": lambda good: b"titles = " + b"9" * 5000,
    "a deep key": lambda good: b".".join([b"a"] * 1200) + b" = 1\n" + good,
}


def test_broken_settings_are_a_sentence_and_stay_as_they_are(program):
    """For who would write them."""
    path = program.profile / "settings.toml"
    good = path.read_bytes()
    for damage, damaged in BROKEN.items():
        path.write_bytes(broken := damaged(good))
        done = program.run(
            *("account", "add", "--name", "Second", "--email", "x@example.org", "--host", "localhost"),
            *("--no-check", "--password-stdin", "--insecure-secret-file"),
            stdin="x\n",
        )
        assert (done.returncode, path.read_bytes()) == (1, broken), damage
        assert str(path) in done.stderr, damage
        assert "Traceback" not in done.stderr, damage


def _later_version(path):
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("damage", "marks"),
    [
        (lambda path: path.write_bytes(b"garbage" * 2000), False),
        (lambda path: path.write_bytes(b""), False),
        (_later_version, True),
    ],
    ids=["garbage", "empty", "newer"],
)
def test_a_damaged_state_is_reported_and_kept_aside(program, server, recording_desktop, damage, marks):
    """Where its marks can be read, mail that came meanwhile is announced."""
    run_once(program, server)
    damage(program.profile / "state.sqlite3")
    uid = server.deliver("While it was broken")
    before = len(recording_desktop.notifications.toasts())
    program.start_watching()
    kept = [
        path for path in program.profile.glob("state.sqlite3.*-*") if not path.name.endswith(("-wal", "-shm"))
    ]
    assert len(kept) == 1
    recording_desktop.notifications.wait_toast(kept[0].name)
    if marks:
        recording_desktop.notifications.wait_toast("While it was broken")
    server.deliver(f"After the damage {uid}")
    recording_desktop.notifications.wait_toast(f"After the damage {uid}")
    assert len(recording_desktop.notifications.toasts()) - before == 2 + marks  # nothing old
    assert "Traceback" not in program.log_text()


@contextlib.contextmanager
def small_disk(folder):
    """A disk of 600 KB mounted at `folder`."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k,mode=700", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk):
    """Leave no byte free."""
    with contextlib.suppress(OSError), (disk / "fill").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


@pytest.mark.skipif(not ROOT, reason="only root can mount a disk")
@pytest.mark.parametrize("problem", ["full", "read-only"])
def test_a_disk_that_cannot_be_written_is_reported_and_mail_still_announced(
    folder, recording_desktop, server, problem
):
    """In the user's own profile, whose runtime folder is elsewhere."""
    with small_disk(folder / "disk") as disk:
        env = {**recording_desktop.env, "XDG_CONFIG_HOME": str(disk), "XDG_STATE_HOME": str(disk)}
        program = OwnProfile(folder, env)
        program.add_account(server)
        try:
            run_once(program, server)
            if problem == "full":
                fill(disk)
            else:
                subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            missed = f"While away, {problem}"
            server.deliver(missed)
            program.start_watching()
            recording_desktop.notifications.wait_toast("cannot keep its state")
            recording_desktop.notifications.wait_toast(missed)
            server.deliver(f"After it, {problem}")
            recording_desktop.notifications.wait_toast(f"After it, {problem}")
            assert program.running
            assert "Traceback" not in program.output.read_text("utf-8")
            done = program.run("account", "remove", "Work")
            assert done.returncode != 0
            assert "Traceback" not in done.stderr
        finally:
            program.stop()


@pytest.mark.skipif(not ROOT, reason="only root can mount a disk")
def test_a_profile_that_is_read_only_is_a_sentence(folder, recording_desktop, server):
    """Not a traceback."""
    with small_disk(folder / "disk") as disk:
        program = Program(disk, recording_desktop.env)
        program.add_account(server, "Work", "--no-check")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        done = program.run()
    assert done.returncode != 0
    assert "cannot write to" in done.stderr
    assert "Traceback" not in done.stderr


class OwnProfile(Program):
    """The program on the profile of the user of its environment."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        super().__init__(folder, env)
        self.profile = Path(env["XDG_STATE_HOME"])
        self.options = ()

    def add_account(self, dovecot, name: str = "Work", *more: str) -> None:
        self._add(dovecot, name, "--password-command", f"echo {dovecot.password}", *more)
