"""What of an account matters to its connections; the rest can change while they last."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.imap.types import INBOX

if TYPE_CHECKING:
    from tray.mail.account import Account


def connection_of(account: Account) -> Account:
    """`account` without all that no connection knows of; equal for two accounts that connect and log in alike.

    A field that is new in `Account` matters until it is named here.
    """
    return replace(
        account,
        name="",
        email="",
        mailboxes=(INBOX,),
        webmail="",
        open_command="",
        colour="",
        sound="",
        muted=False,
        quiet_hours=(),
    )
