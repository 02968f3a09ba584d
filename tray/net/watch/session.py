"""One logged-in life: open the mailbox, read the newest titles, then answer every piece of news by a look."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.imap import commands
from tray.imap.errors import CommandRefused
from tray.imap.types import Uid
from tray.mail.arrivals.mailbox_state import MailboxReport
from tray.net.deferreds import suppress_unhandled
from tray.net.errors import Stopped
from tray.net.imap import store_flags
from tray.net.imap.command_queue import DEADLINE
from tray.net.imap.fetch_newest import CATCH_UP, fetch_newest
from tray.net.imap.fetching import Fetching, SessionMemory
from tray.net.imap.login import id_request, logout
from tray.net.imap.selected_mailbox import SelectedMailbox
from tray.net.problems.server_refusals import wants_patience
from tray.net.watch.idle_loop import RENEWAL, IdleLoop, Need

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine
    from typing import Any

    from twisted.internet.defer import Deferred

    from tray.imap.events import Event, Tagged
    from tray.imap.types import MailboxName, UidValidity
    from tray.mail.model.message import Message
    from tray.net.clock import Clock
    from tray.net.imap.fetching import SessionMemory
    from tray.net.imap.protocol import MailProtocol
    from tray.net.imap.selected_mailbox import FetchAnswer, FetchedMessage
    from tray.net.watch.listener import SessionListener

log = logging.getLogger(__name__)

PROBE_DEADLINE = 10.0
"""Seconds that a connection has to prove itself after the user, a resume or a new network asked."""
_FLAGS_MOST = 50  # mails whose flags are followed, where fewer titles are shown: toasts hang on them
_UID_MOST = 2**32 - 1
_REFUSALS_MOST = 2  # in a row, before the session gives up


class Session:
    """Give it a connection that is logged in; `run` ends only by raising why."""

    def __init__(
        self,
        clock: Clock,
        protocol: MailProtocol,
        mailbox: MailboxName,
        titles: int,
        listener: SessionListener,
        memory: SessionMemory,
        renewal: float = RENEWAL,
    ) -> None:
        """Read the newest `titles`; `renewal`: seconds without a look after which IDLE is renewed."""
        self._clock = clock
        self._protocol = protocol
        self._view = SelectedMailbox(protocol, mailbox)
        self._titles = titles
        self._listener = listener
        self._memory = memory
        self._unfetched = memory.unfetched
        self._fetching = Fetching(self._view, self._unfetched)
        push = "IDLE" in (protocol.capabilities or ())
        self._idling = IdleLoop(clock, protocol, renewal, push=push, silent=memory.silent)
        self._uids: list[Uid] = []  # known mails, ascending, without a gap up to the end of the mailbox
        self._enough = 0  # so many titles there were: when fewer are left, older ones are to be read
        self._exists = 0  # as of the last look
        self._highest = Uid(0)
        self._uid_validity: UidValidity | None = None
        self._actions = store_flags.Actions()
        self._deadline = DEADLINE
        self._refusals = 0

    async def run(self) -> None:
        """Watch until the connection ends or the server refuses to go on; raises the reason, always."""
        try:
            await self._read(await self._open())
            while True:
                needs = await self._idling.news()
                try:
                    await self._answer(needs)
                except CommandRefused as error:
                    self._refused(error)
                else:
                    self._refusals = 0
        finally:
            self._idling.close()
            ended = self._protocol.ended
            self._unfetched.ended(lost=ended is not None and not isinstance(ended, Stopped))
            self._actions.fail(ended or Stopped())

    def probe(self) -> None:
        """Have the connection prove that it lives, soon, and look at everything."""
        self._deadline = PROBE_DEADLINE
        self._idling.need(Need.LOOK)

    def show(self, titles: int) -> None:
        """Follow so many titles from now on; where those are more, read them."""
        more, self._titles = titles > self._titles, titles
        if more:
            self._idling.need(Need.READ)

    def mark_seen(self, uid_validity: UidValidity, uids: Collection[Uid]) -> Deferred[int]:
        """Mark mails as read; fails with MailboxChanged, MailboxReadOnly, CommandRefused or the connection's end."""
        return self._enqueue(lambda: store_flags.mark_seen(self._protocol, self._view, uid_validity, uids))

    def mark_all_seen(self) -> Deferred[int]:
        """Mark every mail up to the newest known one as read; gives how many there were."""
        return self._enqueue(
            lambda: store_flags.mark_all_seen(
                self._protocol, self._view, self._uid_validity or self._view.uid_validity, self._highest
            )
        )

    def end(self) -> Deferred[None]:
        """Log out, within `tray.net.imap.login.LOGOUT_DEADLINE`; the connection is gone afterwards."""
        self._idling.close()
        return logout(self._clock, self._protocol)

    def on_event(self, event: Event) -> None:
        """Take note of a response, whatever command is running."""
        self._idling.on_change(self._view.handle(event))

    def _enqueue(self, start: Callable[[], Coroutine[Deferred[Any], Any, int]]) -> Deferred[int]:
        done = self._actions.add(start)
        self._idling.need(Need.ACT)
        return done

    async def _answer(self, needs: Need) -> None:
        if needs & Need.ACT:
            await self._actions.run()
        read = needs & (Need.REOPEN | Need.READ) or self._view.exists - self._exists > CATCH_UP
        if needs & Need.REOPEN or (read and self._view.to_act):
            await self._view.examine()
        if read:
            await self._read(None)
        else:
            await self._look(needs)

    def _refused(self, error: CommandRefused) -> None:
        """What we believe of the mailbox is probably stale: read it anew, but not for ever."""
        self._refusals += 1
        if self._refusals > _REFUSALS_MOST or error.status == "BYE" or error.command in {"EXAMINE", "SELECT"}:
            raise error
        if wants_patience(error):
            raise error
        log.info("%s was refused with %s; reading the mailbox anew", error.command, error.status)
        self._idling.need(Need.REOPEN)

    # Opening.

    async def _open(self) -> int | None:
        """ID where offered, the count by STATUS where there is no better way, EXAMINE: in one write."""
        offered = self._protocol.capabilities or frozenset()
        unseen: Deferred[int | None] | None = None
        with self._protocol.together():
            if "ID" in offered:
                self._protocol.request(id_request()).addErrback(_ignore)
            if "ESEARCH" not in offered:
                unseen = self._view.status()
            examined = self._view.examine()
        with suppress_unhandled(examined, unseen):
            count = await unseen if unseen is not None else None
            await examined
        return count

    async def _read(self, unseen: int | None) -> None:
        """The newest titles: at the start, after a renumbering, and where mails have left and older ones move up."""
        self._unfetched.numbered(self._view.uid_validity)
        with self._protocol.long_lines():
            report, window = await fetch_newest(
                self._protocol,
                self._view,
                self._titles,
                self._listener.mailbox_state(),
                self._idling.rest,
                unseen,
                self._unfetched,
            )
        self._view.uid_next = None  # it is old from now on
        self._uid_validity = report.uid_validity
        self._uids = [message.uid for message in window.messages]
        self._enough = len(self._uids)
        self._exists = self._view.exists
        below_next = Uid(report.uid_next - 1) if report.uid_next else Uid(0)
        self._highest = max([*self._uids, *self._unfetched.uids], default=below_next)
        self._listener.on_report(report)
        self._confirm()

    # Looking.

    async def _look(self, needs: Need) -> None:
        """Ask for what `needs` says and idle on; new mail goes first, in a write of its own.

        Behind it in one write, the count would hold it back: Dovecot corks its answers until the last is known,
        and counting takes it 30 ms where 100,000 mails are unseen.
        """
        deadline, self._deadline = self._deadline, DEADLINE
        view, protocol = self._view, self._protocol
        mail = flags = examined = None
        acted, everything = view.to_act, view.to_act or bool(needs & (Need.LOOK | Need.ACT))
        was_empty = view.emptied or not (self._exists or self._uids)
        lowest = self._uids[0] if self._uids else self._next
        with protocol.long_lines():
            with protocol.together():
                if acted:
                    examined = view.examine()
                elif everything and not self._idling.push:
                    protocol.request(commands.noop(), deadline).addErrback(_ignore)
                if everything or needs & Need.MAIL:
                    self._unfetched.asking()
                    last = Uid(_UID_MOST) if self._unfetched.uids else None
                    mail = view.fetch(commands.uid_fetch_envelopes(self._next, last, view.gmail), deadline)
            self._exists = view.exists
            with suppress_unhandled(examined, mail):
                renumbered = examined is not None and await self._renumbered(examined)
                told = await mail if mail is not None else None
            if renumbered:
                self._unfetched.answered()
                self._idling.need(Need.REOPEN)
                return
            if told is not None:
                rows = await self._fetching.mended(told, self._next)
                if self._numbers_reused(rows, was_empty=was_empty):
                    self._idling.need(Need.REOPEN)
                    return
                if self._new_mail(rows) and needs in {Need.LOOK, Need.LOOK | Need.AGAIN}:
                    self._idling.found()
            if needs & (Need.AGAIN | Need.LOOK) and self._unfetched.waiting:
                self._came_late(await self._fetching.again())
            with protocol.together():
                if everything or needs & Need.CHANGES:
                    without = self._unfetched.uids
                    flags = view.fetch(commands.uid_fetch_flags(lowest, without), deadline)
                unseen = view.count_unseen()
                self._idling.rest()
            with suppress_unhandled(flags, unseen):
                told = await flags if flags is not None else None
                self._changed(told, lowest, await unseen)
        self._confirm()

    @property
    def _next(self) -> Uid:
        """The lowest UID that a new mail can have."""
        return Uid(min(self._highest + 1, _UID_MOST))

    async def _renumbered(self, examined: Deferred[Tagged]) -> bool:
        await examined
        return self._view.uid_validity != self._uid_validity

    def _numbers_reused(self, rows: dict[Uid, FetchedMessage], *, was_empty: bool) -> bool:
        """Whether there is mail under a UID that was given out before; what holds of it, opening the mailbox tells."""
        known = {*self._uids, *self._unfetched.uids}
        if was_empty and self._view.exists and self._highest:
            return not any(uid > self._highest for uid in rows)
        return any(self._uids and self._uids[0] < uid <= self._highest for uid in rows.keys() - known)

    def _new_mail(self, rows: dict[Uid, FetchedMessage]) -> bool:
        """Report what is new; `n:*` gives the last mail even where it is an old one (RFC 3501, 6.4.8).

        With it, flags of older mails that the server told of in between.
        """
        new = tuple(each for each in self._fetching.messages(rows.values()) if each.uid > self._highest)
        flags = tuple(
            (uid, row.flags)
            for uid, row in rows.items()
            if uid <= self._highest and row.flags is not None and row.envelope is None
        )
        self._highest = max([self._highest, *self._unfetched.uids, *(message.uid for message in new)])
        if new:
            self._uids += [message.uid for message in new]
            self._enough = max(self._enough, min(self._titles, len(self._uids)))
        if new or flags:
            self._report(messages=new, flags=flags)
        return bool(new)

    def _came_late(self, messages: tuple[Message, ...]) -> None:
        """Report those whose titles did not come at first."""
        if messages:
            self._uids = sorted({*self._uids, *(message.uid for message in messages)})
            self._report(messages=messages)

    def _report(self, **fields: Any) -> None:
        unfetched = self._unfetched
        fields |= {"missing": unfetched.uids, "awaited": unfetched.waiting}
        self._listener.on_report(MailboxReport(self._view.uid_validity, **fields))

    def _changed(self, told: FetchAnswer | None, lowest: Uid, unseen: int | None) -> None:
        """Report flags and what left (where they were asked for, from `lowest` up), and the count."""
        if told is None:
            if unseen is not None:
                self._report(unseen=unseen)
            return
        rows = {uid: row for uid, row in told.fetched.items() if uid >= lowest}
        flags = tuple((uid, row.flags) for uid, row in sorted(rows.items()) if row.flags is not None)
        if not told.complete or told.nameless or len(flags) < len(rows):  # who is not named may yet be there
            if told.refused is not None and not rows and self._view.exists:
                raise told.refused
            self._report(flags=flags, unseen=unseen)
            return
        empty = not (told.fetched or self._view.exists or self._unfetched.uids)
        self._report(flags=flags, covers=lowest, unseen=unseen, empty=empty)
        there = [uid for uid, _ in flags]
        if there and there[-1] > self._highest:
            self._idling.need(Need.MAIL)
        self._uids = [uid for uid in there if uid <= self._highest][-max(self._titles, _FLAGS_MOST) :]
        if len(self._uids) < self._enough and self._view.exists > len(self._uids):
            self._idling.need(Need.READ)

    def _confirm(self) -> None:
        self._memory.silent = self._idling.silent
        self._listener.on_confirmed(
            self._idling.push and not self._idling.silent
        )  # may teach when to look again
        self._idling.again(self._unfetched.wait)
        self._idling.looked()


def _ignore(_: object) -> None:
    """What comes is of no use."""
