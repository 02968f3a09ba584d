"""How a toast asks for its sound and shows its sender, and who plays what the daemon does not."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor

from tests.desktop.notifications.client import Client, NoFallback, toast
from tray.assets import resource
from tray.desktop.notifications import notify_call
from tray.desktop.notifications.avatar import avatar
from tray.desktop.notifications.dbus import DBusBackend
from tray.desktop.storage import paths
from tray.mail.model.toast import ENVELOPE, Show, Toast, ToastAction, ToastKey
from tray.mail.presentation.colours import rgb, solid


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


@pytest.mark.parametrize("sound", ["mailbell", "/a/b.oga"])
def test_in_flatpak_the_daemon_is_told_names_for_it_sees_none_of_our_files(
    recorder, toasts, until, tmp_path, monkeypatch, sound
):
    monkeypatch.setattr(paths, "_FLATPAK", tmp_path)
    notify_call._icon.cache_clear()
    try:
        show(toasts, until, sound=sound)
    finally:
        notify_call._icon.cache_clear()
    (sent,) = recorder.toasts()
    assert sent["icon"] == "io.github.mailbell.Mailbell"
    assert sent["hints"]["sound-name"] == ["s", "message-new-email"]
    assert "sound-file" not in sent["hints"]


def test_a_word_of_the_program_itself_asks_for_no_sound(recorder, toasts, until):
    handed = []
    toasts.show(Show(Toast(ToastKey("k"), "Mailbell", "Words", ())), lambda: handed.append(1))
    until(lambda: handed)
    assert not [name for name in recorder.toasts()[0]["hints"] if "sound" in name]


def picture(recorder, toasts, until, **more):
    """The hint with the picture of the sender: width, height, stride, alpha, bits, channels, pixels."""
    show(toasts, until, initials="AB", **more)
    signature, values = recorder.toasts()[0]["hints"]["image-data"]
    assert signature == "(iiibiiay)"
    return values


def test_the_senders_letters_are_on_the_colour_of_the_account(recorder, toasts, until):
    width, height, stride, alpha, bits, channels, pixels = picture(recorder, toasts, until, colour="#1f8a4c")
    assert (width, height, alpha, bits, channels) == (96, 96, True, 8, 4)
    assert len(pixels) == stride * height
    at = lambda x, y: tuple(pixels[y * stride + 4 * x :][:4])  # noqa: E731
    assert at(0, 0) == (0, 0, 0, 0)
    assert at(48, 10) == (*solid(rgb("#1f8a4c")), 255)
    assert (255, 255, 255, 255) in {at(x, 48) for x in range(96)}


def test_a_sender_without_letters_has_an_envelope(qapp):
    letters, envelope = avatar("", "#1f8a4c", 96), avatar(ENVELOPE, "#1f8a4c", 96)
    assert letters != envelope
    assert QColor(envelope.pixel(48, 50)) == QColor(Qt.white)  # the fold of its flap


def test_dunst_gets_a_small_picture(recorder, toasts, until):
    """It draws one to one, and squeezes the text."""
    recorder.set_name("dunst")
    assert picture(recorder, toasts, until)[:2] == [48, 48]
    assert recorder.toasts()[0]["icon"].endswith("64x64/apps/io.github.mailbell.Mailbell.png")


def test_without_letters_there_is_the_icon_of_the_program(recorder, toasts, until):
    show(toasts, until, colour="#1f8a4c")
    (sent,) = recorder.toasts()
    assert "image-data" not in sent["hints"]
    assert sent["icon"].endswith(".svg")


def test_the_subject_is_bold_and_nothing_else_is_markup(recorder, toasts, until):
    show(toasts, until, headline="R&D <i>", body="1 < 2", origin="Work · Lists")
    show(toasts, until, "own", body="<b>")
    assert [sent["body"] for sent in recorder.toasts()] == [
        "<b>R&amp;D &lt;i&gt;</b>\n1 &lt; 2\nWork · Lists",
        "&lt;b&gt;",
    ]


def test_without_markup_there_is_plain_text(recorder, toasts, until):
    recorder.set_capabilities("body")
    show(toasts, until, headline="R&D <i>", body="")
    assert recorder.toasts()[0]["body"] == "R&D <i>"


def test_plasma_shows_account_and_folder_in_its_header(recorder, toasts, until):
    recorder.set_capabilities("body", "x-kde-origin-name")
    show(toasts, until, headline="Hi", body="", origin="Work · Lists")
    (sent,) = recorder.toasts()
    assert (sent["body"], sent["hints"]["x-kde-origin-name"]) == ("Hi", ["s", "Work · Lists"])


def test_what_is_important_is_urgent_and_what_is_to_stay_stays(recorder, toasts, until):
    show(toasts, until, urgent=True, timeout=0)
    show(toasts, until, "usual")
    assert [(sent["hints"]["urgency"], sent["timeout"]) for sent in recorder.toasts()] == [
        (["y", 2], 0),
        (["y", 1], -1),
    ]


@pytest.mark.parametrize(("name", "buttons"), [("Xfce Notify Daemon", 3), ("gnome-shell", 4)])
def test_xfce_draws_the_click_as_a_button_and_gets_one_less(recorder, toasts, until, name, buttons):
    recorder.set_name(name)
    show(toasts, until, actions=tuple((action, action.value) for action in list(ToastAction)[:4]))
    assert len(recorder.toasts()[0]["actions"]) == 2 * buttons


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
