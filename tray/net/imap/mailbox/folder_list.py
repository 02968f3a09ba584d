"""Connects, logs in, lists the mailboxes by LIST or XLIST, logs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap import commands
from tray.imap.errors import CommandRefused
from tray.imap.events import Listed, Namespaces
from tray.imap.types import INBOX, MailboxName
from tray.mail.folders.folders import MAX_FOLDERS, FolderList, folders_of
from tray.net.deferreds import suppress_unhandled
from tray.net.errors import Stopped
from tray.net.imap.connection import ignore
from tray.net.imap.login import id_request, logged_in

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.imap.commands import Request
    from tray.imap.events import Event, Tagged
    from tray.mail.folders.folders import Folder
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.net.clock import Clock
    from tray.net.imap.protocol import MailProtocol
    from tray.net.proxy.route import ProxySecret

LIST_DEADLINE = 60.0
"""Seconds for one LIST: a server may have to read every folder on its disk."""
_RETURN = {"SPECIAL-USE": "SPECIAL-USE", "CHILDREN": "LIST-EXTENDED", "SUBSCRIBED": "LIST-EXTENDED"}
"""Options of LIST, and the capability that each needs (RFC 6154, 2; RFC 5258)."""
_SPACES_LIMIT = 20  # namespaces listed separately, if "*" does not include them
_TEXT_LIMIT = 4_000_000  # characters of all names together


async def list_folders(
    reactor: Clock, account: Account, secret: Secret, proxy_secret: ProxySecret | None = None
) -> FolderList:
    """All folders that `account` may open, or the first `MAX_FOLDERS` of them; nothing is opened or changed.

    Raises errors that `tray.net.problems.problem_of` describes.
    """
    listing = FolderListing(alone=True)
    try:
        async with logged_in(reactor, account, secret, listing.on_event, proxy_secret) as protocol:
            await listing.request(protocol)
    except Stopped:
        if not listing.full:
            raise
    return FolderList(listing.folders, complete=not listing.full)


class FolderListing:
    """Collects folders and namespaces on one connection."""

    def __init__(self, *, alone: bool = False) -> None:
        """`alone`: whether the connection is for this list only; then it is aborted once there are too many folders."""
        self._alone = alone
        self.listed: list[Listed] = []
        self.namespaces: Namespaces | None = None
        self.full = False
        self._text = 0
        self._protocol: MailProtocol
        self._offered: frozenset[str] = frozenset()

    @property
    def folders(self) -> tuple[Folder, ...]:
        """The folders that can be opened."""
        return folders_of(self.listed, self.namespaces)

    async def request(self, protocol: MailProtocol) -> None:
        """List the user's folders, then other users' and shared ones, if ``*`` does not include them."""
        self._protocol, self._offered = protocol, protocol.capabilities or frozenset()
        spaces: Deferred[Tagged | None] | None = None
        with self._protocol.queue.together():
            if self._alone and "ID" in self._offered:
                self._protocol.request(id_request()).addErrback(ignore)
            if "NAMESPACE" in self._offered:
                spaces = self._protocol.request(commands.namespace()).addErrback(_ignore_refusal)
            listed = self._list("")
        with suppress_unhandled(listed, spaces):
            try:
                await listed
            except CommandRefused as error:
                if error.status == "BYE" or self._plain:
                    raise
                await self._request(commands.list_mailboxes())  # an announced extension does not work
            if spaces is not None:
                await spaces
        for prefix in self._not_listed():
            await self._list(prefix).addErrback(_ignore_refusal)

    @property
    def _plain(self) -> bool:
        return not self._offered & {"LIST-EXTENDED", "SPECIAL-USE", "XLIST"}

    def _list(self, prefix: str) -> Deferred[Tagged]:
        pattern = f"{prefix}*"
        returning = [option for option, capability in _RETURN.items() if capability in self._offered]
        if "XLIST" in self._offered and not returning:
            return self._request(commands.xlist_mailboxes(pattern))
        return self._request(commands.list_mailboxes(pattern, returning))

    def _request(self, request: Request) -> Deferred[Tagged]:
        return self._protocol.request(request, LIST_DEADLINE)

    def _not_listed(self) -> list[MailboxName]:
        """Prefixes of namespaces of which nothing was listed; some servers need one LIST for each (RFC 2342, 5)."""
        if self.namespaces is None:
            return []
        spaces = (*self.namespaces.personal, *self.namespaces.others, *self.namespaces.shared)
        names = [folder.mailbox for folder in self.listed]
        prefixes = dict.fromkeys(space.prefix for space in spaces if space.prefix)
        return [
            prefix
            for prefix in prefixes
            if not prefix.upper().startswith(INBOX) and not any(name.startswith(prefix) for name in names)
        ][:_SPACES_LIMIT]

    def on_event(self, event: Event) -> None:
        """Keep folders and namespaces."""
        if isinstance(event, Namespaces):
            self.namespaces = event
        elif isinstance(event, Listed) and not self.full:
            self._text += len(event.mailbox) + sum(map(len, event.attributes))
            if len(self.listed) >= MAX_FOLDERS or self._text > _TEXT_LIMIT:
                self.full = True
                if self._alone:
                    self._protocol.abort(Stopped())  # there may be millions
                return
            self.listed.append(event)


def _ignore_refusal(failure: Failure) -> None:
    """Ignore a refusal, which only makes the list shorter; other failures remain."""
    error = failure.value
    if not isinstance(error, CommandRefused) or error.status == "BYE":
        failure.raiseException()
