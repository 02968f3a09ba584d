"""Connects, logs in, opens a mailbox, fetches its newest subjects, logs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.model.message import listing_date
from tray.net.imap.login import logged_in
from tray.net.imap.mailbox.fetching import Fetching, Unfetched, fetch_newest
from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox

if TYPE_CHECKING:
    from tray.imap.events import Event
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.message import Message
    from tray.mail.model.secret import Secret
    from tray.net.clock import Clock
    from tray.net.proxy.route import ProxySecret


async def newest_subjects(
    reactor: Clock,
    account: Account,
    mailbox: MailboxName,
    secret: Secret,
    count: int,
    proxy_secret: ProxySecret | None = None,
) -> tuple[Message, ...]:
    """The newest `count` messages of `mailbox`, newest first; no flag is changed.

    Raises errors that `tray.net.problems.problem_of` describes.
    """
    selected: SelectedMailbox | None = None

    def on_event(event: Event) -> None:
        if selected is not None:
            selected.handle(event)

    async with logged_in(reactor, account, secret, on_event, proxy_secret) as protocol:
        selected = SelectedMailbox(protocol, mailbox)
        await selected.examine()
        report = await fetch_newest(Fetching(selected, Unfetched()), count, unseen=0)
    return tuple(
        sorted(report.messages, key=lambda message: (listing_date(message), message.uid), reverse=True)
    )
