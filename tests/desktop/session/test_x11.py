"""Without an X server, or without its library, no question is answered; tests on desktops ask a real one."""

from __future__ import annotations

import pytest

from tray.desktop.session import x11

QUESTIONS = [lambda: any(x11.presence()), x11.has_xembed_tray, lambda: x11.keep_out_of_taskbar(1)]


@pytest.mark.parametrize("ask", QUESTIONS)
def test_without_a_screen_or_its_library_there_is_no_answer(ask, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    assert not ask()

    def missing(_):
        raise OSError

    monkeypatch.setattr(x11.ctypes, "CDLL", missing)
    assert not ask()


class Ended:
    """A connection that the X server has closed."""

    has_ended = True

    def __init__(self):
        self.done = []

    def forget_events(self):
        self.done.append("events")

    def close(self):
        self.done.append("closed")


def test_a_connection_that_has_ended_is_closed_and_made_anew(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":none")
    ended = Ended()
    monkeypatch.setitem(x11._kept, ":none", ended)
    assert x11.presence() == (False, False)  # there is no such server
    assert (ended.done, ":none" in x11._kept) == (["events", "closed"], False)
