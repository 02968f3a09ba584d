"""Searches the folder that shows the mail of all others, such as Gmail's All Mail, on a connection of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.types import ExtraItems
from tray.mail.folders.folders import Space
from tray.mail.folders.special_use import SpecialUse
from tray.net.imap.login import logged_in
from tray.net.imap.mailbox.fetching import Fetching
from tray.net.imap.mailbox.folder_list import FolderListing
from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox
from tray.net.watch.more_messages import MoreMessages
from tray.net.watch.session_memory import SessionMemory

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.events import Event
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.net.clock import Clock
    from tray.net.proxy.route import ProxySecret
    from tray.net.watch.mailbox_search import MailboxSearch


async def search_all_mail(
    clock: Clock,
    account: Account,
    secret: Secret,
    proxy_secret: ProxySecret,
    search: MailboxSearch,
    opened: Callable[[MailboxName], None],
) -> bool:
    r"""Search the folder with the use ``\All`` (RFC 6154, 2); whether there is one.

    `opened` is called with its name before `search` finds anything. One that is watched is searched by its watcher, and
    not here. Raises errors that `tray.net.problems.problem_of` describes.
    """
    listing = FolderListing()
    mailboxes: list[SelectedMailbox] = []

    def on_event(event: Event) -> None:
        listing.on_event(event)
        for selected in mailboxes:
            selected.handle(event)

    async with logged_in(clock, account, secret, on_event, proxy_secret) as protocol:
        await listing.request(protocol)
        name = next(
            (
                folder.name
                for folder in listing.folders
                if folder.use is SpecialUse.ALL and folder.space is Space.PERSONAL
            ),
            None,
        )
        if name is None:
            return False
        if name in account.mailboxes:
            return True
        opened(name)
        extra = ExtraItems(listing=True)
        memory = SessionMemory()
        selected = SelectedMailbox(protocol, name, lambda: extra)
        mailboxes.append(selected)
        await selected.examine()
        more = MoreMessages(clock, Fetching(selected, memory.unfetched), memory, lambda: extra, _ignore)
        while not search.is_over:
            await search.step(clock, selected, more)
    return True


def _ignore(**_fields: object) -> None:
    """Nothing is reported of a mailbox that is not watched."""
