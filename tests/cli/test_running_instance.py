"""The client of the control socket, against answers good and bad."""

from __future__ import annotations

import json
import os
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from tray.cli import running_instance
from tray.cli import status as status_command
from tray.cli.exit_codes import CommandFailed
from tray.cli.running_instance import ask
from tray.net.peer import peer_uid


@pytest.fixture
def serve():
    """Give one answer on a socket, and remember the question."""
    # A socket's path must be short, and pytest's temporary folders are not.
    with tempfile.TemporaryDirectory(prefix="mb") as folder:
        path = Path(folder) / "s"
        threads, questions = [], []

        def start(reply):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(path))
            listener.listen(1)

            def answer():
                connection, _ = listener.accept()
                with connection, listener, suppress(OSError):  # whoever asked may have hung up
                    if reply is not None:
                        questions.append(connection.recv(65536))
                        connection.sendall(reply)
                    else:
                        connection.recv(65536)
                        gate.wait(60)

            gate = threading.Event()
            thread = threading.Thread(target=answer)
            thread.start()
            threads.append((thread, gate))
            return path

        start.questions = questions
        yield start
        for thread, gate in threads:
            gate.set()
            thread.join(10)


def test_a_question_is_one_line_of_json_and_so_is_the_answer(serve):
    """Nothing more is needed."""
    path = serve(b'{"ok": true, "status": {"accounts": []}}\n')
    assert ask(path, "pause", minutes=5) == {"ok": True, "status": {"accounts": []}}
    assert serve.questions == [b'{"command": "pause", "minutes": 5}\n']


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (b'{"ok": false, "error": "No."}\n', "No."),
        (b'{"ok": false}\n', "without a reason"),
        (b"nonsense\n", "cannot be read"),
        (b"", "cannot be read"),
        (b"[]\n", "cannot be read"),
        (b"[" * 100_000 + b"\n", "cannot be read"),
    ],
)
def test_a_bad_answer_is_a_sentence(serve, reply, says):
    """An older or broken instance."""
    with pytest.raises(CommandFailed, match=says) as failure:
        ask(serve(reply), "status")
    assert failure.value.code == 1


def test_an_instance_that_hangs_is_said(serve, monkeypatch):
    """The prompt must come back."""
    monkeypatch.setattr(running_instance, "_TIMEOUT", 0.05)
    with pytest.raises(CommandFailed, match="did not answer"):
        ask(serve(None), "status")


def test_a_stale_socket_means_that_nobody_runs(tmp_path):
    """A power failure leaves the file behind."""
    with tempfile.TemporaryDirectory(prefix="mb") as folder:
        path = Path(folder) / "s"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
        with pytest.raises(CommandFailed) as failure:
            ask(path, "status")
        assert failure.value.code == 6


def test_a_socket_that_may_not_be_opened_is_said(tmp_path):
    """A folder in the way."""
    with pytest.raises(CommandFailed):
        ask(tmp_path, "status")


def test_a_program_of_another_user_is_told_nothing(serve, monkeypatch):
    """Whoever was first at the place of the socket is not believed."""
    path = serve(b'{"ok": true}\n')
    monkeypatch.setattr(running_instance, "peer_uid", lambda _: 54321)
    with pytest.raises(CommandFailed, match="belongs to another user"):
        ask(path, "status")
    assert serve.questions in ([], [b""])


def test_whose_the_program_is_the_system_says(serve):
    path = serve(b"")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        assert peer_uid(connection) == os.geteuid()


def test_what_is_printed_moves_and_hides_nothing(serve):
    reply = {"ok": True, "status": {"accounts": [{"name": "a\x1b[2Jb\x9b31mc\u202ed\u2028e"}]}}
    answer = ask(serve(json.dumps(reply).encode() + b"\n"), "status")
    assert answer["status"]["accounts"][0]["name"] == "a [2Jb 31mcd e"


def test_nor_does_what_went_wrong(serve):
    with pytest.raises(CommandFailed) as failed:
        ask(serve(b'{"error": "No\\u001b]0;x\\u0007\\u202e."}\n'), "status")
    assert str(failed.value) == "No ]0;x ."


def test_an_answer_that_drips_is_not_waited_for(serve, monkeypatch):
    monkeypatch.setattr(running_instance.time, "monotonic", iter(range(0, 1000, 4)).__next__)
    with pytest.raises(CommandFailed, match="did not answer"):
        ask(serve(b"x" * 3_000_000), "status")


@pytest.mark.parametrize("status", [None, [], {}, {"accounts": [1]}, {"accounts": [{"name": "a"}]}])
def test_a_status_of_another_version_is_a_sentence(serve, capsys, monkeypatch, status):
    path = serve(json.dumps({"ok": True, "status": status}).encode() + b"\n")
    monkeypatch.setattr(status_command, "paths_of", lambda _: SimpleNamespace(socket=path))
    with pytest.raises(CommandFailed, match="cannot be read"):
        status_command.run(SimpleNamespace(json=False, watch=False, format=None))
    assert capsys.readouterr().out == ""
