"""Puts the copy of a sent mail into the folder of sent mails, unless it is there already."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from twisted.mail.imap4 import IMAP4Exception

from tray.imap.errors import CommandRefused
from tray.imap.types import SEEN
from tray.mail.folders.folders import Space
from tray.mail.folders.special_use import SpecialUse
from tray.mail.presentation.problem_texts.actions import refused_action
from tray.net.errors import ActionFailed
from tray.net.imap.login import logged_in
from tray.net.imap.mailbox.folder_list import FolderListing

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.net.clock import Clock
    from tray.net.proxy.route import ProxySecret

_KEEP_BY_THEMSELVES = ("outlook.office365.com", "outlook.office.com", "imap-mail.outlook.com")
"""Servers that keep what is sent by SMTP; Gmail, which does so, too, is known by its extension."""


async def keep_sent(
    reactor: Clock,
    account: Account,
    secret: Secret,
    mail: bytes,
    message_id: str,
    proxy_secret: ProxySecret | None = None,
) -> bool:
    r"""Put `mail` into the account's folder with the special use ``\Sent``, as read; False where it has none.

    A mail with this `message_id` in it is left alone: an earlier attempt, or the server itself, has put it there.
    Raises errors that `tray.net.problems.problem_of` describes.
    """
    if account.host.lower() in _KEEP_BY_THEMSELVES:
        return True
    listing = FolderListing()
    async with logged_in(reactor, account, secret, listing.on_event, proxy_secret) as protocol:
        if "X-GM-EXT-1" in (protocol.capabilities or ()):
            return True
        await listing.request(protocol)
        own = (folder for folder in listing.folders if folder.space is Space.PERSONAL)
        sent = next((folder.name for folder in own if folder.use is SpecialUse.SENT), None)
        if sent is None:
            return False
        await protocol.examine(sent)
        if not await protocol.search(f'HEADER MESSAGE-ID "{message_id}"', uid=True):
            try:
                await protocol.append(sent, BytesIO(mail), [SEEN])
            except IMAP4Exception:  # its text is not free of secrets
                refusal = CommandRefused("APPEND", "NO", "", "")
                raise ActionFailed(refused_action(refusal, account), refused=True) from None
        return True
