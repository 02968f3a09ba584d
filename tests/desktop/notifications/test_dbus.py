"""Toasts over D-Bus, against a recording daemon on a bus of their own."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

import pytest
from PyQt5.QtCore import QTimer

from tests.desktop.notifications.client import Client, NoFallback
from tests.rig.notifications import NAME
from tray.desktop.notifications import dbus, on_screen
from tray.desktop.notifications.backend import TrayIconBackend
from tray.desktop.notifications.dbus import DBusBackend
from tray.mail.model.toast import Show, Toast, ToastAction, ToastKey


def make(bus, fallback=None):
    client = Client()
    client.toasts = DBusBackend(client, bus, NoFallback() if fallback is None else fallback)
    return client


@pytest.fixture
def port(bus):
    made = make(bus)
    yield made
    made.toasts.deleteLater()


def test_a_toast_is_sent_with_the_types_of_the_specification(recorder, port, until):
    port.show(summary="Ada & Bob", body="1 < 2 & 3")
    until(lambda: port.handed == ["k"])
    (sent,) = recorder.toasts()
    assert sent["signature"] == "susssasa{sv}i"
    assert sent["app"] == "Mailbell"
    assert sent["replaces"] == 0
    assert sent["icon"].endswith("scalable/apps/io.github.mailbell.Mailbell.svg")
    assert sent["summary"] == "Ada & Bob"
    assert sent["body"] == "1 &lt; 2 &amp; 3"
    assert sent["actions"] == ["default", "Open", "mark-read", "Mark as read"]
    assert sent["hints"] == {
        "urgency": ["y", 1],
        "desktop-entry": ["s", "io.github.mailbell.Mailbell"],
        "category": ["s", "email.arrived"],
        "sound-name": ["s", "message-new-email"],
    }
    assert sent["timeout"] == -1


def test_a_toast_about_the_program_is_no_mail(recorder, port, until):
    handed = []
    plain = Toast(ToastKey("p"), "Mailbell", "A word", ())
    port.toasts.show(Show(plain), lambda: handed.append(1))
    until(lambda: handed)
    assert set(recorder.toasts()[0]["hints"]) == {"urgency", "desktop-entry"}


def test_what_a_daemon_cannot_do_is_left_out(recorder, port, until):
    recorder.set_capabilities("body")
    port.show(body="1 < 2")
    until(lambda: port.handed)
    (sent,) = recorder.toasts()
    assert sent["actions"] == []
    assert sent["body"] == "1 < 2"


@pytest.mark.parametrize(
    ("name", "icon"),
    [("dunst", "64x64/apps/io.github.mailbell.Mailbell.png"), ("mako", "io.github.mailbell.Mailbell.svg")],
)
def test_dunst_gets_a_picture_of_a_fixed_size_and_mako_the_scalable_one(recorder, port, until, name, icon):
    """Dunst would draw a scalable one twice as large as its text."""
    recorder.set_name(name)
    port.show()
    until(lambda: port.handed)
    (sent,) = recorder.toasts()
    assert sent["icon"].endswith(icon)


def test_capabilities_are_asked_for_once_per_daemon(recorder, port, until):
    port.show("a")
    port.show("b")
    until(lambda: port.handed == ["a", "b"])
    assert len(recorder.events("capabilities")) == 1


def test_overlong_and_misleading_texts_are_cut_and_cleaned(recorder, port, until):
    port.show(summary="a\nb" + "x" * 5000, body="\u202eevil\x00\x1b " + "y" * 5000)
    until(lambda: port.handed)
    (sent,) = recorder.toasts()
    assert sent["summary"].startswith("a bx")
    assert len(sent["summary"]) == 100
    assert sent["body"].startswith("evil y")
    assert len(sent["body"]) == 300


def test_the_same_key_and_a_named_key_are_replaced(recorder, port, until):
    port.show("a")
    until(lambda: port.handed)
    port.show("a", body="again")
    port.show("b", replaces="a")
    until(lambda: port.handed == ["a", "a", "b"])
    assert [each["replaces"] for each in recorder.toasts()] == [0, 1, 1]
    recorder.invoke(1)
    until(lambda: port.actions)
    assert port.actions == [("b", ToastAction.OPEN, "")]


def test_a_digest_that_takes_two_places_closes_the_second(recorder, port, until):
    port.show("digest")
    port.show("single")
    until(lambda: len(port.handed) == 2)
    port.show("digest", replaces="single")
    until(lambda: len(port.handed) == 3)
    recorder.wait(lambda events: any(e["event"] == "close" and e["id"] == 2 for e in events))
    assert list(recorder.live()) == [1]


def test_a_click_reports_toast_action_and_activation_token(recorder, port, until):
    port.show("a")
    port.show("b")
    until(lambda: len(port.handed) == 2)
    recorder.invoke(2, "mark-read", "token-1")
    until(lambda: port.closed)
    assert port.actions == [("b", ToastAction.MARK_READ, "token-1")]
    assert port.closed == ["b"]


def test_a_click_after_the_closing_still_counts_once(recorder, port, until):
    port.show("a")
    until(lambda: port.handed)
    recorder.dismiss(1, 1)
    until(lambda: port.closed == ["a"])
    recorder.invoke(1, "default", "late")
    until(lambda: port.actions)
    recorder.invoke(1, "default")
    port.show("b")
    until(lambda: len(port.handed) == 2)
    assert port.actions == [("a", ToastAction.OPEN, "late")]
    assert port.closed == ["a"]


def test_other_peoples_toasts_and_unknown_actions_mean_nothing(recorder, port, until):
    port.show("a")
    until(lambda: port.handed)
    recorder.invoke(99, "default", "t")
    recorder.dismiss(98)
    recorder.invoke(1, "reply")
    until(lambda: port.closed)  # the last signal: those before it were seen
    assert port.actions == []
    assert port.closed == ["a"]


def test_only_the_newest_closed_toasts_are_remembered(recorder, port, until, monkeypatch):
    monkeypatch.setattr(on_screen, "_REMEMBERED", 1)
    port.show("a")
    port.show("b")
    until(lambda: len(port.handed) == 2)
    recorder.dismiss(1)
    recorder.dismiss(2)
    until(lambda: len(port.closed) == 2)
    recorder.invoke(1)
    recorder.invoke(2)
    until(lambda: port.actions)
    assert port.actions == [("b", ToastAction.OPEN, "")]


def test_a_withdrawn_toast_is_closed_and_not_reported_as_closed(recorder, port, until):
    port.show("a")
    until(lambda: port.handed)
    port.toasts.withdraw(ToastKey("a"))
    port.toasts.withdraw(ToastKey("never"))
    port.show("b")
    until(lambda: len(port.handed) == 2)
    assert [each["id"] for each in recorder.events("close")] == [1]
    assert port.closed == []


def test_a_toast_withdrawn_while_under_way_is_closed_when_its_id_is_known(recorder, port, until):
    port.show("first")
    until(lambda: port.handed)
    recorder.set_delay(0.2)
    port.show("a")
    port.toasts.withdraw(ToastKey("a"))
    until(lambda: len(port.handed) == 2)
    recorder.wait(lambda events: any(e["event"] == "close" and e["id"] == 2 for e in events))


def test_closing_withdraws_all_and_shows_nothing_more(recorder, port, until):
    port.show("a")
    port.show("b")
    until(lambda: len(port.handed) == 2)
    recorder.set_delay(0.1)
    port.show("c")
    port.show("never")
    port.toasts.close()
    port.show("nor this")
    recorder.wait(lambda events: sum(e["event"] == "close" for e in events) == 2)
    until(lambda: len(port.handed) == 3)
    recorder.wait(lambda events: sum(e["event"] == "close" for e in events) == 3)
    assert recorder.live() == {}
    assert len(recorder.toasts()) == 3


def test_toasts_wait_for_a_daemon_that_comes_later(private_bus, port, recorder, until):
    recorder.stop()
    private_bus.wait_free(NAME)
    port.show("a")
    port.show("b")
    port.show("gone")
    until(port.toasts._retry.isActive)
    port.toasts.withdraw(ToastKey("gone"))
    recorder.start()
    until(lambda: len(port.handed) == 2)
    assert port.handed == ["a", "b"]
    assert [each["summary"] for each in recorder.toasts()] == ["Summary", "Summary"]


def test_a_waiting_toast_that_is_replaced_is_shown_once_and_handed_over_for_both(
    private_bus, port, recorder, until
):
    recorder.stop()
    private_bus.wait_free(NAME)
    port.show("a")
    port.show("digest", replaces="a", body="both")
    assert port.handed == []
    recorder.start()
    until(lambda: len(port.handed) == 2)
    assert [each["body"] for each in recorder.toasts()] == ["both"]


def test_too_many_waiting_toasts_drop_the_oldest_without_handing_over(
    private_bus, port, recorder, until, monkeypatch
):
    monkeypatch.setattr(dbus, "WAITING_LIMIT", 2)
    recorder.stop()
    private_bus.wait_free(NAME)
    for key in ("a", "b", "c"):
        port.show(key)
    recorder.start()
    until(lambda: len(port.handed) == 2)
    assert port.handed == ["b", "c"]


def test_a_daemon_that_goes_takes_its_toasts_along_and_a_new_one_is_asked_anew(
    private_bus, recorder, port, until
):
    port.show("a")
    until(lambda: port.handed)
    recorder.stop()
    until(lambda: port.closed == ["a"])
    recorder.start()
    recorder.set_capabilities("body")
    port.show("b")
    until(lambda: len(port.handed) == 2)
    sent = recorder.toasts()[-1]
    assert (sent["actions"], sent["replaces"]) == ([], 0)
    recorder.dismiss(1)
    until(lambda: port.closed == ["a", "b"])


def test_a_daemon_that_dies_over_a_toast_does_not_lose_it(private_bus, recorder, port, until):
    port.show("first")
    until(lambda: port.handed)
    recorder.set_delay(30)
    port.show("a")
    recorder_pid = recorder._child.pid
    until(lambda: port.toasts._under_way is not None)
    os.kill(recorder_pid, signal.SIGKILL)
    recorder.stop()
    recorder.start()
    until(lambda: port.handed == ["first", "a"])


@pytest.fixture
def hung(recorder, port, bus, until, monkeypatch):
    """A daemon that has shown one toast, stands still since, and was given another; usual calls end soon."""
    ask = bus.ask
    monkeypatch.setattr(bus, "ask", lambda call, on_reply, timeout=50: ask(call, on_reply, timeout))
    port.show("first")
    until(lambda: port.handed)
    pid = recorder._child.pid
    os.kill(pid, signal.SIGSTOP)
    port.toasts._probe_due.setInterval(100)
    port.toasts._grace.setInterval(100)
    port.show("a")
    yield pid
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def test_a_daemon_that_hangs_and_wakes_shows_a_toast_once(hung, recorder, port, until):
    """It has had the call all the time: sent anew, the toast would be shown twice."""
    asked = len(recorder.events("capabilities"))
    until(lambda: not port.toasts._probe_due.isActive())
    port.show("b")
    os.kill(hung, signal.SIGCONT)
    until(lambda: port.handed == ["first", "a", "b"])
    until(lambda: len(recorder.events("capabilities")) == asked + 1)
    assert [each["id"] for each in recorder.toasts()] == [1, 2, 3]
    assert not port.toasts._grace.isActive()


def test_a_daemon_that_hangs_and_is_killed_has_shown_nothing(hung, recorder, port, until):
    until(lambda: not port.toasts._probe_due.isActive())
    os.kill(hung, signal.SIGKILL)
    recorder.start()
    until(lambda: port.handed == ["first", "a"])
    assert len(recorder.toasts()) == 2


@pytest.mark.expects_log("does not answer for a toast")
def test_a_daemon_that_never_answers_for_a_toast_holds_up_no_other(recorder, port, until):
    """It answers later questions, so it has had the toast: sent again and again, it might be shown as often."""
    recorder.set_silent(True)
    port.toasts._probe_due.setInterval(50)
    port.toasts._grace.setInterval(50)
    port.show("a")
    until(lambda: port.handed == ["a"])
    recorder.set_silent(False)
    port.show("b")
    until(lambda: port.handed == ["a", "b"])
    assert len(recorder.toasts()) == 2


@pytest.mark.expects_log("does not answer for a toast")
def test_a_toast_that_the_daemon_before_took_along_goes_to_the_next(recorder, port, until):
    """The old one hangs and has only let go of its name."""
    recorder.set_silent(True)
    port.toasts._probe_due.setInterval(50)
    port.toasts._grace.setInterval(500)
    port.show("a")
    until(port.toasts._grace.isActive)
    recorder.set_silent(False)
    port.toasts._owner_changed(":1.1", ":1.2")
    until(lambda: port.handed == ["a"])
    assert len(recorder.toasts()) == 2


@pytest.mark.expects_log("refused a toast")
def test_a_refused_toast_counts_as_handed_over_and_holds_up_no_other(recorder, port, until):
    recorder.set_refusing(True)
    port.show("a")
    until(lambda: port.handed == ["a"])
    recorder.set_refusing(False)
    port.show("b")
    until(lambda: port.handed == ["a", "b"])
    assert list(recorder.live()) == [1]


@pytest.mark.expects_log("The test bus has ended")
@pytest.mark.parametrize("end", ["kill", "stop"])
def test_after_the_end_of_the_bus_the_fallback_shows_what_comes(private_bus, bus, recorder, until, end):
    """What was not shown by then is not handed over, so that it is announced at the next start."""
    shown = []
    client = make(bus, TrayIconBackend(lambda title, _body: shown.append(title), None))
    client.show("shown")
    until(lambda: client.handed)
    recorder.set_delay(30)
    client.show("under way")
    client.show("behind")
    until(lambda: client.toasts._under_way is not None)
    getattr(private_bus, end)()
    recorder.stop()
    until(lambda: client.closed == ["shown"] and not bus._calls)
    assert client.handed == ["shown"]
    assert not client.toasts._waiting
    assert not [timer for timer in client.toasts.findChildren(QTimer) if timer.isActive()]
    client.show("later", summary="Later")
    assert (client.handed, shown) == (["shown", "later"], ["Later"])


def test_the_fallback_ignores_clicks_on_what_was_withdrawn(no_bus):
    client = Client()
    tray_icon = TrayIconBackend(lambda *_: None, client)
    client.toasts = DBusBackend(client, no_bus, tray_icon)
    client.show("a")
    tray_icon.clicked()
    client.show("b")
    client.toasts.withdraw(ToastKey("b"))
    tray_icon.clicked()
    client.show("c")
    client.toasts.close()
    tray_icon.clicked()
    assert client.actions == [("a", ToastAction.OPEN, "")]
