"""Shows what a server wants its user to read: each text once, and never a storm of them."""

from __future__ import annotations

import logging
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

from tray.desktop.storage.state_store import StateError
from tray.mail.model.status import ProblemKind
from tray.mail.model.toast import Toast, ToastKey
from tray.mail.presentation.toasts import BODY_LIMIT, SUMMARY_LIMIT, truncate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.status import Problem

log = logging.getLogger(__name__)

AGAIN = 30 * 86400.0
"""Seconds after which a text that is still said is shown once more."""
HOUR = 3600.0
AN_HOUR = 3
"""Toasts of an account within an hour, at most; what is beyond is shown when it is said again later."""
_REMEMBERED = 100


class Memory(Protocol):
    """Where it is kept what was shown; see `tray.desktop.storage.state_store`."""

    def alerts(self, account: AccountId) -> dict[bytes, float]:
        """What was shown, as hashes, and when."""

    def save_alerts(self, account: AccountId, alerts: Mapping[bytes, float]) -> None:
        """Keep it."""


class ServerAlertToasts:
    """Of all accounts."""

    def __init__(self, memory: Memory, show: Callable[[Toast], None], now: Callable[[], float]) -> None:
        """Show by `show`; `now` gives Unix seconds."""
        self._memory = memory
        self._show = show
        self._now = now
        self._shown: dict[AccountId, dict[bytes, float]] = {}

    def on_alert(self, account: Account, problem: Problem) -> None:
        """The server of `account` said something, perhaps not for the first time."""
        now = self._now()
        shown = self._of(account.id)
        # Over quota is one thing, in whatever words.
        said = problem.server_text if problem.kind is ProblemKind.ALERT else ""
        text = f"{account.id}\0{problem.kind.value}\0{said}"
        digest = blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        if digest in shown and 0 <= now - shown[digest] < AGAIN:
            return
        if sum(0 <= now - when < HOUR for when in shown.values()) >= AN_HOUR:
            log.info("Account %s: another alert of the server, not shown now", account.id)
            return
        shown.pop(digest, None)
        shown[digest] = now
        if len(shown) > _REMEMBERED:
            del shown[next(iter(shown))]
        body = f"{problem.sentence} {problem.advice}".strip()
        key = ToastKey(f"alert:{account.id}:{digest.hex()}")
        self._show(
            Toast(
                key,
                truncate(account.name, SUMMARY_LIMIT),
                truncate(body, BODY_LIMIT),
                messages=(),
                account=account.id,
            )
        )
        try:
            self._memory.save_alerts(account.id, shown)
        except StateError as error:
            log.warning("%s", error)

    def _of(self, account: AccountId) -> dict[bytes, float]:
        if account not in self._shown:
            try:
                kept = self._memory.alerts(account)
            except StateError as error:
                log.warning("%s", error)
                kept = {}
            self._shown[account] = dict(sorted(kept.items(), key=lambda each: each[1]))
        return self._shown[account]
