"""What the account dialog runs to find the server of an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred

from tray.ui.services import Searching

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.mail.discovery import Attempt, Found


class ServerSearch:
    """Asks the providers that we ship, then the network."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def start(
        self,
        email: str,
        ask_thunderbird: bool,
        on_attempt: Callable[[Attempt], None],
        on_done: Callable[[Found | None], None],
    ) -> Searching:
        """See `SettingsServices.discover`."""
        from tray.desktop.provider_files import shipped_providers
        from tray.net.discovery import Skip, discover

        def cancelled(failure: Failure) -> None:
            failure.trap(CancelledError)  # what else there may be is a mistake of ours: Twisted logs it

        skip = Skip()
        running = Deferred.fromCoroutine(
            discover(
                self._reactor, email, shipped_providers(), on_attempt, skip, ask_thunderbird=ask_thunderbird
            )
        )
        running.addCallbacks(on_done, cancelled)
        return Searching(skip=skip.now, cancel=running.cancel)
