"""The toasts on screen with their ids, and the notification daemon's signals about them, also late ones."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tray.mail.model.toast import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.notifications.backend import BackendListener
    from tray.mail.model.toast import Toast, ToastKey

_REMEMBERED = 50
"""Closed toasts that can still be clicked: some daemons signal the closing first, or keep a history. Also the limit of
unknown ids whose signals are kept, and of toasts without a reply."""
_EARLY_LIMIT = 8
"""Signals that are kept for one unknown id."""


@dataclass(eq=False)
class Pending:
    """A toast for which the daemon has not replied."""

    toast: Toast
    places: list[ToastKey]
    """Keys of toasts that it replaces, its own first."""
    handed_over: list[Callable[[], None]] = field(default_factory=list)
    """Called when the desktop has accepted it; emptied then."""
    withdrawn: bool = False
    """Whether it is to be closed as soon as its id is known: it was withdrawn, or replaced by a newer one."""
    replaces: int = 0
    """The id that it was sent to replace, 0 for none."""
    number: int = 0
    """Its position in the order of sending."""
    lost: bool = False
    """Whether the daemon that it was sent to has ended."""

    def confirm(self) -> None:
        """Call `handed_over`, once: the desktop has accepted it."""
        callbacks, self.handed_over = self.handed_over, []
        for handed_over in callbacks:
            handed_over()


class OnScreen:
    """Maps ids to toasts from the daemon's reply on, and keeps earlier signals about unknown ids.

    A reply may come after the toast was withdrawn or replaced, or after the user has clicked or closed it.
    """

    def __init__(self, listener: BackendListener, close: Callable[[int], None]) -> None:
        """`close` is called with the id of a toast that the daemon is to close."""
        self._listener = listener
        self._close = close
        self._numbers = itertools.count(1)
        self._unanswered: list[Pending] = []
        self._shown: dict[int, Pending] = {}
        self._ids: dict[ToastKey, int] = {}
        self._gone: OrderedDict[int, Toast] = OrderedDict()
        self._tokens: dict[int, str] = {}
        self._early: OrderedDict[int, list[Callable[[], None]]] = OrderedDict()

    # -- calls and replies -----------------------------------------------------------------------------

    def sent(self, pending: Pending) -> int:
        """Called when `pending` is sent; returns the id that it replaces, 0 for none."""
        pending.number = next(self._numbers)
        pending.replaces = next((self._ids[key] for key in pending.places if key in self._ids), 0)
        self._unanswered.append(pending)
        del self._unanswered[:-_REMEMBERED]
        return pending.replaces

    def refused(self, pending: Pending) -> None:
        """Called when the daemon has given no id to `pending`."""
        if pending in self._unanswered:
            self._unanswered.remove(pending)
        self._forget_unneeded_signals()

    def shown(self, pending: Pending, identity: int) -> bool:
        """Called when the daemon shows `pending` under this id; returns whether it is still on screen."""
        if pending not in self._unanswered:  # shown by a daemon that has ended
            return False
        self._unanswered.remove(pending)
        shown = not self._belongs_to_newer(pending, identity)
        if shown:
            self._take_places(pending, identity)
        pending.confirm()
        if shown:
            for signal in self._early.pop(identity, ()):
                signal()
        self._forget_unneeded_signals()
        shown = self._shown.get(identity) is pending
        if shown and pending.withdrawn:
            self._remove(identity)
            return False
        return shown

    def _belongs_to_newer(self, pending: Pending, identity: int) -> bool:
        now = self._shown.get(identity)
        if now is not None and now.number > pending.number:
            return True
        return pending.withdrawn and any(
            other.replaces == identity and other.number > pending.number for other in self._unanswered
        )

    def _take_places(self, pending: Pending, identity: int) -> None:
        for key in pending.places:
            old = self._ids.get(key)
            if old is not None and self._shown[old].number < pending.number:
                self._forget(old)
                if old != identity:
                    self._close(old)
        if identity in self._shown:
            self._forget(identity)
        for other in self._unanswered:
            if other.toast.key in pending.places and other.number < pending.number:
                other.withdrawn = True
        self._shown[identity] = pending
        if not pending.withdrawn:
            self._ids[pending.toast.key] = identity
        self._gone.pop(identity, None)

    def withdraw(self, key: ToastKey) -> None:
        """Close the toast of that key, now or as soon as its id is known."""
        for pending in self._unanswered:
            if pending.toast.key == key:
                pending.withdrawn = True
        identity = self._ids.get(key)
        if identity is not None:
            self._remove(identity)

    def withdraw_all(self) -> None:
        """Close all, now or as soon as their ids are known."""
        for pending in self._unanswered:
            pending.withdrawn = True
        for identity in list(self._shown):
            self._remove(identity)

    def daemon_ended(self) -> None:
        """Report all toasts as closed; the next daemon uses ids of its own."""
        lost = [pending for pending in (*self._shown.values(), *self._unanswered) if not pending.handed_over]
        for pending in self._unanswered:
            pending.lost = True
        self._shown.clear()
        self._ids.clear()
        self._unanswered.clear()
        self._gone.clear()
        self._tokens.clear()
        self._early.clear()
        for pending in lost:
            if not pending.withdrawn:
                self._listener.on_closed(pending.toast.key)

    # -- signals of the daemon -------------------------------------------------------------------------

    def token(self, identity: int, token: str) -> None:
        """Keep the activation token for the next click on that toast."""
        if identity in self._shown or identity in self._gone:
            self._tokens[identity] = token
        else:
            self._keep(identity, partial(self.token, identity, token))

    def action_invoked(self, identity: int, name: str) -> None:
        """Called when the user has clicked the toast or one of its buttons."""
        pending = self._shown.get(identity)
        toast = self._gone.pop(identity, None) if pending is None else pending.toast
        token = self._tokens.pop(identity, "")
        if toast is None:
            self._keep(identity, partial(self.action_invoked, identity, name))
        if toast is None or name not in {action.value for action, _ in toast.actions}:
            return
        if pending is not None:  # some daemons never signal that a clicked toast is closed
            self._remove(identity)
        self._listener.on_action(toast, Action(name), token)
        if pending is not None and not pending.withdrawn:
            self._listener.on_closed(toast.key)

    def closed(self, identity: int) -> None:
        """Called when the toast is no longer on screen."""
        pending = self._shown.get(identity)
        if pending is None:
            self._keep(identity, partial(self.closed, identity))
            return
        self._forget(identity)
        self._gone[identity] = pending.toast
        while len(self._gone) > _REMEMBERED:
            self._tokens.pop(self._gone.popitem(last=False)[0], None)
        if not pending.withdrawn:
            self._listener.on_closed(pending.toast.key)

    def _keep(self, identity: int, signal: Callable[[], None]) -> None:
        """Keep a signal for an id that may belong to a toast without a reply."""
        if not self._unanswered:
            return
        kept = self._early.setdefault(identity, [])
        if len(kept) < _EARLY_LIMIT:
            kept.append(signal)
        while len(self._early) > _REMEMBERED:
            self._early.popitem(last=False)

    def _forget_unneeded_signals(self) -> None:
        if not self._unanswered:
            self._early.clear()

    def _remove(self, identity: int) -> None:
        self._forget(identity)
        self._close(identity)

    def _forget(self, identity: int) -> None:
        key = self._shown.pop(identity).toast.key
        if self._ids.get(key) == identity:
            del self._ids[key]
        self._tokens.pop(identity, None)
