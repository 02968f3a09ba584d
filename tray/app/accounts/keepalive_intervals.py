"""How long each account's connections may be silent: learnt by their watchers, kept across runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from tray.net.watch.keepalive import LONGEST, Renewal, remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tray.mail.model.account import AccountId

log = logging.getLogger(__name__)


class Store(Protocol):
    """Where it is kept; see `tray.desktop.storage.keepalive_file`."""

    def load(self) -> dict[str, object]:
        """What is kept."""

    def save(self, seconds: Mapping[str, float]) -> None:
        """Keep it."""


class Renewals:
    """One `Renewal` for each account; only what differs from the longest is kept."""

    def __init__(self, store: Store, accounts: Iterable[AccountId]) -> None:
        """Go on from what was learnt of `accounts`; that of others is forgotten."""
        self._store = store
        kept = store.load()
        self._known = {account: remembered(kept.get(account)) for account in accounts}

    def of(self, account: AccountId) -> Renewal:
        """How long the connections of an account may be silent."""
        return self._known.get(account) or Renewal()

    def learnt(self, account: AccountId, renewal: Renewal) -> None:
        """A watcher has learnt something."""
        before = self.of(account)
        self._known[account] = renewal
        if renewal.seconds != before.seconds:
            log.info("Account %s: the connection is renewed every %.0f s", account, renewal.seconds)
            self._save()

    def _save(self) -> None:
        self._store.save(
            {
                account: renewal.seconds
                for account, renewal in self._known.items()
                if renewal.seconds < LONGEST
            }
        )
