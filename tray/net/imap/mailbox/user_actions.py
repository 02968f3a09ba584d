"""Does actions of the user on the selected mailbox: flags, and moving by MOVE, or by COPY and UID EXPUNGE."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, DeferredList, DeferredLock

from tray.imap import action_commands, commands
from tray.imap.errors import CommandRefused
from tray.imap.events import MailboxStatus
from tray.imap.types import DELETED, Uid
from tray.mail.actions.target import Manner, find_target, manner
from tray.mail.arrivals.duplicates import identity
from tray.mail.model.action import MessageAction
from tray.mail.model.uid_set import NO_UIDS, UidSet
from tray.net.deferreds import suppress_unhandled
from tray.net.errors import AlreadyThere
from tray.net.imap.mailbox.counting import SEARCH_DEADLINE
from tray.net.imap.mailbox.folder_list import FolderListing
from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from twisted.python.failure import Failure

    from tray.imap.commands import Request
    from tray.imap.events import Event, Tagged
    from tray.imap.types import MailboxName
    from tray.mail.actions.pending import PendingAction
    from tray.mail.actions.target import Target
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.net.imap.mailbox.fetched_messages import FetchedMessage

log = logging.getLogger(__name__)

_FETCHED = 200  # messages that are named in one command
_SEARCHED = (
    20_000  # messages of which one SEARCH names the unread ones: its answer stays below the limit of a line
)
_MISSING = frozenset({"TRYCREATE", "NONEXISTENT"})


class UserActions:
    """Actions on the mailbox of one connection; several may be under way, and their commands are sent in order."""

    def __init__(self, selected: SelectedMailbox) -> None:
        self._selected = selected
        self._protocol = selected.protocol
        self._lock = DeferredLock()  # until the commands of an action are sent
        self._folders: FolderListing | None = None
        self._elsewhere: SelectedMailbox | None = None
        """The target, while it is opened instead of the mailbox itself."""
        self._uid_next: int | None = None

    def on_event(self, event: Event) -> bool:
        """Keep what was asked for; whether `event` is about another mailbox than the watched one."""
        if isinstance(event, MailboxStatus):
            self._uid_next = event.uid_next
        if self._folders is not None:
            self._folders.on_event(event)
        if self._elsewhere is None:
            return False
        self._elsewhere.handle(event)
        return True

    async def perform(
        self, action: PendingAction, before_copy: Callable[[Uid], None], known: MailboxState | None = None
    ) -> UidSet:
        """Do `action`; returns the messages that it named. Where it was done before, it changes nothing.

        `before_copy` is called before COPY is sent, with the lowest UID that a copy can have: an `action` that is done
        again after a connection has ended must have it as `copied_from`. `known` is what is known of the mailbox: with
        the Message-ID of a message, an action on it takes one round trip.
        Raises MailboxChanged, MailboxReadOnly, AlreadyThere, CommandRefused, or the reason of the connection's end.
        """
        try:
            return await self._perform(action, before_copy, known)
        except CommandRefused as error:
            if action.action is MessageAction.MOVE or not action.moves or error.code not in _MISSING:
                raise
            self._folders = None  # the folder has been removed or renamed since they were listed
            return await self._perform(action, before_copy, known)

    async def _perform(
        self, action: PendingAction, before_copy: Callable[[Uid], None], known: MailboxState | None
    ) -> UidSet:
        await self._lock.acquire()
        try:
            if await self._done_in_one_write(action, known):
                return action.uids
            await self._selected.open_for_writing(action.uid_validity)
            uids = action.uids
            answers: list[Deferred[Tagged]] = []
            if action.unread_only:
                uids = await self._flag_unread(action)
            elif not action.moves:
                answers = self._flag(action, uids)
            elif action.for_good:
                await self._remove(tuple(uids))
            else:
                target = await self._target(action)
                if manner(self._offered) is Manner.MOVE:
                    answers = self._send(action_commands.uid_move_batches(tuple(uids), target))
                else:
                    await self._copy(action, target, before_copy)
        finally:
            self._lock.release()
        await _all(answers)
        return uids

    # In one write (docs/decisions/0035).

    async def _done_in_one_write(self, action: PendingAction, known: MailboxState | None) -> bool:
        """SELECT, SEARCH for the message, and `action` on what was found, if that is possible; whether it was done.

        In a mailbox that was made anew nothing is found, so what is sent before SELECT is answered touches no other
        message. Returns when all three are answered: what a later SEARCH finds has to be safe from a late command.
        """
        protocol, selected = self._protocol, self._selected
        search, request = self._search_for(action, known), self._request_on_found(action)
        if search is None or request is None or not self._can_search_first:
            return False
        with protocol.queue.together():
            opened = Deferred.fromCoroutine(selected.open_for_writing(action.uid_validity))
            found = Deferred.fromCoroutine(selected.finds_one(search))
            done = protocol.request(request, SEARCH_DEADLINE)
        answers: list[Deferred[Any]] = [opened, found, done]
        (is_open, refusal), finding, (is_done, failure) = await DeferredList(answers, consumeErrors=True)
        # Without pipelining by now, SELECT was sent again behind the others.
        is_found = finding == (True, True) and protocol.queue.pipelining
        # Where UIDVALIDITY is another one, it is still the message.
        if is_found and is_done and selected.is_writable:
            return True
        if not is_open:
            refusal.raiseException()
        if is_found and not (is_done or _is_bad(failure)):
            failure.raiseException()
        return False

    @property
    def _can_search_first(self) -> bool:
        """Whether SELECT and SEARCH can be sent with what depends on them, and SELECT is needed."""
        useless = self._selected.is_writable or self._selected.is_searching
        return not useless and "SEARCHRES" in self._offered and self._protocol.queue.pipelining

    def _search_for(self, action: PendingAction, known: MailboxState | None) -> Request | None:
        """SEARCH for the one message of `action` by UID and Message-ID; None where it has more, or that will not do."""
        if known is None or known.uid_validity != action.uid_validity or action.unread_only:
            return None
        named = [message for message in (*known.latest, *known.more) if message.uid in action.uids]
        if not named or action.uids != UidSet.of([named[0].uid]):
            return None
        return action_commands.uid_search_and_save(named[0].uid, named[0].envelope.message_id)

    def _request_on_found(self, action: PendingAction) -> Request | None:
        """What does `action` on the message that was found; None where it takes more than one command."""
        if not action.moves:
            flag, present = action.flag
            return action_commands.uid_store_found(flag, present=present)
        is_known = action.target is not None or self._folders is not None
        if action.for_good or not is_known or manner(self._offered) is not Manner.MOVE:
            return None
        target = self._find_target(action)
        if target.create is not None or target.mailbox == self._selected.mailbox:
            return None
        return action_commands.uid_move_found(target.mailbox)

    @property
    def _offered(self) -> frozenset[str]:
        return self._protocol.capabilities or frozenset()

    def _send(self, requests: Iterable[Request]) -> list[Deferred[Tagged]]:
        with self._protocol.queue.together():
            return [self._protocol.request(request, SEARCH_DEADLINE) for request in requests]

    def _flag(self, action: PendingAction, uids: UidSet) -> list[Deferred[Tagged]]:
        flag, present = action.flag
        return self._send(action_commands.uid_store_batches(tuple(uids), flag, present=present))

    async def _flag_unread(self, action: PendingAction) -> UidSet:
        """Flag those of the messages of `action` that are unread; returns them.

        From the end of the mailbox down: messages below those that are expunged meanwhile move down, so none is missed.
        """
        done, exists = NO_UIDS, self._selected.exists
        for last in range(exists, 0, -_SEARCHED):
            request = commands.search_unseen_at(
                max(1, last - _SEARCHED + 1), None if last == exists else last
            )
            with self._protocol.long_lines():
                found = await self._selected.hits(request)
            unread = UidSet.of(uid for uid in found if uid in action.uids)
            await _all(self._flag(action, unread))
            done |= unread
        return done

    async def _remove(self, uids: Collection[Uid]) -> None:
        """Remove messages for good; without UIDPLUS they stay, marked, until another program expunges the mailbox."""
        await _all(self._send(action_commands.uid_store_batches(uids, DELETED)))
        if "UIDPLUS" in self._offered:
            await _all(self._send(action_commands.uid_expunge_batches(uids)))
        else:
            log.info("The server has no UIDPLUS: messages stay, marked as deleted")

    # Where to.

    async def _target(self, action: PendingAction) -> MailboxName:
        if action.target is None and self._folders is None:
            folders = self._folders = FolderListing()
            await folders.request(self._protocol)
        target = self._find_target(action)
        if target.mailbox == self._selected.mailbox:
            raise AlreadyThere(target.mailbox)
        if target.create is not None:
            await self._create(target)
            self._folders = None
        return target.mailbox

    def _find_target(self, action: PendingAction) -> Target:
        listing = self._folders or FolderListing()
        return find_target(action, listing.folders, listing.namespaces, self._offered)

    async def _create(self, target: Target) -> None:
        assert target.create is not None
        use = f"\\{target.create.value.title()}"
        if "CREATE-SPECIAL-USE" not in self._offered or not await self._created(target.mailbox, use):
            await self._created(target.mailbox)
        await _ignoring_refusal(self._protocol.request(action_commands.subscribe(target.mailbox)))

    async def _created(self, mailbox: MailboxName, use: str = "") -> bool:
        """CREATE; False where the server refuses the special use."""
        try:
            await self._protocol.request(action_commands.create(mailbox, use))
        except CommandRefused as error:
            if error.status == "BYE" or not (use or error.code == "ALREADYEXISTS"):
                raise
            return error.code == "ALREADYEXISTS"
        return True

    # Without MOVE.

    async def _copy(
        self, action: PendingAction, target: MailboxName, before_copy: Callable[[Uid], None]
    ) -> None:
        """COPY, and remove the originals once the server has confirmed the copies."""
        missing = tuple(action.uids)
        if action.copied_from is None:
            self._uid_next = None
            await self._protocol.request(action_commands.status_uid_next(target), SEARCH_DEADLINE)
            before_copy(Uid(self._uid_next or 1))
        else:
            missing = await self._not_copied(action.uids, target, action.copied_from)
            await self._selected.open_for_writing(action.uid_validity)
        await _all(self._send(action_commands.uid_copy_batches(missing, target)))
        await self._remove(tuple(action.uids))

    async def _not_copied(self, uids: UidSet, target: MailboxName, first: Uid) -> tuple[Uid, ...]:
        """Which of these messages have no copy in `target` from UID `first` up; those that are gone are left out.

        The connection had ended between COPY and its answer.
        """
        gmail = self._selected.gmail
        every = list(uids)
        originals: dict[Uid, FetchedMessage] = {}
        for start in range(0, len(every), _FETCHED):
            request = commands.uid_fetch_envelopes_of(every[start : start + _FETCHED], gmail)
            originals |= (await self._selected.fetch(request, SEARCH_DEADLINE)).fetched
        elsewhere = self._elsewhere = SelectedMailbox(self._protocol, target)
        try:
            self._selected.left()
            await elsewhere.examine()
            copies: Counter[object] = Counter()
            if elsewhere.exists:
                answer = await elsewhere.fetch(
                    commands.uid_fetch_envelopes(first, None, gmail), SEARCH_DEADLINE
                )
                copies.update(
                    identity(each.headerless) for uid, each in answer.fetched.items() if uid >= first
                )
        finally:
            self._elsewhere = None
        missing = []
        for uid, each in sorted(originals.items()):
            same = identity(each.headerless)
            if copies[same]:
                copies[same] -= 1
            elif uid in uids:
                missing.append(uid)
        return tuple(missing)


def _is_bad(failure: Failure) -> bool:
    """Whether the server did not understand a command."""
    return isinstance(failure.value, CommandRefused) and failure.value.status == "BAD"


async def _all(answers: list[Deferred[Tagged]]) -> None:
    """Wait for all of them; raises the first error."""
    with suppress_unhandled(*answers):
        for answer in answers:
            await answer


async def _ignoring_refusal(answer: Deferred[Tagged]) -> None:
    try:
        await answer
    except CommandRefused as error:
        if error.status == "BYE":
            raise
