"""The toasts on screen with their ids, and the notification daemon's signals about them."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from tray.mail.model.toast import ToastAction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tray.desktop.notifications.backend import BackendListener
    from tray.mail.model.toast import Toast, ToastKey

_REMEMBERED = 50
"""Closed toasts that can still be clicked: some daemons signal the closing first, or keep a history. Also the limit of
unknown ids whose signals are kept."""
_EARLY_LIMIT = 8
"""Signals that are kept for one unknown id."""


class OnScreen:
    """Maps ids to toasts from the daemon's reply on, and keeps signals about unknown ids until that reply.

    Some daemons reply only after they have drawn the toast, when the user may have clicked or closed it already.
    """

    def __init__(self, listener: BackendListener, close: Callable[[int], None]) -> None:
        """`close` is called with the id of a toast that the daemon is to close."""
        self._listener = listener
        self._close = close
        self._shown: dict[int, Toast] = {}
        self._ids: dict[ToastKey, int] = {}
        self._gone: OrderedDict[int, Toast] = OrderedDict()
        self._tokens: dict[int, str] = {}
        self._waits_for_id = False
        self._early: dict[int, list[Callable[[], None]]] = {}

    def sent(self, places: Iterable[ToastKey]) -> int:
        """Called when a toast is sent in place of those with these keys; returns the id to replace, 0 for none."""
        self._waits_for_id = True
        return next((self._ids[key] for key in places if key in self._ids), 0)

    def shown(self, toast: Toast, places: Iterable[ToastKey], identity: int) -> None:
        """Called when the daemon shows the toast that was sent under this id."""
        for key in places:
            old = self._ids.get(key)
            if old is not None:
                self._forget(old)
                if old != identity:
                    self._close(old)
        if identity in self._shown:  # a daemon may count anew
            self._forget(identity)
        self._shown[identity] = toast
        self._ids[toast.key] = identity
        self._gone.pop(identity, None)

    def answered(self, identity: int = 0) -> bool:
        """Called when the daemon has replied, with the id or none, after `shown`; whether that toast is on screen.

        Signals about it that came before are acted upon now.
        """
        early, self._early = self._early.get(identity, ()), {}
        self._waits_for_id = False
        for signal in early:
            signal()
        return identity in self._shown

    def withdraw(self, key: ToastKey) -> None:
        """Close the toast of that key."""
        identity = self._ids.get(key)
        if identity is not None:
            self._remove(identity)

    def withdraw_all(self) -> None:
        """Close all."""
        for identity in list(self._shown):
            self._remove(identity)

    def daemon_ended(self) -> None:
        """Report all toasts as closed; the next daemon uses ids of its own."""
        lost = list(self._shown.values())
        for kept in (self._shown, self._ids, self._gone, self._tokens, self._early):
            kept.clear()
        for toast in lost:
            self._listener.on_closed(toast.key)

    # Signals of the daemon

    def token(self, identity: int, token: str) -> None:
        """Keep the activation token for the next click on that toast."""
        if identity in self._shown or identity in self._gone:
            self._tokens[identity] = token
        else:
            self._keep(identity, partial(self.token, identity, token))

    def action_invoked(self, identity: int, name: str) -> None:
        """Called when the user has clicked the toast or one of its buttons."""
        token = self._tokens.pop(identity, "")
        if name != ToastAction.REPLY.value:  # whose text comes by a signal of its own

            def tell(toast: Toast) -> None:
                self._listener.on_action(toast, ToastAction(name), token)

            self._chosen(identity, name, tell, partial(self.action_invoked, identity, name))

    def replied(self, identity: int, text: str) -> None:
        """Called when the user has typed a reply into the toast."""

        def tell(toast: Toast) -> None:
            self._listener.on_reply(toast, text)

        self._chosen(identity, ToastAction.REPLY.value, tell, partial(self.replied, identity, text))

    def _chosen(
        self, identity: int, name: str, tell: Callable[[Toast], None], signal: Callable[[], None]
    ) -> None:
        """Close the toast and `tell` of it; `signal` is kept while the id may belong to a toast without a reply."""
        on_screen = identity in self._shown
        toast = self._shown[identity] if on_screen else self._gone.pop(identity, None)
        if toast is None:
            self._keep(identity, signal)
        if toast is None or name not in {action.value for action, _ in toast.actions}:
            return
        if on_screen:  # some daemons never signal that a clicked toast is closed
            self._remove(identity)
        tell(toast)
        if on_screen:
            self._listener.on_closed(toast.key)

    def closed(self, identity: int) -> None:
        """Called when the toast is no longer on screen."""
        toast = self._shown.get(identity)
        if toast is None:
            self._keep(identity, partial(self.closed, identity))
            return
        self._forget(identity)
        self._gone[identity] = toast
        while len(self._gone) > _REMEMBERED:
            self._tokens.pop(self._gone.popitem(last=False)[0], None)
        self._listener.on_closed(toast.key)

    def _keep(self, identity: int, signal: Callable[[], None]) -> None:
        """Keep a signal for an id that may belong to the toast without a reply."""
        if not self._waits_for_id:
            return
        kept = self._early.setdefault(identity, [])
        if len(kept) < _EARLY_LIMIT:
            kept.append(signal)
        if len(self._early) > _REMEMBERED:
            del self._early[next(iter(self._early))]

    def _remove(self, identity: int) -> None:
        self._forget(identity)
        self._close(identity)

    def _forget(self, identity: int) -> None:
        key = self._shown.pop(identity).key
        if self._ids.get(key) == identity:
            del self._ids[key]
        self._tokens.pop(identity, None)
