"""Toasts as messages of the tray icon."""

from __future__ import annotations

import pytest

from tray.desktop.notifications.fallback import TrayIconBackend
from tray.mail.model.toast import Action, Show, Toast, ToastKey


def toast(key):
    return Toast(ToastKey(key), f"Summary {key}", "Body", ())


@pytest.fixture
def said():
    return []


@pytest.fixture
def balloon(said):
    return TrayIconBackend(
        lambda summary, body: said.append((summary, body)),
        lambda toast, action, token: said.append((toast.key, action, token)),
    )


def test_a_toast_is_shown_and_handed_over_at_once(balloon, said):
    balloon.show(Show(toast("a")), lambda: said.append("handed"))
    assert said == [("Summary a", "Body"), "handed"]


def test_a_click_opens_the_last_toast_once(balloon, said):
    balloon.show(Show(toast("a")), lambda: None)
    balloon.show(Show(toast("b")), lambda: None)
    balloon.clicked()
    balloon.clicked()
    assert said[2:] == [("b", Action.OPEN, "")]


def test_a_click_on_a_withdrawn_toast_means_nothing(balloon, said):
    balloon.show(Show(toast("a")), lambda: None)
    balloon.withdraw(ToastKey("other"))
    balloon.withdraw(ToastKey("a"))
    balloon.clicked()
    balloon.show(Show(toast("b")), lambda: None)
    balloon.close()
    balloon.clicked()
    assert len(said) == 2
