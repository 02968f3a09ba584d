"""Passwords from a keyring, a command or a file, and how the lack of one is told."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import traceback
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError, PasswordDeleteError

from tray.desktop.secrets import command as secret_command
from tray.desktop.secrets import keyring
from tray.desktop.secrets.sources import SecretSources
from tray.mail.model.account import Account, AccountId, SecretSource
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import ProblemKind

ADA = Account(
    id=AccountId("ada"), name="Ada", email="ada@example.org", host="imap.example.org", user="ada@example.org"
)
COMMAND = replace(ADA, secret=SecretSource.COMMAND)
FILE = replace(ADA, secret=SecretSource.FILE)
ASK = replace(ADA, secret=SecretSource.ASK)
HIDDEN = "hush-hush"


@pytest.fixture
def secrets(tmp_path):
    return SecretSources("mailbell-test", tmp_path / "secrets.json")


def refusal(call, *arguments):
    """The trouble that a call ends in; neither it nor its traceback may show the secret."""
    with pytest.raises(SecretUnavailable) as caught:
        call(*arguments)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.problem)
    assert HIDDEN not in shown.replace(f'"{HIDDEN}"', "")
    problem = caught.value.problem
    assert problem.kind is ProblemKind.NO_SECRET
    assert problem.advice
    return problem.sentence


def test_an_account_that_asks_has_no_secret_and_keeps_none(secrets):
    secrets.write(ASK, Secret(HIDDEN))
    assert "Ada" in refusal(secrets.read, ASK)
    secrets.remove(ASK)


def test_a_password_that_is_missing_is_told_without_the_name_too(secrets):
    """For the tray's menu, where the line begins with it."""
    with pytest.raises(SecretUnavailable) as missing:
        secrets.read(ASK)
    assert missing.value.problem.brief == "There is no password yet."


# -- command ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "secret"),
    [
        ("echo pä$((40+2))", "pä42"),
        ("printf 'one\\r\\ntwo\\n'", "one"),
        ("printf ' spaces '", " spaces "),
    ],
)
def test_the_first_line_of_the_command_is_the_secret(secrets, command, secret):
    assert secrets.read(replace(COMMAND, password_command=command)).reveal() == secret


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (f"echo {HIDDEN}; echo {HIDDEN} >&2; exit 3", "failed with status 3"),
        ("true", "printed nothing"),
        ("echo; echo second", "printed nothing"),
        (r"printf '\377'", "else than text"),
        ("no-such-command-at-all", "failed with status 127"),
        ("  ", "is missing"),
    ],
)
def test_a_command_that_fails_is_told_without_its_output(secrets, command, sentence):
    assert sentence in refusal(secrets.read, replace(COMMAND, password_command=command))


def test_a_command_that_hangs_is_ended_with_what_it_started(monkeypatch):
    start = time.monotonic()
    assert "within 0 seconds" in refusal(secret_command.read, f"echo {HIDDEN}; sleep 60 & sleep 60", 0.2)
    assert time.monotonic() - start < 10


def is_gone(pid):
    """Whether a process has ended; one that nobody has collected yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def pids(file, count):
    """The process ids that a command writes into `file`, one a line, once they are there."""
    until(lambda: file.exists() and file.read_text().count("\n") == count)
    return [int(line) for line in file.read_text().split()]


def until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def test_a_command_that_prints_without_end_is_ended_with_what_it_started(tmp_path):
    begun = tmp_path / "pids"
    command = f"yes {HIDDEN} & echo $! >> {begun}; echo $$ >> {begun}; exec yes {HIDDEN}"
    assert "printed more than 65536 bytes" in refusal(secret_command.read, command)
    for pid in pids(begun, 2):
        until(lambda pid=pid: is_gone(pid))


def test_errors_without_end_fill_no_memory_and_hold_nothing_up():
    assert secret_command.read(f"head -c 9000000 /dev/zero >&2; echo {HIDDEN}") == Secret(HIDDEN)
    assert "within 0 seconds" in refusal(secret_command.read, "yes >&2", 0.2)


def test_a_command_that_reads_finds_nothing_to_read():
    assert secret_command.read(f"cat; echo {HIDDEN}") == Secret(HIDDEN)


def test_a_command_that_says_no_more_but_does_not_end_is_ended():
    assert "within 0 seconds" in refusal(secret_command.read, f"echo {HIDDEN}; exec >&-; sleep 60", 0.2)


def test_a_helper_that_a_command_leaves_behind_is_not_waited_for(tmp_path):
    """Such as an agent, which the next call finds running."""
    begun = tmp_path / "pids"
    assert secret_command.read(f"sleep 60 & echo $! > {begun}; echo {HIDDEN}", 30) == Secret(HIDDEN)
    (helper,) = pids(begun, 1)
    assert not is_gone(helper)
    os.kill(helper, signal.SIGKILL)


def test_a_command_that_cannot_be_started_is_told():
    assert "could not be started" in refusal(secret_command.read, "echo\0")


def test_the_commands_that_run_are_ended_when_nobody_waits_for_them_any_more(secrets, tmp_path):
    begun, ended = tmp_path / "pids", []
    command = f"echo $$ > {begun}; sleep 60 & sleep 60"
    thread = threading.Thread(target=lambda: ended.append(refusal(secret_command.read, command)))
    thread.start()
    pids(begun, 1)
    secrets.close()
    thread.join(20)
    assert len(ended) == 1
    assert secret_command.read(f"echo {HIDDEN}") == Secret(HIDDEN)


def test_no_command_outlives_the_program(tmp_path):
    """Also where the thread that waits for it is still at work."""
    begun = tmp_path / "pids"
    program = (
        "import sys, threading; from tray.desktop.secrets import command as secret_command\n"
        "threading.Thread(target=secret_command.read, args=(sys.argv[1],), daemon=True).start()\n"
        "sys.stdin.read()"
    )
    command = f"sleep 60 & echo $! >> {begun}; echo $$ >> {begun}; sleep 60"
    with subprocess.Popen([sys.executable, "-c", program, command], stdin=subprocess.PIPE) as running:
        started = pids(begun, 2)
        running.stdin.close()
        assert running.wait(60) == 0
    for pid in started:
        until(lambda pid=pid: is_gone(pid))


def test_a_command_gets_and_keeps_no_secret(secrets):
    secrets.write(COMMAND, Secret(HIDDEN))
    secrets.remove(COMMAND)


# -- file ------------------------------------------------------------------------------------------------


def test_the_file_keeps_secrets_for_its_owner_only(secrets, tmp_path):
    assert "Ada" in refusal(secrets.read, FILE)
    secrets.write(FILE, Secret(HIDDEN))
    secrets.write(replace(FILE, id=AccountId("bob")), Secret("other"))
    assert secrets.read(FILE) == Secret(HIDDEN)
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    secrets.remove(FILE)
    secrets.remove(FILE)
    assert json.loads((tmp_path / "secrets.json").read_text()) == {"bob": "other"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(secrets, tmp_path, mode):
    secrets.write(FILE, Secret(HIDDEN))
    (tmp_path / "secrets.json").chmod(mode)
    assert "read by others" in refusal(secrets.read, FILE)
    assert "read by others" in refusal(secrets.write, FILE, Secret(HIDDEN))


@pytest.mark.parametrize("content", ["{", f'["{HIDDEN}"]', f'{{"ada": ["{HIDDEN}"]}}', f'{{"ada": "{HIDDEN}'])
def test_a_damaged_file_is_refused(secrets, tmp_path, content):
    file = tmp_path / "secrets.json"
    file.touch(0o600)
    file.write_text(content)
    assert "damaged" in refusal(secrets.read, FILE)
    assert file.read_text() == content


def test_a_file_that_cannot_be_read_or_written_is_told(tmp_path):
    (tmp_path / "folder").mkdir(mode=0o700)
    assert "cannot be read: it is a folder" in refusal(SecretSources("s", tmp_path / "folder").read, FILE)
    assert "cannot be written" in refusal(
        SecretSources("s", tmp_path / "no" / "x").write, FILE, Secret(HIDDEN)
    )


# -- keyring ---------------------------------------------------------------------------------------------


class Backend:
    """A keyring that the user configured: it keeps passwords in memory, or fails as it is told."""

    priority = 0  # not a KeyringBackend: the library would offer it to all other tests
    kept: dict = {}  # noqa: RUF012
    failure = None

    def _do(self):
        if self.failure is not None:
            raise self.failure

    def get_password(self, service, username):
        self._do()
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self._do()
        self.kept[service, username] = password

    def delete_password(self, service, username):
        self._do()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def backend(monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "configured_by_the_user.Backend")
    monkeypatch.setitem(sys.modules, "configured_by_the_user", SimpleNamespace(Backend=Backend))
    monkeypatch.setattr(Backend, "kept", {})
    monkeypatch.setattr(Backend, "failure", None)
    return Backend


def test_the_keyring_that_the_user_configured_is_used(secrets, backend):
    assert "Ada" in refusal(secrets.read, ADA)
    secrets.write(ADA, Secret(HIDDEN))
    assert backend.kept == {("mailbell-test", "ada"): HIDDEN}
    assert secrets.read(ADA) == Secret(HIDDEN)
    secrets.remove(ADA)
    secrets.remove(ADA)
    assert backend.kept == {}


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (NoKeyringError("x"), "no keyring"),
        (KeyringLocked("x"), "is locked"),
        (InitError("x"), "cannot be opened"),
        (KeyringError("x"), "did not answer"),
        (ConnectionResetError("x"), "did not answer"),
        (RuntimeError("x"), "did not answer"),
    ],
)
def test_each_failure_of_the_keyring_has_its_words(secrets, backend, monkeypatch, failure, sentence):
    monkeypatch.setattr(backend, "failure", failure)
    assert sentence in refusal(secrets.read, ADA)
    assert sentence in refusal(secrets.write, ADA, Secret(HIDDEN))
    assert sentence in refusal(secrets.remove, ADA)


def test_a_place_for_a_sign_in_is_tried_and_left_as_it_was(secrets, backend):
    signed_in = replace(ADA, secret=SecretSource.OAUTH)
    secrets.write(ADA, Secret(HIDDEN))
    secrets.check_writable(signed_in)
    assert backend.kept == {("mailbell-test", "ada"): HIDDEN}


def test_a_keyring_that_is_away_or_keeps_nothing_is_no_place_for_a_sign_in(secrets, backend, monkeypatch):
    signed_in = replace(ADA, secret=SecretSource.OAUTH)
    monkeypatch.setattr(backend, "set_password", lambda *_: None)
    assert "does not keep" in refusal(secrets.check_writable, signed_in)
    monkeypatch.setattr(backend, "failure", KeyringLocked("x"))
    assert "is locked" in refusal(secrets.check_writable, signed_in)


def test_failures_of_the_libraries_below_have_words_too(secrets, backend, monkeypatch):
    exceptions = pytest.importorskip("secretstorage.exceptions")
    monkeypatch.setattr(backend, "failure", exceptions.PromptDismissedException("x"))
    assert "is locked" in refusal(secrets.read, ADA)
    monkeypatch.setattr(backend, "failure", exceptions.ItemNotFoundException("x"))
    assert "did not answer" in refusal(secrets.read, ADA)


@pytest.mark.expects_log("libsecret")  # of keyring 23.9, where libsecret is installed
def test_without_a_keyring_a_sentence_tells(secrets):
    assert "no keyring" in refusal(secrets.read, ADA)
    assert "no keyring" in refusal(secrets.read, ADA)


def test_a_configured_keyring_that_is_not_installed_is_told(secrets, monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no_such_package.Keyring")
    assert "did not answer" in refusal(secrets.read, ADA)


def test_libraries_that_a_system_lacks_are_done_without(monkeypatch):
    monkeypatch.setitem(sys.modules, "secretstorage", None)
    assert keyring._library_errors() == ((), ())


@pytest.fixture
def without_poll(monkeypatch):
    """As on Windows."""
    monkeypatch.delattr(secret_command.select, "poll")


def test_without_poll_the_first_line_is_read_all_the_same(secrets, without_poll):
    assert secret_command.read(f"echo {HIDDEN}; echo more").reveal() == HIDDEN
    assert "failed with status 3" in refusal(secrets.read, replace(COMMAND, password_command="exit 3"))
    assert "printed nothing" in refusal(secrets.read, replace(COMMAND, password_command="true"))


def test_without_poll_a_command_that_prints_too_much_or_takes_too_long_is_ended(without_poll, monkeypatch):
    monkeypatch.setattr(secret_command, "OUTPUT_LIMIT", 100)
    with pytest.raises(SecretUnavailable, match="more than 100 bytes"):
        secret_command.read("head -c 1000 /dev/zero", 60)
    with pytest.raises(SecretUnavailable, match="did not end within"):
        secret_command.read("sleep 60", 0.05)


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_the_keyring_of_the_log_in_is_open_on_windows_and_macos(secrets, system, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    assert secrets.keyring_is_open()


def test_on_windows_the_secrets_may_be_longer_than_an_entry(secrets, monkeypatch):
    import keyring as library
    from keyring.backends.SecretService import Keyring as SecretService

    entries, errors = {}, SimpleNamespace(error=type("error", (Exception,), {}))

    class CredentialManager:
        def get_password(self, service, username):
            return entries.get(username)

        def set_password(self, service, username, password):
            if len(password) > 1280:
                raise errors.error(1783, "CredWrite", "The stub received bad data.")
            entries[username] = password

    monkeypatch.setattr(SecretService, "viable", False)
    monkeypatch.setattr(library.core, "load_config", lambda: None)
    monkeypatch.setattr(library.core, "init_backend", lambda: None)
    monkeypatch.setattr(library.core, "get_keyring", CredentialManager)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "win32ctypes.pywin32.pywintypes", errors)
    secrets.write(ADA, Secret("x" * 3000))
    assert secrets.read(ADA).reveal() == "x" * 3000
    monkeypatch.setattr(CredentialManager, "set_password", lambda *_: (_ for _ in ()).throw(errors.error(5)))
    assert "did not answer as it should" in refusal(secrets.write, ADA, Secret(HIDDEN))
