"""Searches the mail of all accounts on their servers, one search at a time."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tray.imap.types import INBOX
from tray.mail.actions.pending import shown_message
from tray.mail.arrivals.duplicates import identity
from tray.mail.model.message import MessageKey, listing_date
from tray.mail.presentation.summary import SearchResults, message_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.accounts.mail_service import MailService
    from tray.app.actions.all_mail import AllMail
    from tray.imap.types import MailboxName, UidValidity
    from tray.mail.actions.pending import PendingAction
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.message import Message
    from tray.mail.model.uid_set import UidSet
    from tray.net.watch.mailbox_search import MailboxSearch

_LIMIT = 50  # hits of an account


class MessageSearch:
    """Starts searches, and keeps what the present one has found."""

    def __init__(self, mail_service: MailService, all_mail: AllMail) -> None:
        self._mail_service = mail_service
        self._all_mail = all_mail
        self._run: _Run | None = None

    def start(
        self, text: str, account_id: AccountId | None, found: Callable[[SearchResults], None]
    ) -> Callable[[], None]:
        """See `MessageCommands.search`."""
        self._end()
        from tray.net.watch.mailbox_search import words_of

        words = words_of(text)
        if not words:
            found(SearchResults())
            return lambda: None
        run = self._run = _Run(self._mail_service, self._all_mail, words, found)
        run.start(account_id)
        return run.cancel

    def message(self, key: MessageKey) -> Message | None:
        """A message that was found; None where it is not known."""
        return None if self._run is None else self._run.hits.get(key)

    def message_id(self, key: MessageKey) -> str:
        """Message-ID of a message that was found; empty where it is not known."""
        message = self.message(key)
        return "" if message is None else message.envelope.message_id

    def on_action_done(self, action: PendingAction, uids: UidSet) -> None:
        """A server has done `action` on these messages."""
        if self._run is not None:
            done = [replace(action, uids=uids)]
            after = {key: shown_message(key, hit, done) for key, hit in self._run.hits.items()}
            self._run.hits = {key: hit for key, hit in after.items() if hit is not None}

    def show_again(self) -> None:
        """Other actions are pending: what was found is shown as if they were done."""
        if self._run is not None and self._run.hits:
            self._run.tell()

    def _end(self) -> None:
        if self._run is not None:
            self._run.cancel()
        self._run = None


class _Run:
    """One search."""

    def __init__(
        self,
        mail_service: MailService,
        all_mail: AllMail,
        text: str,
        found: Callable[[SearchResults], None],
    ) -> None:
        self.hits: dict[MessageKey, Message] = {}
        self._mail_service = mail_service
        self._all_mail = all_mail
        self._views: set[tuple[AccountId, MailboxName]] = set()
        """Folders that show the mail of others once more."""
        self._elsewhere: set[tuple[AccountId, object]] = set()
        """The identities of messages in a watched folder: a view shows the same ones."""
        self._ends: list[Callable[[], None]] = []
        self._text = text
        self._found = found
        self._searches: dict[MailboxSearch, Account] = {}
        self._problems: dict[str, None] = {}
        self._begun = False

    def start(self, account_id: AccountId | None) -> None:
        """Search all accounts or one."""
        for watch in self._mail_service.watches:
            if watch.account.enabled and account_id in {None, watch.account.id}:
                watch.search(partial(self._make, watch.account))
                if self._all_mail.may_have_it(watch.account, watch.capabilities):
                    self._search_all_mail(watch.account)
        self._begun = True
        self.tell()

    def cancel(self) -> None:
        """End it, and call back no more."""
        for search in self._searches:
            search.cancel()
        self._searches.clear()
        self._begun = False
        ends, self._ends = self._ends, []
        for end in ends:
            end()

    def _search_all_mail(self, account: Account) -> None:
        place: list[MailboxName] = []

        def opened(mailbox: MailboxName) -> None:
            place.append(mailbox)
            self._views.add((account.id, mailbox))

        search = self._make(account, INBOX)
        search.found = lambda validity, messages: self._add(account, place[0], validity, messages)
        self._ends.append(self._all_mail.search(account, search, opened))

    def _make(self, account: Account, mailbox: MailboxName) -> MailboxSearch:
        from tray.net.problems import search_problem
        from tray.net.watch.mailbox_search import MailboxSearch

        def ended(error: Exception | None) -> None:
            self._searches.pop(search, None)
            if error is not None:
                self._problems[f"{account.name}: {search_problem(error, account, self._text)}"] = None
            self.tell()

        search = MailboxSearch(self._text, partial(self._add, account, mailbox), ended)
        self._searches[search] = account
        return search

    def _add(
        self, account: Account, mailbox: MailboxName, uid_validity: UidValidity, messages: tuple[Message, ...]
    ) -> None:
        for message in messages:
            self.hits[MessageKey(account.id, mailbox, uid_validity, message.uid)] = message
            if (account.id, mailbox) not in self._views:
                self._elsewhere.add((account.id, identity(message)))
        self.tell()

    def _unique(self) -> dict[MessageKey, Message]:
        """What was found, and of a view only what no watched folder has, as far as known."""
        unique = {key: hit for key, hit in self.hits.items() if (key.account, key.mailbox) not in self._views}
        if len(unique) == len(self.hits):
            return unique
        viewed = {
            (key.account, identity(hit)): key
            for key, hit in self.hits.items()
            if (key.account, key.mailbox) in self._views
        }
        for known in self._mail_service.arrivals_since(0.0):
            name = known.key.account, identity(known.message)
            if name in viewed and name not in self._elsewhere:
                self._elsewhere.add(name)
                self.hits[known.key] = unique[known.key] = known.message
        unique |= {key: self.hits[key] for name, key in viewed.items() if name not in self._elsewhere}
        return unique

    def tell(self) -> None:
        """Call back with what was found so far, as if all pending actions were done."""
        if not self._begun:
            return
        newest = sorted(self._unique().items(), key=lambda hit: listing_date(hit[1]), reverse=True)
        counts: dict[AccountId, int] = {}
        copies: set[tuple[AccountId, int]] = set()
        lines = []
        for key, hit in newest:
            message = shown_message(key, hit, self._mail_service.pending(key.account))
            if message is None:
                continue
            if message.gmail_id is not None:
                if (key.account, message.gmail_id) in copies:
                    continue
                copies.add((key.account, message.gmail_id))
            counts[key.account] = counts.get(key.account, 0) + 1
            if counts[key.account] > _LIMIT:
                continue
            watch = self._mail_service.watch(key.account)
            important = watch is not None and self._mail_service.importance(watch.account)(
                key.mailbox, message
            )
            lines.append(message_line(key, message, important=important))
        waiting = len({account.id for account in self._searches.values()})
        self._found(SearchResults(tuple(lines), waiting, tuple(self._problems)))
