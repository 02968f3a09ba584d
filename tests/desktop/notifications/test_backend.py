"""Toasts as messages of the tray icon."""

from __future__ import annotations

import pytest

from tests.desktop.notifications.client import Client
from tray.desktop.notifications.backend import TrayIconBackend
from tray.mail.model.toast import ToastAction, ToastKey


@pytest.fixture
def shown():
    return []


@pytest.fixture
def client(shown):
    client = Client()
    client.toasts = TrayIconBackend(lambda summary, body: shown.append((summary, body)), client)
    return client


def test_a_toast_is_shown_and_handed_over_at_once(client, shown):
    client.show("a", headline="R&D", origin="Work")
    assert (shown, client.handed) == ([("Summary", "R&D\nBody\nWork")], ["a"])


def test_a_click_opens_the_last_toast_once(client):
    client.show("a")
    client.show("b")
    client.toasts.clicked()
    client.toasts.clicked()
    assert client.actions == [("b", ToastAction.OPEN, "")]


def test_a_click_on_a_withdrawn_toast_means_nothing(client):
    client.show("a")
    client.toasts.withdraw(ToastKey("other"))
    client.toasts.withdraw(ToastKey("a"))
    client.toasts.clicked()
    client.show("b")
    client.toasts.close()
    client.toasts.clicked()
    assert client.actions == []
