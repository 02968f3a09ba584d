"""What uses a backend: it has toasts shown, and writes down what it is called with."""

from __future__ import annotations

from tray.imap.types import INBOX, Uid, UidValidity
from tray.mail.model.account import AccountId
from tray.mail.model.message import MessageKey
from tray.mail.model.toast import Show, Toast, ToastAction, ToastKey

KEY = MessageKey(AccountId("a"), INBOX, UidValidity(1), Uid(7))
BUTTONS = ((ToastAction.OPEN, "Open"), (ToastAction.MARK_READ, "Mark as read"))


def toast(key="k", summary="Summary", body="Body", **more):
    return Toast(ToastKey(key), summary, body, (KEY,), **{"actions": BUTTONS, **more})


class Client:
    """Is the listener of its backend `toasts`, which a test makes."""

    def __init__(self):
        self.toasts = None
        self.actions = []
        self.closed = []
        self.replies = []
        self.handed = []

    def show(self, key="k", replaces=None, **more):
        order = Show(toast(key, **more), None if replaces is None else ToastKey(replaces))
        self.toasts.show(order, lambda: self.handed.append(key))

    def on_action(self, toast, action, token):
        self.actions.append((toast.key, action, token))

    def on_reply(self, toast, text):
        self.replies.append((toast.key, text))

    def on_closed(self, key):
        self.closed.append(key)


class NoFallback:
    """A backend that is not to be asked for anything but to withdraw and to end."""

    def show(self, order, _handed_over):
        raise AssertionError(order)

    def withdraw(self, _key):
        pass

    def close(self):
        pass
