"""Asking a compositor which window is full screen; test_presence_on_desktops.py asks a real one."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

import pytest
from PyQt5.QtCore import QObject

from tests.rig.bus import short_folder
from tray.desktop.session.wayland import ask_for_full_screen

REGISTRY, LISTED, MANAGER, TOLD = 2, 3, 4, 5
FIRST, SECOND = 0xFF000000, 0xFF000001
ACTIVATED, FULL_SCREEN = 2, 3


def event(sender, number, arguments=b""):
    return struct.pack("=II", sender, (8 + len(arguments)) << 16 | number) + arguments


def protocol(name, interface, version):
    text = interface.encode() + b"\0"
    padded = text + bytes(-len(text) % 4)
    return event(REGISTRY, 0, struct.pack("=II", name, len(text)) + padded + struct.pack("=I", version))


def window(identity, *states):
    """A window appears, with its title and its states."""
    title = struct.pack("=I", 2) + b"a\0\0\0"
    listed = struct.pack(f"={len(states) + 1}I", 4 * len(states), *states)
    return (
        event(MANAGER, 0, struct.pack("=I", identity))
        + event(identity, 0, title)
        + event(identity, 4, listed)
    )


SHELL = protocol(1, "wl_compositor", 5)
TASKBARS = protocol(7, "zwlr_foreign_toplevel_manager_v1", 3)
OLD = protocol(7, "zwlr_foreign_toplevel_manager_v1", 1)
DONE, END = event(LISTED, 0, bytes(4)), event(TOLD, 0, bytes(4))
FULL = window(FIRST, ACTIVATED, FULL_SCREEN)
BIND = (
    struct.pack("=IIII", REGISTRY, 60 << 16, 7, 33)
    + b"zwlr_foreign_toplevel_manager_v1\0\0\0\0"
    + struct.pack("=II", 2, MANAGER)
)


class Compositor(threading.Thread):
    """Sends each of `answers` after a request has come, in pieces of `piece` bytes, and then nothing or the end."""

    def __init__(self, folder, answers, *, ends=False, piece=1_000_000):
        super().__init__(daemon=True)
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(folder / "wayland-0"))
        self._listening.listen(1)
        self._answers, self._ends, self._piece = answers, ends, piece
        self.asked = b""
        self.start()

    def run(self):
        connection, _ = self._listening.accept()
        with connection, self._listening:
            for answer in self._answers:
                self.asked += connection.recv(4096)
                for begin in range(0, len(answer), self._piece):
                    connection.sendall(answer[begin : begin + self._piece])
            if not self._ends:
                with contextlib.suppress(ConnectionResetError):
                    connection.recv(4096)  # until the question is over


@pytest.fixture
def ask(qapp, monkeypatch, until):
    """What a compositor that answers so makes of the question."""
    folder = short_folder("way")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    parent, compositors = QObject(), []

    def ask(answers=None, *, timeout=30_000, **how):
        if answers is not None:
            compositors.append(Compositor(folder, answers, **how))
            ask.compositor = compositors[0]
        found = []
        ask_for_full_screen(found.append, timeout, parent)
        until(lambda: found)
        assert len(found) == 1
        return found[0]

    yield ask
    for compositor in compositors:
        compositor.join(10)
        assert not compositor.is_alive()
    until(lambda: not parent.children())
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        (b"", False),
        (window(FIRST), False),
        (FULL, True),
        (window(FIRST, FULL_SCREEN), False),
        (window(FIRST, FULL_SCREEN) + window(SECOND, ACTIVATED), False),
        (window(FIRST, ACTIVATED) + FULL, True),  # its state has changed meanwhile
        (FULL + event(FIRST, 6), False),
    ],
)
@pytest.mark.parametrize("piece", [1_000_000, 5])
def test_the_window_with_the_keyboard_counts(ask, windows, expected, piece):
    assert ask([SHELL + TASKBARS + DONE, windows + END], piece=piece) is expected
    assert BIND in ask.compositor.asked


@pytest.mark.parametrize("listing", [SHELL + DONE, OLD + DONE, event(1, 0, b"error!!!")])
def test_a_compositor_without_the_protocol_can_never_say(ask, listing):
    assert ask([listing]) is None


@pytest.mark.parametrize(
    "nonsense",
    [
        bytes(8),
        event(REGISTRY, 0, b"ab"),
        event(REGISTRY, 0, struct.pack("=III", 1, 4, 0xFFFFFFFF) + bytes(4)),
    ],
)
def test_nonsense_ends_the_question(ask, nonsense):
    assert ask([nonsense], ends=True) is None


def test_an_endless_answer_is_not_read_to_its_end(ask, monkeypatch):
    monkeypatch.setattr("tray.desktop.session.wayland._LIMIT", 1000)
    assert ask([event(REGISTRY, 0, bytes(4000))[:3000]]) is None


def test_a_compositor_that_ends_says_nothing_more(ask):
    assert ask([SHELL], ends=True) is None


def test_without_a_compositor_nothing_is_said(ask):
    assert ask() is None


def test_a_compositor_that_does_not_answer_is_not_waited_for(ask):
    assert ask([SHELL], timeout=20) is False
