"""Messages of a server for its user: ALERT, or that the mailbox is full."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.imap.events import StatusResponse, Tagged
from tray.mail.model.account import Security
from tray.mail.problems.connection import alert
from tray.mail.problems.refusals import is_traffic, over_quota, passes_with_time

if TYPE_CHECKING:
    from tray.imap.events import Event
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem

log = logging.getLogger(__name__)

_FOR_ADMINISTRATORS = ("fam/gamin", "filesystem notification")  # Courier, at each login
_LIMIT = 250  # characters


def alert_of(event: Event, account: Account, *, encrypted: bool) -> Problem | None:
    """The alert that a response on a connection to `account` carries; None where it carries none.

    The text of an ALERT must be shown (RFC 3501, 7.1), except that a limit is reached, which is part of the account's
    status. Alerts before encryption are ignored, because an attacker may have sent them, unless the account uses none.
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
        # A refused command has its own error; Gmail uses the code for another reason, too.
        return None if refused else over_quota(account, event.text)
    text = event.text.strip()
    if code != "ALERT" or not text:
        return None
    if any(phrase in text.lower() for phrase in _FOR_ADMINISTRATORS):
        log.info("%s reports a problem with FAM/Gamin, which has no effect here", account.host)
        return None
    short = text if len(text) <= _LIMIT else f"{text[: _LIMIT - 1].rstrip()}…"
    return alert(account.host, short, text)
