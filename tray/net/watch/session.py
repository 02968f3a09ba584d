"""Watches a mailbox on one logged-in connection: opens it, reads the newest messages, then reads changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, succeed

from tray.imap import commands
from tray.imap.errors import CommandRefused
from tray.imap.types import Uid
from tray.mail.arrivals.mailbox_state import MailboxReport
from tray.net.deferreds import suppress_unhandled
from tray.net.errors import Stopped
from tray.net.imap.command_queue import DEADLINE, PROBE_DEADLINE
from tray.net.imap.connection import ignore
from tray.net.imap.login import logout
from tray.net.imap.mailbox.fetch_preview import pairs
from tray.net.imap.mailbox.fetching import CATCH_UP, Fetching, fetch_newest
from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox
from tray.net.watch.connections.retry import Refusals
from tray.net.watch.idle_loop import RENEWAL, Need
from tray.net.watch.known_messages import FlagsAnswer, KnownMessages
from tray.net.watch.more_messages import MoreMessages
from tray.net.watch.notify_loop import make_loop
from tray.net.watch.opening import open_mailbox
from tray.net.watch.other_mailboxes import OtherMailboxes, TurnLoop

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tray.imap.events import Event
    from tray.imap.types import MailboxName
    from tray.mail.actions.pending import PendingAction
    from tray.mail.model.message import Message
    from tray.mail.model.uid_set import UidSet
    from tray.net.clock import Clock
    from tray.net.imap.mailbox.fetched_messages import FetchedMessage
    from tray.net.imap.mailbox.preview_memory import Previews
    from tray.net.imap.mailbox.selected_mailbox import FetchAnswer
    from tray.net.imap.mailbox.user_actions import UserActions
    from tray.net.imap.protocol import MailProtocol
    from tray.net.watch.idle_loop import IdleLoop
    from tray.net.watch.listener import WatchListener
    from tray.net.watch.opening import Opening
    from tray.net.watch.session_memory import SessionMemory

log = logging.getLogger(__name__)

_UID_LIMIT = 2**32 - 1
_CHANGES = ~(Need.MORE | Need.OTHERS)


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
        others: OtherMailboxes | None = None,
    ) -> None:
        """Report the newest `titles` messages; `renewal`: seconds after which IDLE is renewed.

        `on_confirmed` is called when all changes were read, with whether the server announces new ones. `opening`: what
        was sent with the log-in. `others`: those of another session, whose connection this one uses, too.
        """
        self._clock = clock
        self.protocol = self._protocol = protocol
        self._opening = opening
        fresh = SelectedMailbox(protocol, mailbox, listener.extra_items)
        self.selected = fresh if opening is None else opening.fetching.selected
        self._user_actions: UserActions | None = None
        self._titles = titles
        self._listener = listener
        self._on_confirmed = on_confirmed
        self._memory = memory
        self._unfetched = memory.unfetched
        self._fetching = Fetching(self.selected, self._unfetched)
        self._more = MoreMessages(clock, self._fetching, memory, listener.extra_items, self._report)
        self.loop: IdleLoop
        self._turn_loop = None if others is None else TurnLoop(others, self)
        self.others = others or OtherMailboxes(clock, protocol, self)
        """The other mailboxes of the connection."""
        self.loop = self._turn_loop or make_loop(self.selected, self._more, self.others, renewal, memory)
        self.known = KnownMessages()
        self._deadline = DEADLINE
        self._refusals = Refusals()

    async def run(self) -> None:
        """Watch until the connection ends or the server refuses a command repeatedly; always raises the reason."""
        try:
            await self.loop.begin()
            await self._open()
            if self._memory.actions.waiting:
                self.act()
            while True:
                needs = await self.loop.next_needs()
                try:
                    await self._answer(needs)
                except CommandRefused as error:
                    self._refusals.add(error)
                    self.loop.need(Need.REOPEN)
                else:
                    self._refusals.over()
        finally:
            self.loop.close()
            ended = self._protocol.ended
            lost = ended is not None and not isinstance(ended, Stopped)
            self._unfetched.ended(lost=lost)
            self._more.ended(lost=lost)

    def probe(self) -> None:
        """Read everything; the connection ends if the server does not answer within `PROBE_DEADLINE`."""
        self._deadline = PROBE_DEADLINE
        self.loop.need(Need.LOOK)

    def show(self, titles: int) -> None:
        """Report the newest `titles` messages from now on, and read them if they are more than before."""
        more, self._titles = titles > self._titles, titles
        self.known.show(titles)
        if more:
            self.loop.need(Need.READ)
        self.loop.need(Need.MORE)

    def act(self) -> None:
        """Run the actions of its memory as soon as the session is free."""
        self.loop.need(Need.ACT)

    async def perform(self, action: PendingAction, before_copy: Callable[[Uid], None]) -> UidSet:
        """An action of the user: see `UserActions.perform`."""
        if self._user_actions is None:
            from tray.net.imap.mailbox.user_actions import UserActions

            self._user_actions = UserActions(self.selected)
        return await self._user_actions.perform(action, before_copy, self._listener.mailbox_state())

    def end(self) -> Deferred[None]:
        """Log out and close the connection, within `tray.net.imap.login.LOGOUT_DEADLINE`; leave that of another one."""
        if self._turn_loop is not None:
            self._turn_loop.leave()
            return succeed(None)
        self.loop.close()
        return logout(self._clock, self._protocol)

    def on_event(self, event: Event) -> None:
        """Handle a response, unless another mailbox of the connection is open."""
        self.others.receiver(event).handle(event)

    def handle(self, event: Event) -> None:
        """Handle a response that belongs to this mailbox."""
        if self._user_actions is None or not self._user_actions.on_event(event):
            self.loop.on_change(self.selected.handle(event))

    async def _answer(self, needs: Need) -> None:
        if Need.ACT in needs:
            await self._memory.actions.run(self)
        if Need.OTHERS in needs:
            if needs & (Need.MAIL | Need.PUSHED | Need.ACT):  # this mailbox first
                self.loop.need(Need.OTHERS)
            else:
                await self.others.serve()
        changes = needs & _CHANGES
        if changes or self.selected.needs_examine:
            await self._answer_changes(changes)
        if Need.MORE in needs and await self._more.step(self.known.uids):
            self.loop.need(Need.MORE)

    async def _answer_changes(self, needs: Need) -> None:
        if Need.PUSHED in needs:
            done = self._report_pushed()
            if done and needs == Need.PUSHED:
                self.loop.settle(Need.COUNT)
                return
            needs |= Need.COUNT if done else Need.MAIL
        read = needs & (Need.REOPEN | Need.READ) or self.selected.exists - self.known.exists > CATCH_UP
        if Need.REOPEN in needs or (read and self.selected.needs_examine):
            await self.selected.examine()
        if read:
            await self._read(None)
        else:
            await self._look(needs)

    def leave(self) -> None:
        """Another mailbox is being opened on the connection."""
        self.selected.left()
        self.selected.needs_examine = True

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
            opening = open_mailbox(self._fetching, known, self._titles, identify=self._turn_loop is None)
            reading = Deferred.fromCoroutine(self._read_opened(opening))
        await reading

    async def _read_opened(self, opening: Opening) -> None:
        self.loop.on_change(opening.changes)
        with self._protocol.queue.together():
            opening.complete()
            if opening.known is not None:
                self.loop.idle()
        await self._read(await opening.opened(), opening)

    async def _read(self, unseen: int | None, opening: Opening | None = None) -> None:
        """Read the newest messages: at the start, after a new UIDVALIDITY, and after messages were expunged."""
        self._unfetched.set_uid_validity(self.selected.uid_validity)
        known = self._listener.mailbox_state()
        found = counted = None
        with self._protocol.long_lines():
            if opening is not None:
                found, counted = await opening.fetched(unseen)
            with self._protocol.queue.together():
                reading = Deferred.fromCoroutine(
                    fetch_newest(self._fetching, self._titles, known, unseen, found=found, counted=counted)
                )
                self.loop.idle()
            report = await self._more.with_previews(await reading, known)
        self.selected.uid_next = None  # stale from now on
        self.known.read(report, self._titles, self.selected.exists, self._unfetched.uids)
        self._memory.previews.set_uid_validity(report.uid_validity)
        self._listener.on_report(report)
        if opening is not None:
            opening.report_later(self._report_count)
        self.confirm()
        self._more.read_again()
        if self._more.is_wanted():
            self.loop.need(Need.MORE)

    # Checking for changes.

    async def _look(self, needs: Need) -> None:
        """Request what `needs` says, new messages first in a separate write; then idle again.

        In one write the count would delay the new messages: Dovecot sends all answers together, and counting 100,000
        unseen messages takes 30 ms.
        """
        deadline, self._deadline = self._deadline, DEADLINE
        if Need.LOOK in needs:
            self.others.ask_all()
        everything = self.selected.needs_examine or bool(needs & (Need.LOOK | Need.ACT))
        lowest = self.known.lowest
        with self._protocol.long_lines():
            if not await self._look_for_messages(needs, deadline, everything=everything):
                self.loop.need(Need.REOPEN)
                return
            if needs & (Need.AGAIN | Need.LOOK) and self._unfetched.waiting:
                self._report_late(await self._fetching.retry())
            await self._look_for_changes(lowest, deadline, flags=everything or Need.CHANGES in needs)
        self.confirm()

    async def _look_for_messages(self, needs: Need, deadline: float, *, everything: bool) -> bool:
        """Report new messages; False if known UIDs are no longer valid."""
        selected, protocol = self.selected, self._protocol
        examined = fetched = previews = None
        was_empty = selected.was_emptied or not (self.known.exists or self.known.uids)
        with protocol.queue.together():
            if selected.needs_examine:
                examined = selected.examine()
            elif everything and not self.loop.push:
                protocol.request(commands.noop(), deadline).addErrback(ignore)
            if everything or Need.MAIL in needs:
                self._unfetched.fetch_sent()
                selected.pushed.clear()
                last = Uid(_UID_LIMIT) if self._unfetched.uids else None
                fetched = selected.fetch(
                    commands.uid_fetch_envelopes(self.known.next, last, selected.gmail, selected.extra()),
                    deadline,
                )
                if Need.MAIL in needs:
                    previews = self._more.request_new(self.known.next)
        if Need.MAIL in needs:
            self._listener.on_new_mail_requested()
        self.known.exists = selected.exists
        with suppress_unhandled(examined, fetched):
            if examined is not None:
                await examined
            renumbered = selected.uid_validity != self.known.uid_validity
            answer = await fetched if fetched is not None else None
        if renumbered:
            self._unfetched.fetch_answered()
            return False
        if answer is None:
            return True
        messages = await self._fetching.complete(answer, self.known.next)
        previews = previews or self._more.request_found(messages, self.known.highest)
        was_empty &= bool(selected.exists)
        if self.known.are_other(messages, self._unfetched.uids, was_empty=was_empty):
            return False
        new = sum(uid > self.known.highest for uid in messages)
        if self._report_new(messages, await self._more.soon(previews, new)) and needs in {
            Need.LOOK,
            Need.LOOK | Need.AGAIN,
        }:
            self.loop.on_unannounced_mail()
        return True

    async def _look_for_changes(self, lowest: Uid, deadline: float, *, flags: bool) -> None:
        """Report the unseen count, and flags and expunged messages from UID `lowest` up; IDLE is in the same write."""
        fetched = None
        with self._protocol.queue.together():
            if flags:
                without = self._unfetched.uids
                request = commands.uid_fetch_flags(lowest, without, self._more.older)
                fetched = self.selected.fetch(request, deadline)
            unseen = self.selected.count_unseen()
            self.loop.idle()
        with suppress_unhandled(fetched, unseen):
            answer = await fetched if fetched is not None else None
            self._report_changes(answer, lowest, await unseen)

    def _report_new(self, fetched: dict[Uid, FetchedMessage], previews: Previews) -> bool:
        """Report new messages, and flags of older ones that the server pushed; whether there were new messages.

        The answer to ``n:*`` always includes the newest message, even if it is known (RFC 3501, 6.4.8).
        """
        messages = self._fetching.messages(fetched.values())
        new = tuple(message for message in messages if message.uid > self.known.highest)
        flags = tuple(
            (uid, message.flags)
            for uid, message in fetched.items()
            if uid <= self.known.highest and message.flags is not None and message.envelope is None
        )
        self.known.arrived([message.uid for message in new], self._titles, self._unfetched.uids)
        if new or flags:
            found = pairs(previews, [message.uid for message in new])
            self._report(messages=new, flags=flags, previews=found)
            if len(found) < len(new) and self._more.is_wanted():
                self.loop.need(Need.MORE)
        return bool(new)

    def _report_pushed(self) -> bool:
        """Report new messages that the server has sent without a request; False if they have to be fetched."""
        pushed, texts = self.selected.pushed, self.selected.pushed.texts
        messages = pushed.take()
        if not (messages and min(messages) > self.known.highest and self.loop.sends_what_is_wanted):
            return False
        self.known.exists = self.selected.exists
        return self._report_new(messages, self._more.pushed(texts.values()))

    def _report_late(self, messages: tuple[Message, ...]) -> None:
        """Report messages whose envelopes could not be fetched before."""
        if messages:
            self.known.uids = sorted({*self.known.uids, *(message.uid for message in messages)})
            self._report(messages=messages)

    def _report(self, **fields: Any) -> None:
        unfetched = self._unfetched
        fields |= {"missing": unfetched.uids, "awaited": unfetched.waiting}
        self._listener.on_report(MailboxReport(self.selected.uid_validity, **fields))

    def _report_count(self, unseen: int | None) -> None:
        if unseen is not None:
            self._report(unseen=unseen)

    def _report_changes(self, answer: FetchAnswer | None, lowest: Uid, unseen: int | None) -> None:
        """Report flags and expunged messages from `lowest` up, if requested, and the unseen count."""
        if answer is None:
            self._report_count(unseen)
            return
        older = self._more.older
        found = FlagsAnswer(answer, lowest, older, self.selected.exists, self._unfetched.uids)
        older[:] = [uid for uid in older if uid not in found.gone]
        self._report(**found.fields, unseen=unseen)
        if not found.complete:
            return
        present = [uid for uid, _ in found.flags if uid >= lowest]
        if present and present[-1] > self.known.highest:
            self.loop.need(Need.MAIL)
        self.known.keep(present, self._titles)
        if self.known.lacks_older(self.selected.exists):
            self.loop.need(Need.READ)

    def confirm(self) -> None:
        """All changes were read."""
        self._memory.silent = self.loop.silent
        self._on_confirmed(self.loop.push and not self.loop.silent)
        self.loop.retry_after(self._unfetched.wait)
        self.loop.looked()
