"""The field for a reply, on daemons that have one."""

from __future__ import annotations

import pytest

from tests.desktop.notifications.client import Client, NoFallback
from tests.rig.notifications import CAPABILITIES
from tray.desktop.notifications.dbus import DBusBackend
from tray.mail.model.toast import ToastAction

BUTTONS = ((ToastAction.OPEN, "Open"), (ToastAction.REPLY, "Reply"), (ToastAction.ARCHIVE, "Archive"))


@pytest.fixture
def port(bus):
    client = Client()
    client.toasts = DBusBackend(client, bus, NoFallback())
    yield client
    client.toasts.deleteLater()


def show(port, until, **more):
    port.show("a", actions=BUTTONS, reply_to="Anna \u202eBerg", **more)
    until(lambda: port.handed)


def test_a_reply_is_handed_on_and_its_toast_gone(recorder, port, until):
    recorder.set_capabilities(*CAPABILITIES, "inline-reply")
    show(port, until)
    (sent,) = recorder.toasts()
    assert sent["actions"] == ["default", "Open", "inline-reply", "Reply", "archive", "Archive"]
    assert {name: value for name, value in sent["hints"].items() if name.startswith("x-kde-reply")} == {
        "x-kde-reply-placeholder-text": ["s", "Reply to Anna Berg…"],
        "x-kde-reply-submit-button-text": ["s", "Send"],
        "x-kde-reply-submit-button-icon-name": ["s", "mail-send"],
    }
    recorder.reply(sent["id"], "Yes\n🚀")
    until(lambda: port.closed)
    assert port.replies == [("a", "Yes\n🚀")]
    assert port.closed == ["a"]
    assert port.actions == []


def test_a_toast_is_answered_once(recorder, port, until):
    recorder.set_capabilities(*CAPABILITIES, "inline-reply")
    show(port, until)
    for text in ("Yes", "No"):
        recorder.reply(1, text)
    port.show("b")
    until(lambda: port.handed == ["a", "b"])
    recorder.invoke(2)
    until(lambda: port.actions)
    assert port.replies == [("a", "Yes")]


def test_a_click_on_its_button_alone_says_nothing(recorder, port, until):
    recorder.set_capabilities(*CAPABILITIES, "inline-reply")
    show(port, until)
    recorder.invoke(1, "inline-reply")
    until(lambda: port.closed)
    assert port.replies == port.actions == []


def test_a_daemon_without_it_gets_no_button_and_no_hints(recorder, port, until):
    show(port, until)
    (sent,) = recorder.toasts()
    assert sent["actions"] == ["default", "Open", "archive", "Archive"]
    assert not any(name.startswith("x-kde-reply") for name in sent["hints"])
    recorder.reply(99, "to nobody")
    recorder.invoke(1)
    until(lambda: port.actions)
    assert port.replies == []


def test_a_reply_to_a_toast_that_takes_none_is_ignored(recorder, port, until):
    port.show("b")
    until(lambda: port.handed)
    recorder.reply(1, "Yes")
    until(lambda: port.closed)
    assert port.replies == []
