"""Accounts whose online account wanted its user go on by themselves once that was seen to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.account import SecretSource
from tray.mail.status import NeedsCredentials

if TYPE_CHECKING:
    from tray.app.mailroom import Mailroom


class OnlineWait:
    """Between the desktop's online accounts and the accounts that wait for them."""

    def __init__(self, mailroom: Mailroom) -> None:
        """Wake the accounts of `mailroom`."""
        self._mailroom = mailroom

    def mended(self) -> None:
        """Ask again for those that had no secret, and for those whose secret was refused: there is a new one."""
        for watch in self._mailroom.watches:
            if watch.account.secret is SecretSource.ONLINE and isinstance(watch.status, NeedsCredentials):
                watch.check_now()
