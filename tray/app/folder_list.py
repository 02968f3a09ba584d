"""What the settings' page of folders asks: the list from the server, and how many connections that takes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.app.vault import Vault
    from tray.mail.account import Account
    from tray.mail.folders import FolderList
    from tray.mail.secret import Secret
    from tray.mail.status import Trouble
    from tray.net.route import ProxySecret

log = logging.getLogger(__name__)


class FolderLists:
    """Lists folders with the secret that was typed or the one that is kept."""

    def __init__(self, reactor: Any, vault: Vault, proxy_secret: ProxySecret | None = None) -> None:
        self._reactor = reactor
        self._vault = vault
        self._proxy_secret = proxy_secret

    def load(
        self, account: Account, secret: Secret | None, done: Callable[[FolderList | Trouble], None]
    ) -> Callable[[], None]:
        """List the folders of `account`; `done` hears once what there is, or what went wrong. Gives what cancels it."""
        from tray.mail.status import TroubleKind
        from tray.net.folders import list_folders
        from tray.net.trouble import trouble_of

        async def listed() -> FolderList:
            known = await self._vault.get(account, secret)
            return await list_folders(self._reactor, account, known, self._proxy_secret)

        cancelled = False

        def failed(failure: Failure) -> Trouble:
            assert failure.value is not None
            trouble = trouble_of(failure.value, account)
            if trouble.kind is TroubleKind.INTERNAL:
                log.error("Fault of ours while listing folders", exc_info=failure.value)
            return trouble

        def ended(outcome: FolderList | Trouble) -> None:
            if not cancelled:
                done(outcome)

        def cancel() -> None:
            nonlocal cancelled
            cancelled = True
            running.cancel()

        running = Deferred.fromCoroutine(listed())
        running.addErrback(failed).addCallback(ended)
        return cancel
