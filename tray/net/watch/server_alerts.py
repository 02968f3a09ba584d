"""What a server wants its user to read, on one connection: ALERT, or that the mailbox is full."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.imap.events import Tagged
from tray.mail.model.account import Security
from tray.mail.presentation.problem_texts.connection import alert
from tray.mail.presentation.problem_texts.server import over_quota
from tray.net.imap.login import hide
from tray.net.problems.server_refusals import is_traffic, passes_with_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.events import Status
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.net.imap.protocol import MailProtocol

log = logging.getLogger(__name__)

_FOR_ADMINISTRATORS = ("fam/gamin", "filesystem notification")  # Courier, at each log-in
_MOST = 250  # characters that are shown


class ServerAlerts:
    """Listens to one connection after another; `tell` hears of each remark, as often as it is made."""

    def __init__(self, account: Account, tell: Callable[[Problem], None]) -> None:
        self._account = account
        self._tell = tell
        self.last: Problem | None = None
        """The last one on the present connection."""

    def listen(self, protocol: MailProtocol, secret: Secret, first: Callable[[], None]) -> None:
        """Listen to `protocol`; `first` is called for its first remark.

        Nothing is believed before it is known who speaks, and nothing that repeats the secret is passed on.
        """
        hide(protocol, self._account, secret)
        in_clear = self._account.security is Security.NONE

        def heard(said: Status | Tagged) -> None:
            if protocol.encrypted or in_clear:
                problem = alert_of(said, self._account)
                if problem is not None:
                    fresh, self.last = self.last is None, problem
                    self._tell(problem)
                    if fresh:
                        first()

        protocol.on_remark = heard

    def forget(self, protocol: MailProtocol) -> None:
        """The connection is gone."""
        self.last = None
        protocol.on_remark = _nothing


def alert_of(said: Status | Tagged, account: Account) -> Problem | None:
    """What a user has to be told of what the server said besides; None where it is for nobody.

    The text of an ALERT must be shown (RFC 3501, 7.1), whatever came with it; but that a limit is reached for now, the
    account's status says, and only for so long.
    """
    code = said.code.name if said.code is not None else ""
    refused = isinstance(said, Tagged) and said.status != "OK"
    if is_traffic(said.text) or (refused and passes_with_time(said.text)):
        return None
    if code == "OVERQUOTA":
        # Whoever gave a command that was refused so, hears it; a FETCH is refused so for another reason (Gmail).
        return None if refused else over_quota(account, said.text)
    text = said.text.strip()
    if code != "ALERT" or not text:
        return None
    if any(phrase in text.lower() for phrase in _FOR_ADMINISTRATORS):
        log.info("%s has a problem of its own with FAM/Gamin, and works without it", account.host)
        return None
    short = text if len(text) <= _MOST else f"{text[: _MOST - 1].rstrip()}…"
    return alert(account.host, short, text)


def _nothing(_: object) -> None:
    """The connection is no longer ours."""
