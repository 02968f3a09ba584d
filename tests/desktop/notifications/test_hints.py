"""How a toast asks for its sound and shows its account's colour, and who plays what the daemon does not."""

from __future__ import annotations

import subprocess

import pytest
from PyQt5.QtGui import QColor

from tests.desktop.conftest import join
from tests.desktop.notifications.client import Client, NoFallback, toast
from tests.rig.desktop import VirtualDesktop
from tray.assets import resource
from tray.desktop.notifications.backend import play_unless_disturbing
from tray.desktop.notifications.dbus import DBusBackend
from tray.desktop.notifications.notify_call import SIZE, picture
from tray.mail.model.account import SWATCHES, palette
from tray.mail.model.toast import Show, Toast, ToastKey


@pytest.fixture
def played():
    return []


@pytest.fixture
def toasts(bus, played):
    made = DBusBackend(Client(), bus, NoFallback(), played.append)
    yield made
    made.deleteLater()


def show(toasts, until, key="k", **more):
    handed = []
    toasts.show(Show(toast(key, **more)), lambda: handed.append(key))
    until(lambda: handed)


@pytest.mark.parametrize(
    ("sound", "hints"),
    [
        ("", {"sound-name": ["s", "message-new-email"]}),
        ("none", {"suppress-sound": ["b", True]}),
        ("bell", {"sound-name": ["s", "bell"]}),
        ("/a/b.oga", {"sound-file": ["s", "/a/b.oga"]}),
        ("mailbell", {"sound-file": ["s", str(resource("sounds/mailbell.wav"))]}),
    ],
)
def test_the_daemon_is_asked_for_the_sound(recorder, toasts, until, sound, hints):
    show(toasts, until, sound=sound)
    (sent,) = recorder.toasts()
    assert {name: value for name, value in sent["hints"].items() if "sound" in name} == hints


def test_a_word_of_the_program_itself_asks_for_no_sound(recorder, toasts, until):
    handed = []
    toasts.show(Show(Toast(ToastKey("k"), "Mailbell", "Words", ())), lambda: handed.append(1))
    until(lambda: handed)
    assert not [name for name in recorder.toasts()[0]["hints"] if "sound" in name]


def test_the_colour_is_on_the_picture(recorder, toasts, until):
    show(toasts, until, colour="#2457d6")
    signature, (width, height, stride, alpha, bits, channels, pixels) = recorder.toasts()[0]["hints"][
        "image-data"
    ]
    assert (signature, width, height, alpha, bits, channels) == ("(iiibiiay)", SIZE, SIZE, True, 8, 4)
    assert len(pixels) == stride * height


@pytest.mark.parametrize("colour", [colour for colour, _ in palette()])
def test_a_dot_has_a_light_and_a_dark_ring(qapp, colour):
    """So that it is seen on any ground, whatever its own colour."""
    image = picture(colour)
    middle = SIZE - round(SIZE * 0.22) - 1
    seen = {image.pixelColor(across, middle).name() for across in range(SIZE)}
    assert {QColor(shade).name() for shade in (*SWATCHES, colour)} <= seen


def test_a_daemon_without_sounds_leaves_the_chosen_one_to_us(recorder, toasts, until, played):
    show(toasts, until, sound="mailbell")
    until(lambda: played)
    assert played == ["mailbell"]


@pytest.mark.parametrize("sound", ["", "none"])
def test_what_nobody_chose_is_not_played(recorder, toasts, until, played, sound):
    show(toasts, until, sound=sound)
    show(toasts, until, "later", sound="bell")
    until(lambda: played)
    assert played == ["bell"]


def test_a_daemon_that_plays_sounds_plays_them_alone(recorder, bus, toasts, until, played):
    recorder.set_capabilities("body", "sound")
    show(toasts, until, sound="mailbell")
    until(lambda: not bus._calls)
    assert played == []


@pytest.mark.parametrize("name", ["Inhibited", "paused"])
def test_with_do_not_disturb_nothing_is_played(recorder, bus, toasts, until, played, name):
    recorder.set_property(name, True)
    show(toasts, until, sound="bell")
    until(lambda: not bus._calls)
    recorder.set_property(name, False)
    show(toasts, until, "later", sound="mailbell")
    until(lambda: played)
    assert played == ["mailbell"]


def test_an_update_of_what_was_never_shown_keeps_its_sound(private_bus, bus, toasts, until, tmp_path):
    from tests.rig.notifications import Notifications

    handed = []
    toasts.show(Show(toast("one", sound="bell")), lambda: handed.append("one"))
    until(lambda: not toasts._asking)
    toasts.show(Show(toast("many", sound="none"), ToastKey("one")), lambda: handed.append("many"))
    with Notifications(private_bus.address, tmp_path) as late:
        until(lambda: len(handed) == 2)
        (sent,) = late.toasts()
        assert sent["hints"]["sound-name"] == ["s", "bell"]


def test_xfce_is_asked_whether_to_disturb(needs_desktop, qapp, until, played):
    """Whose daemon plays nothing, and keeps the switch in its settings."""
    with VirtualDesktop() as desktop:
        bus = join(desktop.bus.address)

        def switch(wanted):
            where = ("-c", "xfce4-notifyd", "-p", "/do-not-disturb", "-n", "-t", "bool", "-s", wanted)
            subprocess.run(["xfconf-query", *where], env=desktop.env, check=True, timeout=20)

        switch("true")
        play_unless_disturbing(bus, "bell", played.append)
        until(lambda: not bus._calls)
        switch("false")
        play_unless_disturbing(bus, "mailbell", played.append)
        until(lambda: played)
        bus.close()
    assert played == ["mailbell"]
