"""The faults are the faults that they say they are."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.chaos.proxy import FaultProxy
from tests.rig.processes import wait_until


@pytest.fixture
def proxy():
    """Before a server that says back what it hears."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_echo, args=(listener,), daemon=True).start()
        with FaultProxy(listener.getsockname()[1]) as proxy:
            yield proxy
        listener.shutdown(socket.SHUT_RDWR)


def _echo(listener):
    while True:
        try:
            side, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_say_back, args=(side,), daemon=True).start()


def _say_back(side):
    with side:
        try:
            while data := side.recv(65536):
                side.sendall(data)
        except OSError:
            return


@pytest.fixture
def client(proxy):
    """Connected, and answered once."""
    with socket.create_connection(("127.0.0.1", proxy.port), 5) as client:
        assert said(client, b"hello") == b"hello"
        yield client


def said(client, data):
    """What comes back for `data`."""
    client.sendall(data)
    answer = b""
    while len(answer) < len(data) and (more := client.recv(len(data) - len(answer))):
        answer += more
    return answer


def silent(client, seconds=0.1):
    """Whether nothing comes for a moment."""
    client.settimeout(seconds)
    try:
        client.recv(1)
    except TimeoutError:
        return True
    finally:
        client.settimeout(5)
    return False


def test_it_passes_on_what_is_large(client):
    """Whole and in order."""
    data = bytes(range(256)) * 8000
    threading.Thread(target=client.sendall, args=(data,), daemon=True).start()
    received = b""
    while len(received) < len(data):
        received += client.recv(65536)
    assert received == data


def test_drop_ends_and_reset_tears(proxy, client):
    """FIN for one, RST for the other."""
    proxy.drop()
    assert client.recv(1) == b""
    with socket.create_connection(("127.0.0.1", proxy.port), 5) as other:
        assert said(other, b"again") == b"again"
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            other.recv(1)


def test_freeze_keeps_and_thaw_passes_on(proxy, client):
    """Nothing is lost by it."""
    proxy.freeze()
    client.sendall(b"later")
    assert silent(client)
    proxy.thaw()
    assert client.recv(5) == b"later"


def test_cut_ends_in_the_middle(proxy, client):
    """After exactly so many bytes of the server."""
    proxy.cut(3)
    assert said(client, b"abcdef") == b"abc"
    assert client.recv(1) == b""


def test_a_forgotten_server_is_silence(proxy, client):
    """The program's side stays open; new connections work."""
    proxy.forget_server()
    client.sendall(b"anybody?")
    assert silent(client)
    assert proxy.connections == 0
    with socket.create_connection(("127.0.0.1", proxy.port), 5) as other:
        assert said(other, b"hello") == b"hello"


def test_a_forgotten_client_has_lost_its_connection(proxy, client):
    """Closed on its side."""
    proxy.forget_client()
    assert client.recv(1) == b""


def test_refuse_and_accept(proxy, client):
    """What is open stays open; the port stays the same."""
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port), 5)
    assert said(client, b"still") == b"still"
    proxy.accept()
    with socket.create_connection(("127.0.0.1", proxy.port), 5) as other:
        assert said(other, b"hello") == b"hello"
    wait_until(lambda: proxy.connections == 1, "the end of the other")


def test_delay_delays(proxy, client):
    """Both ways."""
    proxy.delay(0.15)
    client.sendall(b"slow")
    assert silent(client, 0.2)
    assert client.recv(4) == b"slow"


def test_a_cut_that_meets_the_end_of_another_connection_leaves_the_proxy_alive():
    """All in one turn of its loop: bytes for one connection use up what the cut left, and the other has ended."""
    with socket.create_server(("127.0.0.1", 0)) as listener, FaultProxy(listener.getsockname()[1]) as proxy:
        pairs = []
        for _ in range(3):
            client = socket.create_connection(("127.0.0.1", proxy.port), 5)
            server, _ = listener.accept()
            pairs.append((client, server))
        wait_until(lambda: proxy.connections == 3, "the connections")
        proxy.freeze()
        pairs[0][1].sendall(b"more than is left")
        pairs[1][1].close()
        pairs[2][0].close()
        proxy.cut(4)
        proxy.thaw()
        assert pairs[0][0].recv(100) == b"more"
        assert pairs[0][0].recv(100) == b""
        wait_until(lambda: proxy.connections == 0, "the end of all")
        for client, server in pairs:
            client.close()
            server.close()
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as client:
            server, _ = listener.accept()
            with server:
                server.sendall(b"alive")
                assert client.recv(5) == b"alive"
