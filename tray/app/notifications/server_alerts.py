"""Shows alerts of servers as toasts: each text once, and a limited number in an hour."""

from __future__ import annotations

import logging
from hashlib import blake2b
from typing import TYPE_CHECKING

from tray.desktop.storage.state_store import StateError
from tray.mail.model.status import ProblemKind
from tray.mail.model.toast import Toast, ToastKey
from tray.mail.presentation.message_texts import BODY_LIMIT, SUMMARY_LIMIT, truncate

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.notifications.gate import NotificationGate
    from tray.desktop.storage.state_store import StateStore
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.status import Problem

log = logging.getLogger(__name__)

REPEAT_AFTER = 30 * 86400.0
"""Seconds after which a text that the server still sends is shown again."""
HOUR = 3600.0
HOURLY_LIMIT = 3
"""Toasts of an account within an hour; further alerts are shown when the server sends them again later."""
_REMEMBERED = 100


class ServerAlertToasts:
    """Shows the alerts of all accounts."""

    def __init__(self, store: StateStore, gate: NotificationGate, now: Callable[[], float]) -> None:
        """`now` gives Unix seconds."""
        self._store = store
        self._gate = gate
        self._now = now
        self._shown: dict[AccountId, dict[bytes, float]] = {}

    def on_alert(self, account: Account, problem: Problem) -> None:
        """The server of `account` sent a text for its user, perhaps not for the first time."""
        now = self._now()
        shown = self._shown_of(account.id)
        # The text of other problems, such as an exceeded quota, may vary.
        text = problem.server_text if problem.kind is ProblemKind.ALERT else ""
        identity = f"{account.id}\0{problem.kind.value}\0{text}"
        digest = blake2b(identity.encode("utf-8", "replace"), digest_size=16).digest()
        if digest in shown and 0 <= now - shown[digest] < REPEAT_AFTER:
            return
        if sum(0 <= now - when < HOUR for when in shown.values()) >= HOURLY_LIMIT:
            log.info("Account %s: another alert of the server, not shown now", account.id)
            return
        shown.pop(digest, None)
        shown[digest] = now
        if len(shown) > _REMEMBERED:
            del shown[next(iter(shown))]
        self._gate.show(
            Toast(
                ToastKey(f"alert:{account.id}:{digest.hex()}"),
                truncate(account.name, SUMMARY_LIMIT),
                truncate(f"{problem.sentence} {problem.advice}".strip(), BODY_LIMIT),
                messages=(),
                account=account.id,
            )
        )
        try:
            self._store.save_alerts(account.id, shown)
        except StateError as error:
            log.warning("%s", error)

    def _shown_of(self, account: AccountId) -> dict[bytes, float]:
        """When each alert was shown, the oldest first."""
        if account not in self._shown:
            try:
                kept = self._store.alerts(account)
            except StateError as error:
                log.warning("%s", error)
                kept = {}
            self._shown[account] = dict(sorted(kept.items(), key=lambda entry: entry[1]))
        return self._shown[account]
