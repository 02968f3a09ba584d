"""What a server wants its user to read: ALERT, or that the mailbox is full."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.imap.events import StatusResponse, Tagged
from tray.mail.model.account import Security
from tray.mail.presentation.problem_texts.connection import alert
from tray.mail.presentation.problem_texts.server import over_quota
from tray.net.problems.server_refusals import is_traffic, passes_with_time

if TYPE_CHECKING:
    from tray.imap.events import Event
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem

log = logging.getLogger(__name__)

_FOR_ADMINISTRATORS = ("fam/gamin", "filesystem notification")  # Courier, at each log-in
_MOST = 250  # characters that are shown


def alert_of(event: Event, account: Account, *, encrypted: bool) -> Problem | None:
    """The alert that a response on a connection to `account` carries; None where it carries none.

    The text of an ALERT must be shown (RFC 3501, 7.1), whatever came with it; but that a limit is reached for now, the
    account's status says, and only for so long. Before encryption begins the sender is not known: nothing is
    believed then, unless the account does without.
    """
    if not isinstance(event, (StatusResponse, Tagged)) or not (
        encrypted or account.security is Security.NONE
    ):
        return None
    code = event.code.name if event.code is not None else ""
    refused = isinstance(event, Tagged) and event.status != "OK"
    if is_traffic(event.text) or (refused and passes_with_time(event.text)):
        return None
    if code == "OVERQUOTA":
        # A command that was refused so has its own error; a FETCH is refused so for another reason (Gmail).
        return None if refused else over_quota(account, event.text)
    text = event.text.strip()
    if code != "ALERT" or not text:
        return None
    if any(phrase in text.lower() for phrase in _FOR_ADMINISTRATORS):
        log.info("%s has a problem of its own with FAM/Gamin, and works without it", account.host)
        return None
    short = text if len(text) <= _MOST else f"{text[: _MOST - 1].rstrip()}…"
    return alert(account.host, short, text)
