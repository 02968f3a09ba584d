"""Watches a mailbox on one logged-in connection: opens it, reads the newest messages, then reads changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.imap import commands
from tray.imap.errors import CommandRefused
from tray.imap.types import Uid
from tray.mail.arrivals.mailbox_state import MailboxReport
from tray.net.deferreds import suppress_unhandled
from tray.net.errors import Stopped
from tray.net.imap.command_queue import DEADLINE
from tray.net.imap.connection import ignore
from tray.net.imap.fetch_preview import pairs
from tray.net.imap.fetching import CATCH_UP, Fetching, fetch_newest
from tray.net.imap.login import logout
from tray.net.imap.selected_mailbox import SelectedMailbox
from tray.net.watch.idle_loop import RENEWAL, Need
from tray.net.watch.more_messages import MoreMessages
from tray.net.watch.notify_loop import NotifyLoop, make_loop
from tray.net.watch.opening import open_mailbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tray.imap.events import Event
    from tray.imap.types import MailboxName, UidValidity
    from tray.mail.actions.pending import PendingAction
    from tray.mail.model.message import Message
    from tray.mail.model.uid_set import UidSet
    from tray.net.clock import Clock
    from tray.net.imap.fetch_preview import Previews
    from tray.net.imap.fetched_messages import FetchedMessage
    from tray.net.imap.protocol import MailProtocol
    from tray.net.imap.selected_mailbox import FetchAnswer
    from tray.net.imap.user_actions import UserActions
    from tray.net.watch.listener import WatchListener
    from tray.net.watch.opening import Opening
    from tray.net.watch.session_memory import SessionMemory

log = logging.getLogger(__name__)

PROBE_DEADLINE = 10.0
"""Seconds for an answer when the connection is checked: by the user, after sleep or in a new network."""
_FLAGS_LIMIT = 50  # messages whose flags are watched even if fewer are shown: they may have toasts
_UID_LIMIT = 2**32 - 1
_REFUSALS_LIMIT = 2  # in a row, before the session gives up


class Session:
    """Watches one mailbox on a logged-in connection."""

    def __init__(
        self,
        clock: Clock,
        protocol: MailProtocol,
        mailbox: MailboxName,
        titles: int,
        listener: WatchListener,
        on_confirmed: Callable[[bool], None],
        memory: SessionMemory,
        renewal: float = RENEWAL,
        opening: Opening | None = None,
    ) -> None:
        """Report the newest `titles` messages; `renewal`: seconds after which IDLE is renewed.

        `on_confirmed` is called when all changes were read, with whether the server announces new ones. `opening`: what
        was sent with the log-in.
        """
        self._clock = clock
        self._protocol = protocol
        self._opening = opening
        self._selected = (
            SelectedMailbox(protocol, mailbox, listener.extra_items)
            if opening is None
            else opening.fetching.selected
        )
        self._user_actions: UserActions | None = None
        self._titles = titles
        self._listener = listener
        self._on_confirmed = on_confirmed
        self._memory = memory
        self._unfetched = memory.unfetched
        self._fetching = Fetching(self._selected, self._unfetched)
        self._more = MoreMessages(clock, self._fetching, memory, listener.extra_items, self._report)
        self._idle_loop = make_loop(clock, self._selected, self._more, renewal, silent=memory.silent)
        self._known: list[Uid] = []  # ascending, up to the end of the mailbox
        self._full = 0  # how many messages were known; when fewer are left, older ones are read
        self._exists = 0  # as of the last check
        self._highest = Uid(0)
        self._uid_validity: UidValidity | None = None
        self._deadline = DEADLINE
        self._refusals = 0

    async def run(self) -> None:
        """Watch until the connection ends or the server refuses a command repeatedly; always raises the reason."""
        try:
            await self._open()
            if self._memory.actions.waiting:
                self.act()
            while True:
                needs = await self._idle_loop.next_needs()
                try:
                    await self._answer(needs)
                except CommandRefused as error:
                    self._refused(error)
                else:
                    self._refusals = 0
        finally:
            self._idle_loop.close()
            ended = self._protocol.ended
            lost = ended is not None and not isinstance(ended, Stopped)
            self._unfetched.ended(lost=lost)
            self._more.ended(lost=lost)

    def probe(self) -> None:
        """Read everything; the connection ends if the server does not answer within `PROBE_DEADLINE`."""
        self._deadline = PROBE_DEADLINE
        self._idle_loop.need(Need.LOOK)

    def show(self, titles: int) -> None:
        """Report the newest `titles` messages from now on, and read them if they are more than before."""
        more, self._titles = titles > self._titles, titles
        self._full = min(self._full, titles)
        if more:
            self._idle_loop.need(Need.READ)
        self._idle_loop.need(Need.MORE)

    def act(self) -> None:
        """Run the actions of its memory as soon as the session is free."""
        self._idle_loop.need(Need.ACT)

    async def perform(self, action: PendingAction, before_copy: Callable[[Uid], None]) -> UidSet:
        """An action of the user: see `UserActions.perform`."""
        if self._user_actions is None:
            from tray.net.imap.user_actions import UserActions

            self._user_actions = UserActions(self._selected)
        return await self._user_actions.perform(action, before_copy)

    def end(self) -> Deferred[None]:
        """Log out and close the connection, within `tray.net.imap.login.LOGOUT_DEADLINE`."""
        self._idle_loop.close()
        return logout(self._clock, self._protocol)

    def on_event(self, event: Event) -> None:
        """Handle a response."""
        if self._user_actions is None or not self._user_actions.on_event(event):
            self._idle_loop.on_change(self._selected.handle(event))

    async def _answer(self, needs: Need) -> None:
        if needs & Need.ACT:
            await self._memory.actions.run(self)
        if needs & ~Need.MORE:
            await self._answer_changes(needs & ~Need.MORE)
        if needs & Need.MORE and await self._more.step(self._known):
            self._idle_loop.need(Need.MORE)

    async def _answer_changes(self, needs: Need) -> None:
        if needs & Need.PUSHED:
            done = self._report_pushed()
            if done and needs == Need.PUSHED:
                self._idle_loop.settle(Need.COUNT)
                return
            needs |= Need.COUNT if done else Need.MAIL
        read = needs & (Need.REOPEN | Need.READ) or self._selected.exists - self._exists > CATCH_UP
        if needs & Need.REOPEN or (read and self._selected.needs_examine):
            await self._selected.examine()
        if read:
            await self._read(None)
        else:
            await self._look(needs)

    def _refused(self, error: CommandRefused) -> None:
        """The known state is probably stale: read it again, or raise `error` after repeated refusals."""
        from tray.mail.presentation.problem_texts.refusals import is_limit_reached

        self._refusals += 1
        if (
            self._refusals > _REFUSALS_LIMIT
            or error.status == "BYE"
            or error.command in {"EXAMINE", "SELECT"}
            or is_limit_reached(error)
        ):
            raise error
        log.info("%s was refused with %s; the mailbox is read again", error.command, error.status)
        self._idle_loop.need(Need.REOPEN)

    # Opening.

    async def _open(self) -> None:
        """Open and read the mailbox; where it is known, in one write, or as far as that was sent with the log-in."""
        if self._opening is not None:
            try:
                await self._read_opened(self._opening)
            except CommandRefused as error:
                if error.status == "BYE" or error.command != "EXAMINE":
                    raise
            else:
                return
        known = self._listener.mailbox_state()
        with self._protocol.queue.together():
            opening = open_mailbox(self._fetching, known, self._titles)
            reading = Deferred.fromCoroutine(self._read_opened(opening))
        await reading

    async def _read_opened(self, opening: Opening) -> None:
        self._idle_loop.on_change(opening.changes)
        with self._protocol.queue.together():
            opening.complete()
            if opening.known is not None:
                self._idle_loop.idle()
        await self._read(await opening.opened(), opening)

    async def _read(self, unseen: int | None, opening: Opening | None = None) -> None:
        """Read the newest messages: at the start, after a new UIDVALIDITY, and after messages were expunged."""
        self._unfetched.set_uid_validity(self._selected.uid_validity)
        known = self._listener.mailbox_state()
        found = counted = None
        with self._protocol.long_lines():
            if opening is not None:
                found, counted = await opening.fetched(unseen, self._report_count)
            with self._protocol.queue.together():
                reading = Deferred.fromCoroutine(
                    fetch_newest(self._fetching, self._titles, known, unseen, found=found, counted=counted)
                )
                self._idle_loop.idle()
            report = await self._more.with_previews(await reading, known)
        self._selected.uid_next = None  # stale from now on
        self._uid_validity = report.uid_validity
        self._known = [message.uid for message in report.messages[-self._titles :]]
        self._full = len(self._known)
        self._exists = self._selected.exists
        below_next = Uid(report.uid_next - 1) if report.uid_next else Uid(0)
        self._highest = max([*self._known, *self._unfetched.uids], default=below_next)
        self._memory.previews.set_uid_validity(report.uid_validity)
        self._listener.on_report(report)
        self._confirm()
        self._more.read_again()
        if self._more.is_wanted():
            self._idle_loop.need(Need.MORE)

    # Checking for changes.

    async def _look(self, needs: Need) -> None:
        """Request what `needs` says, new messages first in a separate write; then idle again.

        In one write the count would delay the new messages: Dovecot sends all answers together, and counting 100,000
        unseen messages takes 30 ms.
        """
        deadline, self._deadline = self._deadline, DEADLINE
        everything = self._selected.needs_examine or bool(needs & (Need.LOOK | Need.ACT))
        lowest = self._known[0] if self._known else self._next
        with self._protocol.long_lines():
            if not await self._look_for_messages(needs, deadline, everything=everything):
                self._idle_loop.need(Need.REOPEN)
                return
            if needs & (Need.AGAIN | Need.LOOK) and self._unfetched.waiting:
                self._report_late(await self._fetching.retry())
            await self._look_for_changes(lowest, deadline, flags=everything or bool(needs & Need.CHANGES))
        self._confirm()

    async def _look_for_messages(self, needs: Need, deadline: float, *, everything: bool) -> bool:
        """Report new messages; False if known UIDs are no longer valid."""
        selected, protocol = self._selected, self._protocol
        examined = fetched = previews = None
        was_empty = selected.was_emptied or not (self._exists or self._known)
        with protocol.queue.together():
            if selected.needs_examine:
                examined = selected.examine()
            elif everything and not self._idle_loop.push:
                protocol.request(commands.noop(), deadline).addErrback(ignore)
            if everything or needs & Need.MAIL:
                self._unfetched.fetch_sent()
                selected.pushed.clear()
                last = Uid(_UID_LIMIT) if self._unfetched.uids else None
                fetched = selected.fetch(
                    commands.uid_fetch_envelopes(self._next, last, selected.gmail, selected.extra()), deadline
                )
                if needs & Need.MAIL:
                    previews = self._more.request_new(self._next)
        if needs & Need.MAIL:
            self._listener.on_new_mail_requested()
        self._exists = selected.exists
        with suppress_unhandled(examined, fetched):
            if examined is not None:
                await examined
            renumbered = selected.uid_validity != self._uid_validity
            answer = await fetched if fetched is not None else None
        if renumbered:
            self._unfetched.fetch_answered()
            return False
        if answer is None:
            return True
        messages = await self._fetching.complete(answer, self._next)
        if self._numbers_reused(messages, was_empty=was_empty):
            return False
        if self._report_new(messages, await self._more.soon(previews)) and needs in {
            Need.LOOK,
            Need.LOOK | Need.AGAIN,
        }:
            self._idle_loop.on_unannounced_mail()
        return True

    async def _look_for_changes(self, lowest: Uid, deadline: float, *, flags: bool) -> None:
        """Report the unseen count, and flags and expunged messages from UID `lowest` up; IDLE is in the same write."""
        fetched = None
        with self._protocol.queue.together():
            if flags:
                without = self._unfetched.uids
                request = commands.uid_fetch_flags(lowest, without, self._more.older)
                fetched = self._selected.fetch(request, deadline)
            unseen = self._selected.count_unseen()
            self._idle_loop.idle()
        with suppress_unhandled(fetched, unseen):
            answer = await fetched if fetched is not None else None
            self._report_changes(answer, lowest, await unseen)

    @property
    def _next(self) -> Uid:
        """The lowest UID that a new message can have."""
        return Uid(min(self._highest + 1, _UID_LIMIT))

    def _numbers_reused(self, fetched: dict[Uid, FetchedMessage], *, was_empty: bool) -> bool:
        """Whether an earlier UID has another message now."""
        known = {*self._known, *self._unfetched.uids}
        if was_empty and self._selected.exists and self._highest:
            return not any(uid > self._highest for uid in fetched)
        return any(self._known and self._known[0] < uid <= self._highest for uid in fetched.keys() - known)

    def _report_new(self, fetched: dict[Uid, FetchedMessage], previews: Previews) -> bool:
        """Report new messages, and flags of older ones that the server pushed; whether there were new messages.

        The answer to ``n:*`` always includes the newest message, even if it is known (RFC 3501, 6.4.8).
        """
        messages = self._fetching.messages(fetched.values())
        new = tuple(message for message in messages if message.uid > self._highest)
        flags = tuple(
            (uid, message.flags)
            for uid, message in fetched.items()
            if uid <= self._highest and message.flags is not None and message.envelope is None
        )
        self._highest = max([self._highest, *self._unfetched.uids, *(message.uid for message in new)])
        if new:
            self._known += [message.uid for message in new]
            self._full = max(self._full, min(self._titles, len(self._known)))
        if new or flags:
            found = pairs(previews, [message.uid for message in new])
            self._report(messages=new, flags=flags, previews=found)
            if len(found) < len(new) and self._more.is_wanted():
                self._idle_loop.need(Need.MORE)
        return bool(new)

    def _report_pushed(self) -> bool:
        """Report new messages that the server has sent without a request; False if they have to be fetched."""
        loop, pushed = self._idle_loop, self._selected.pushed
        texts = pushed.texts
        messages = pushed.take()
        if messages is None or min(messages) <= self._highest:
            return False
        if not isinstance(loop, NotifyLoop) or not loop.sends_what_is_wanted:
            return False
        self._exists = self._selected.exists
        return self._report_new(messages, self._more.pushed(texts.values()))

    def _report_late(self, messages: tuple[Message, ...]) -> None:
        """Report messages whose envelopes could not be fetched before."""
        if messages:
            self._known = sorted({*self._known, *(message.uid for message in messages)})
            self._report(messages=messages)

    def _report(self, **fields: Any) -> None:
        unfetched = self._unfetched
        fields |= {"missing": unfetched.uids, "awaited": unfetched.waiting}
        self._listener.on_report(MailboxReport(self._selected.uid_validity, **fields))

    def _report_count(self, unseen: int | None) -> None:
        if unseen is not None:
            self._report(unseen=unseen)

    def _report_changes(self, answer: FetchAnswer | None, lowest: Uid, unseen: int | None) -> None:
        """Report flags and expunged messages from `lowest` up, if requested, and the unseen count."""
        if answer is None:
            self._report_count(unseen)
            return
        older = self._more.older
        fetched = {uid: message for uid, message in answer.fetched.items() if uid >= lowest or uid in older}
        flags = tuple(
            (uid, message.flags) for uid, message in sorted(fetched.items()) if message.flags is not None
        )
        # Without a complete answer, a message that it does not name may still exist.
        if not answer.complete or answer.lacks_uids or len(flags) < len(fetched):
            if answer.refused is not None and not fetched and self._selected.exists:
                raise answer.refused
            self._report(flags=flags, unseen=unseen)
            return
        empty = not (answer.fetched or self._selected.exists or self._unfetched.uids)
        gone = frozenset(older) - fetched.keys()
        older[:] = [uid for uid in older if uid not in gone]
        self._report(flags=flags, covers=lowest, gone=gone, unseen=unseen, empty=empty)
        present = [uid for uid, _ in flags if uid >= lowest]
        if present and present[-1] > self._highest:
            self._idle_loop.need(Need.MAIL)
        self._known = [uid for uid in present if uid <= self._highest][-max(self._titles, _FLAGS_LIMIT) :]
        if len(self._known) < self._full and self._selected.exists > len(self._known):
            self._idle_loop.need(Need.READ)

    def _confirm(self) -> None:
        self._memory.silent = self._idle_loop.silent
        self._on_confirmed(self._idle_loop.push and not self._idle_loop.silent)
        self._idle_loop.retry_after(self._unfetched.wait)
        self._idle_loop.looked()
