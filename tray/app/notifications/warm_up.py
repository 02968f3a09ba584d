"""Prepares the first toast while nothing happens, so that the first mail of a run does not wait for it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tray.net.clock import Timer
from tray.values import compile_used

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tray.net.clock import Clock

MODULES = (
    "email.header",
    "email.feedparser",
    "email.message",
    "tray.mail.preview.first_line",
    "tray.mail.preview.body_text",
    "tray.mail.settings.rules",
    "tray.mail.policy.decision",
    "tray.mail.policy.explanations",
    "tray.mail.notifications.toast_content",
    "tray.mail.notifications.notifier",
    "tray.mail.notifications.one_time_code",
    "tray.mail.presentation.initials",
    "tray.desktop.notifications.avatar",
    "tray.desktop.session.presence",
    "tray.desktop.session.x11",
)
"""Each takes at most some 5 ms; what they import comes with them."""
AFTER = 0.3
"""Seconds after the first account is watched: titles and icon are drawn then."""
BETWEEN = 0.05
"""Seconds between two steps, in which the program can do other things."""


class WarmUp:
    """Takes one step after the other; a mail that comes earlier takes what time it needs."""

    def __init__(self, clock: Clock, ask_desktop: Callable[[], object]) -> None:
        """`ask_desktop` asks whether the user wants to be disturbed."""
        self._timer = Timer(clock)
        self._ask_desktop = ask_desktop
        self._steps: Iterator[None] | None = None

    def start(self) -> None:
        """Begin in `AFTER` seconds, unless it has begun before."""
        if self._steps is None:
            self._steps = self._prepared()
            self._timer.set(AFTER, self._step, self._steps)

    def stop(self) -> None:
        """Prepare nothing more."""
        self._steps = iter(())
        self._timer.clear()

    def _step(self, steps: Iterator[None]) -> None:
        for _ in steps:
            self._timer.set(BETWEEN, self._step, steps)
            break

    def _prepared(self) -> Iterator[None]:
        for name in MODULES:
            import_module(name)
            yield
        # What the desktop answers counts until it signals a change, from the second time on.
        for step in (look_for_a_code, make_a_toast, self._ask_desktop, self._ask_desktop, compile_used):
            step()
            yield


def look_for_a_code() -> None:
    """Any number in a mail may be a one-time code; to compile the longest pattern takes 12 ms."""
    from tray.mail.notifications.one_time_code import find_code

    find_code("Invoice 482913", "")


def make_a_toast() -> None:
    """Make the toast of a mail, and throw it away: patterns are compiled, and Qt has painted and knows its types."""
    from tray.desktop.notifications.notify_call import Daemon, notify_call
    from tray.imap.types import INBOX, Address, Envelope, Uid, UidValidity
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message, MessageKey
    from tray.mail.model.toast import Arrival, Show
    from tray.mail.notifications.notifier import feed
    from tray.mail.notifications.state import EMPTY
    from tray.mail.preview.body_text import body_text
    from tray.mail.preview.first_line import first_line

    text = body_text(b"Content-Type: text/plain", b"Lunch on Friday?\r\n", complete=True).text
    envelope = Envelope("A mail", Address("Anna Berg", "anna@example.org"), 0.0, "")
    message = Message(Uid(1), envelope, frozenset(), preview=first_line(text))
    key = MessageKey(AccountId(""), INBOX, UidValidity(1), message.uid)
    arrival = Arrival(key, "", message, show_account=False)
    for order in feed(EMPTY, [arrival], now=0.0).orders:
        if isinstance(order, Show):
            notify_call(order.toast, 0, Daemon(frozenset({"actions", "body", "body-markup"})))
