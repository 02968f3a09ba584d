"""The client of the control socket, against answers good and bad."""

from __future__ import annotations

import socket
import tempfile
import threading
from pathlib import Path

import pytest

from tray.cli import control_client
from tray.cli.control_client import ask
from tray.cli.exit_codes import CommandFailed


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
                with connection, listener:
                    if reply is not None:
                        questions.append(connection.recv(65536))
                        connection.sendall(reply)
                    else:
                        connection.recv(65536)
                        gate.wait(10)

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
    ],
)
def test_a_bad_answer_is_a_sentence(serve, reply, says):
    """An older or broken instance."""
    with pytest.raises(CommandFailed, match=says) as failure:
        ask(serve(reply), "status")
    assert failure.value.code == 1


def test_an_instance_that_hangs_is_said(serve, monkeypatch):
    """The prompt must come back."""
    monkeypatch.setattr(control_client, "_TIMEOUT", 0.05)
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
