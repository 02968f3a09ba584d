"""Searches the mail of an account that no watched folder shows, such as what was archived on Gmail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tray.app.credentials.secret_store import SecretStore
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.net.watch.mailbox_search import MailboxSearch

_TELLING = frozenset({"SPECIAL-USE", "XLIST", "X-GM-EXT-1"})
"""Capabilities of which a server has one that says which folder shows all mail."""


class AllMail:
    """Makes a connection for each search, where the server may have such a folder."""

    def __init__(self, reactor: Any, secret_store: SecretStore) -> None:
        self._reactor = reactor
        self._secret_store = secret_store
        self._without: set[tuple[str, str]] = set()
        """Servers and users without one."""

    def may_have_it(self, account: Account, capabilities: Collection[str]) -> bool:
        """Whether it is worth a connection; `capabilities` are those of the watched connections."""
        return not _TELLING.isdisjoint(capabilities) and (account.host, account.user) not in self._without

    def search(
        self, account: Account, search: MailboxSearch, opened: Callable[[MailboxName], None]
    ) -> Callable[[], None]:
        """Search it; see `search_all_mail`. Returns what ends the connection."""
        running = Deferred.fromCoroutine(self._search(account, search, opened))

        def ended(failure: Any) -> None:
            search.end(None if failure.check(CancelledError) else failure.value)

        running.addCallbacks(lambda _: search.end(), ended)
        return running.cancel

    async def _search(
        self, account: Account, search: MailboxSearch, opened: Callable[[MailboxName], None]
    ) -> None:
        from tray.net.watch.all_mail import search_all_mail

        secret = await self._secret_store.login_secret(account)
        found = await search_all_mail(self._reactor, account, secret, self._secret_store.read, search, opened)
        if not found:
            self._without.add((account.host, account.user))
