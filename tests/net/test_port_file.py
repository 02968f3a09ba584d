"""The port that stands for a Unix socket on Windows."""

from __future__ import annotations

import json
import socket
import sys
import threading
from pathlib import Path

import pytest
from twisted.internet.testing import MemoryReactor, StringTransport

from tray.net.control_server import ControlProtocol, listen_control
from tray.net.port_file import HOST, connect_to_port, has_unix_sockets, read_port, write_port


def test_only_windows_has_no_unix_sockets(monkeypatch):
    assert has_unix_sockets()
    monkeypatch.setattr(sys, "platform", "win32")
    assert not has_unix_sockets()


def test_the_file_is_the_users_own_and_each_run_has_another_key(tmp_path):
    path = tmp_path / "mailbell.sock"
    first = write_port(str(path), 4711)
    second = write_port(str(path), 4712)
    assert first != second
    assert read_port(str(path)) == (4712, second)
    assert path.stat().st_mode & 0o077 == 0
    assert [name.name for name in tmp_path.iterdir()] == ["mailbell.sock"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"port": "x", "key": "a"}',
        '{"port": 0, "key": "a"}',
        '{"port": 1, "key": "a\\nb"}',
        "[" * 900,
    ],
)
def test_another_file_means_that_nobody_listens(tmp_path, text):
    path = tmp_path / "mailbell.sock"
    path.write_text(text)
    with pytest.raises(ConnectionRefusedError):
        read_port(str(path))
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_port(str(path))


def test_a_client_sends_the_key_first(tmp_path):
    path, received = str(tmp_path / "mailbell.sock"), []
    with socket.create_server((HOST, 0)) as listener:
        key = write_port(path, listener.getsockname()[1])

        def accept():
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                received.extend([lines.readline(), lines.readline()])

        thread = threading.Thread(target=accept)
        thread.start()
        with connect_to_port(path, 60) as connection:
            connection.sendall(b"{}\n")
        thread.join(60)
    assert received == [key.encode() + b"\n", b"{}\n"]


def serve(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    path, reactor = str(tmp_path / "mailbell.sock"), MemoryReactor()
    listen_control(reactor, path, lambda request: {"ok": True, "echo": request}, lambda _push: lambda: None)
    port, factory, _, interface = reactor.tcpServers[0]
    assert (port, interface) == (0, HOST)
    protocol = factory.buildProtocol(None)
    assert isinstance(protocol, ControlProtocol)
    transport = Transport()
    protocol.makeConnection(transport)
    return protocol, transport, json.loads(Path(path).read_text())["key"]


class Transport(StringTransport):
    aborted = False

    def getHandle(self):
        return None

    def abortConnection(self):
        self.aborted = True


def test_who_sends_the_key_is_answered(tmp_path, monkeypatch):
    protocol, transport, key = serve(tmp_path, monkeypatch)
    protocol.dataReceived(key.encode() + b'\n{"command": "check"}\n')
    assert json.loads(transport.value()) == {"ok": True, "echo": {"command": "check"}}
    assert not transport.aborted


@pytest.mark.expects_log("without the key was refused")
@pytest.mark.parametrize("line", [b'{"command": "check"}', b"", b"0" * 64])
def test_who_does_not_is_turned_away(tmp_path, monkeypatch, line):
    protocol, transport, _ = serve(tmp_path, monkeypatch)
    protocol.dataReceived(line + b'\n{"command": "check"}\n')
    assert transport.aborted
    assert transport.value() == b""


def test_a_file_in_an_unwritable_folder_is_an_error(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write_port(str(tmp_path / "nowhere" / "mailbell.sock"), 4711)
    assert list(tmp_path.iterdir()) == []
