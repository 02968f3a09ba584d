"""The control socket."""

from __future__ import annotations

import json
import os
import socket
import stat
import struct
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import MemoryReactor, StringTransport
from twisted.python.failure import Failure

from tray.net.control_server import LINE_LIMIT, ControlProtocol, listen_control, peer_uid

if TYPE_CHECKING:
    from pathlib import Path


class Peer(StringTransport):
    """The other end, a process of some user."""

    def __init__(self, uid: int) -> None:
        super().__init__()
        self._uid = uid
        self.aborted = False

    def getHandle(self) -> Any:
        peer = self

        class Handle(socket.socket):
            def getsockopt(self, *_: Any) -> Any:
                return struct.pack("3i", 1, peer._uid, 1)

        self.handle = Handle()
        self.handle.close()
        return self.handle

    def abortConnection(self) -> None:
        self.aborted = True


class Client:
    """Talks to the server; its handler gives what `answers` holds."""

    def __init__(self, uid: int | None = None) -> None:
        self.requests: list[dict[str, Any]] = []
        self.answers: list[Any] = []
        self.subscribers: list[Any] = []
        self.protocol = ControlProtocol(self._handle, self._subscribe)
        self.transport = Peer(os.geteuid() if uid is None else uid)
        self.protocol.makeConnection(self.transport)

    def _handle(self, request: dict[str, Any]) -> dict[str, Any]:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else {"ok": True}
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _subscribe(self, push: Any) -> Any:
        self.subscribers.append(push)
        push({"n": 1})
        return lambda: self.subscribers.remove(push)

    def ask(self, *lines: bytes) -> list[Any]:
        self.protocol.dataReceived(b"".join(line + b"\n" for line in lines))
        return self.replies()

    def replies(self) -> list[Any]:
        data = self.transport.value()
        self.transport.clear()
        return [json.loads(line) for line in data.splitlines()]


def test_one_line_in_one_line_out() -> None:
    client = Client()
    assert client.ask(b'{"do": "status"}', b'{"do": "again"}') == [{"ok": True}, {"ok": True}]
    assert client.requests == [{"do": "status"}, {"do": "again"}]


@pytest.mark.parametrize("line", [b"", b"hello", b"[]", b"\xff", b"[" * 60_000, b"1"])
def test_what_is_no_object_is_answered_all_the_same(line: bytes) -> None:
    client = Client()
    (reply,) = client.ask(line)
    assert "error" in reply
    assert client.ask(b"{}") == [{"ok": True}]


def test_replies_are_readable_text_in_the_order_of_the_requests() -> None:
    client = Client()
    client.answers = [{"subject": "Grüße\nan alle"}, {"n": 2}]
    client.protocol.dataReceived(b"{}\n{}\n")
    assert client.transport.value() == '{"subject": "Grüße\\nan alle"}\n{"n": 2}\n'.encode()


@pytest.mark.expects_log("A control request failed")
def test_a_failing_handler_tells_no_details() -> None:
    client = Client()
    client.answers = [KeyError("secret")]
    (reply,) = client.ask(b"{}")
    assert "secret" not in reply["error"]
    assert client.ask(b"{}") == [{"ok": True}]


@pytest.mark.expects_log("more than 65536 bytes")
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_too_long_ends_the_connection(end: bytes) -> None:
    client = Client()
    client.protocol.dataReceived(b"x" * (LINE_LIMIT + 1) + end)
    assert client.transport.aborted


@pytest.mark.expects_log("was refused")
def test_other_users_are_turned_away() -> None:
    client = Client(uid=os.geteuid() + 1)
    assert client.transport.aborted
    assert client.ask(b"{}") == []
    assert client.requests == []


def test_where_the_system_tells_no_peer_the_mode_of_the_socket_has_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert peer_uid(object()) is None
    monkeypatch.delattr(socket, "SO_PEERCRED")
    assert not Client().transport.aborted


def test_the_real_peer_is_known() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert peer_uid(one) == os.geteuid()


class UnixReactor(MemoryReactor):
    """Notes the umask under which the socket would be made."""

    def listenUNIX(self, address: str, factory: Any, backlog: int = 50, mode: int = 0o666, **_: Any) -> Any:
        self.umask = os.umask(0o777)
        os.umask(self.umask)
        return super().listenUNIX(address, factory, backlog, mode)


def test_the_socket_is_the_users_own_from_its_first_moment(tmp_path: Path) -> None:
    path, reactor = tmp_path / "socket", UnixReactor()
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
        assert stat.S_ISSOCK(path.stat().st_mode)
        listen_control(reactor, str(path), ControlProtocol, ControlProtocol)
    assert not path.exists()
    assert reactor.umask == 0o177
    assert reactor.unixServers[0][0] == str(path)
    assert reactor.unixServers[0][3] == 0o600


def test_only_sockets_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    path.write_text("a letter")
    listen_control(UnixReactor(), str(path), ControlProtocol, ControlProtocol)
    assert path.read_text() == "a letter"


def test_who_watches_gets_a_line_at_each_change_until_it_leaves() -> None:
    client = Client()
    assert client.ask(b'{"command": "watch"}') == [{"ok": True, "status": {"n": 1}}]
    (push,) = client.subscribers
    push({"n": 2})
    assert client.replies() == [{"ok": True, "status": {"n": 2}}]
    assert client.requests == []
    client.protocol.connectionLost(Failure(ConnectionDone()))
    assert client.subscribers == []
    push({"n": 3})
    assert client.replies() == []


def test_one_client_watches_once() -> None:
    client = Client()
    client.ask(b'{"command": "watch"}')
    assert client.ask(b'{"command": "watch"}') == [
        {"ok": True}
    ]  # the answer of the handler, as to any command
    assert len(client.subscribers) == 1


def test_who_does_not_read_gets_the_latest_only() -> None:
    """A bar that was stopped must not fill our memory."""
    client = Client()
    client.ask(b'{"command": "watch"}')
    (push,) = client.subscribers
    client.protocol.pauseProducing()
    for number in range(2, 100):
        push({"n": number})
    assert client.replies() == []
    client.protocol.resumeProducing()
    assert client.replies() == [{"ok": True, "status": {"n": 99}}]
    client.protocol.resumeProducing()
    assert client.replies() == []
    client.protocol.stopProducing()
    push({"n": 100})
    assert client.replies() == []
