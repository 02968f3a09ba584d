"""The other mailboxes that are watched over one connection: STATUS tells of changes, and each is opened to read them.

One mailbox is open at any time, mostly the first one, in IDLE. When another one has changed, its session gets a turn:
it opens the mailbox, reads what is new as on a connection of its own, and gives the turn back. Then the first mailbox
is opened again, and everything new in it is read. So whatever comes to either of them meanwhile is found: in the first
one because it is read again, in the other one because its STATUS is requested once more after the turn.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.imap import commands
from tray.imap.errors import CommandRefused
from tray.imap.events import Listed, MailboxStatus, Tagged
from tray.net.clock import Timer
from tray.net.errors import Stopped
from tray.net.imap.connection import ignore
from tray.net.imap.mailbox.counting import SEARCH_DEADLINE
from tray.net.imap.mailbox.selected_mailbox import MailboxChange
from tray.net.watch.idle_loop import POLL_INTERVAL, RENEWAL, IdleLoop, Need

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.imap.commands import Request
    from tray.imap.events import Event
    from tray.imap.types import MailboxName
    from tray.net.clock import Clock
    from tray.net.imap.protocol import MailProtocol
    from tray.net.watch.session import Session

log = logging.getLogger(__name__)

_UNTOLD_LIMIT = 2  # once may be chance: a Dovecot tells of new mail after half a second
_GONE = "\\NONEXISTENT"
_MANY = 100
"""Above so many mailboxes a Dovecot tells of some changes up to half a minute late, if it was not in IDLE meanwhile."""
_SOON = 0.5  # seconds from a turn until the others are asked for, where they are many
_AWAY = 1.0  # seconds that the first mailbox may be closed while others have their turns
_NUMBERS = ("messages", "unseen", "uid_next", "uid_validity", "highest_modseq")


class OtherMailboxes:
    """All mailboxes of one connection but the first."""

    def __init__(self, clock: Clock, protocol: MailProtocol, first: Session) -> None:
        """`first` is the session that idles."""
        self.on_distrust: Callable[[], object] = ignore
        """Called where the server should have told of new mail, and did not."""
        self.clock = clock
        self.protocol = protocol
        self.push = False
        """Whether the server tells of changes (NOTIFY)."""
        self._first = first
        self._open = first  # the session whose mailbox is open
        self._loops: dict[MailboxName, TurnLoop] = {}
        self._turns: list[tuple[TurnLoop, Deferred[None]]] = []
        self._given: TurnLoop | None = None
        self._given_back: Deferred[None] = Deferred()
        self._ask: list[MailboxName] = []  # whose STATUS is to be requested
        self._unknown: set[MailboxName] = set()  # those that were asked for, and not told of since
        self._proven = False  # whether the server has told of a change by itself
        self._again = False  # whether all are to be asked soon
        self._untold = 0  # times that it has not told of new mail
        self._timer = Timer(clock)
        protocol.lost.wait().addCallback(self._lost)

    @property
    def names(self) -> tuple[MailboxName, ...]:
        """The other mailboxes."""
        return tuple(self._loops)

    def _lost(self, _: object) -> None:
        self._timer.clear()
        turns, self._turns = self._turns, []
        for _loop, begins in turns:
            begins.callback(None)

    # Called by the session of the first mailbox and its loop.

    def receiver(self, event: Event) -> Session:
        """The session that is to handle `event`: that of the mailbox that is open."""
        if isinstance(event, MailboxStatus):
            self._on_status(event)
        elif isinstance(event, Listed) and any(word.upper() == _GONE for word in event.attributes):
            self._look_at([event.mailbox])
        return self._open

    def ask_all(self) -> None:
        """Request the STATUS of all of them with the next IDLE."""
        self._ask = list(self._loops)

    def send_questions(self) -> None:
        """Request the STATUS of those that are to be asked; called while the first mailbox is open."""
        if not self._ask:
            return
        names, self._ask = [name for name in dict.fromkeys(self._ask) if name in self._loops], []
        for request, asked in self._requests(names):
            answer = self.protocol.request(request, SEARCH_DEADLINE)
            self._unknown.update(asked)
            answer.addErrback(self._refused).addBoth(self._asked, asked).addErrback(ignore)
        self._set_timer()

    def _requests(self, names: list[MailboxName]) -> list[tuple[Request, list[MailboxName]]]:
        offered = self.protocol.capabilities or frozenset()
        if len(names) > 1 and {"LIST-EXTENDED", "LIST-STATUS"} <= offered:
            return [(request, names) for request in commands.list_statuses(names)]
        return [(commands.status_of(name), [name]) for name in names]

    def _refused(self, failure: Failure) -> None:
        failure.trap(CommandRefused)

    def _asked(self, result: object, names: list[MailboxName]) -> None:
        """Open those of which the server says nothing: that shows what is wrong."""
        if result is None or isinstance(result, Tagged):
            self._look_at([name for name in names if name in self._unknown])

    def _look_at(self, names: list[MailboxName]) -> None:
        self._unknown.difference_update(names)
        for name in names:
            if name in self._loops:
                self._loops[name].need(Need.CHANGES)

    async def serve(self) -> None:
        """Give turns to those that have something to do, new mail first, for about `_AWAY` seconds."""
        began = self.clock.seconds()
        while self._turns and self.protocol.ended is None:
            await self._all_answered()
            turn = next((turn for turn in self._turns if turn[0].has_mail), self._turns[0])
            self._turns.remove(turn)
            loop, begins = turn
            self._given, self._given_back = loop, Deferred()
            self._change_to(loop.session)
            begins.callback(None)
            await self._given_back
            await self._all_answered()
            if not 0 <= self.clock.seconds() - began < _AWAY:
                break
        self._change_to(self._first)
        if self._turns:
            self._first.loop.need(Need.OTHERS)
        elif self.push and len(self._loops) > _MANY:
            self._again = True

    async def _all_answered(self) -> None:
        """Wait for answers that belong to the mailbox that is open, such as a count that nobody waits for."""
        queue = self.protocol.queue
        if (queue.awaits_answers or queue.queued) and self.protocol.ended is None:
            with suppress(CommandRefused):
                await self.protocol.request(commands.noop())

    def _change_to(self, session: Session) -> None:
        if self._open is not session:
            self._open.leave()
            self._open = session

    def set_push(self, push: bool) -> None:
        """Whether the server tells of changes from now on."""
        if self.push != push:
            self.push = push
            for loop in self._loops.values():
                loop.set_push(push)
        self._set_timer()

    def _set_timer(self) -> None:
        """Ask once a minute; less often where the server has shown that it tells of changes.

        A Dovecot does not tell of mail that another program has written into a mailbox (procmail, for one).
        """
        if self._again:
            self._timer.set(_SOON, self._poll)
        elif self._loops:
            self._timer.set(RENEWAL if self.push and self._proven else POLL_INTERVAL, self._poll)
        else:
            self._timer.clear()

    def _poll(self) -> None:
        self._again = False
        self.ask_all()
        if self._open is self._first:
            self._first.loop.idle()

    # STATUS.

    def _on_status(self, status: MailboxStatus) -> None:
        loop = self._loops.get(status.mailbox) or next(
            (loop for name, loop in self._loops.items() if name.casefold() == status.mailbox.casefold()), None
        )
        if loop is None:
            return
        was_asked = loop.session.selected.mailbox in self._unknown
        self._unknown.discard(loop.session.selected.mailbox)
        if loop.session is self._open:
            return
        was_followed = loop.is_followed
        need = loop.compare(status)
        if need and not was_asked:
            self._proven, self._untold = self.push, 0
        elif Need.MAIL in need and self.push and was_followed and len(self._loops) <= _MANY:
            self._proven = False
            self._untold += 1
            if self._untold == _UNTOLD_LIMIT:
                log.info("The server does not announce new mail in other mailboxes")
                self.on_distrust()
        if Need.MAIL in need:
            loop.need(need)
        elif need:
            loop.settle(need)

    # Called by the loops of the others.

    def add(self, name: MailboxName, loop: TurnLoop) -> None:
        """Watch another mailbox."""
        self._loops[name] = loop
        loop.push = self.push

    def remove(self, loop: TurnLoop) -> None:
        """Watch it no more."""
        for name, other in list(self._loops.items()):
            if other is loop:
                del self._loops[name]
        self.give_back(loop)
        if not self._loops:
            self._timer.clear()

    def turn(self, loop: TurnLoop) -> Deferred[None]:
        """Fires when the mailbox of `loop` may be opened."""
        begins: Deferred[None] = Deferred()
        self._turns.append((loop, begins))
        self._first.loop.need(Need.OTHERS)
        return begins

    def wait_no_more(self, loop: TurnLoop) -> None:
        """End the wait of `loop` for a turn, without one."""
        for turn in [turn for turn in self._turns if turn[0] is loop]:
            self._turns.remove(turn)
            turn[1].callback(None)

    def on_overflow(self) -> None:
        """The server has ended NOTIFY."""
        self._first.loop.on_change(MailboxChange.OVERFLOW)

    def give_back(self, loop: TurnLoop) -> None:
        """The turn of `loop` is over; no effect where it has none."""
        if self._given is loop:
            self._given = None
            self._ask += [name for name, other in self._loops.items() if other is loop]
            self._given_back.callback(None)


class TurnLoop(IdleLoop):
    """The loop of a mailbox on the connection of another one: it waits for a turn where an `IdleLoop` idles."""

    def __init__(self, others: OtherMailboxes, session: Session) -> None:
        super().__init__(others.clock, others.protocol, push=False)
        self._others = others
        self._left = False
        self._last: MailboxStatus | None = None
        self._difference: tuple[int | None, int] | None = None
        self.is_followed = False
        """Whether its STATUS was compared since its last turn."""
        self.session = session

    @property
    def has_mail(self) -> bool:
        """Whether it waits for its turn because of new mail."""
        return Need.MAIL in self._needs

    async def begin(self) -> None:
        """Wait for the first turn."""
        self._others.add(self.session.selected.mailbox, self)
        await self._others.turn(self)
        if self._ended is not None:
            raise self._ended
        self.session.leave()  # until it is opened, another one is open

    def set_push(self, push: bool) -> None:
        """Whether the server tells of changes from now on."""
        self.push = push
        if self._last is not None:
            self.session.confirm()

    def idle(self) -> None:
        """Nothing: the first mailbox idles."""

    def looked(self) -> None:
        """Nothing: STATUS is requested at times."""

    def on_unannounced_mail(self) -> None:
        """Nothing: it is STATUS that announces."""

    def on_change(self, change: MailboxChange) -> None:
        """As in the base class; the end of NOTIFY concerns the first mailbox."""
        if MailboxChange.OVERFLOW in change:
            self._others.on_overflow()
        super().on_change(change)

    async def next_needs(self) -> Need:
        """Give the turn back, wait until there is something to do, and for a turn."""
        self._last = self.session.known.status(self.session.selected)
        self.is_followed = False
        self._others.give_back(self)
        while not self._needs and self._ended is None:  # how often is limited by the first mailbox
            self._waiter = Deferred()
            await self._waiter
        if self._ended is None:
            await self._others.turn(self)
        if self._ended is not None:
            raise self._ended
        needs, self._needs = self._needs, Need.NOTHING
        return needs

    @property
    def _ended(self) -> Exception | None:
        return Stopped() if self._left else self._protocol.ended

    def leave(self) -> None:
        """The mailbox is not watched over this connection any more."""
        self._left = True
        self._others.wait_no_more(self)
        self._wake()

    def close(self) -> None:
        """Also give the turn back."""
        super().close()
        self._others.remove(self)

    def compare(self, status: MailboxStatus) -> Need:
        """What has to be read because of `status`; it may repeat what is known, and may be wrong."""
        last = self._last
        if last is None:  # it waits for its first turn
            return Need.NOTHING
        known = {name: getattr(status, name) for name in _NUMBERS if getattr(status, name) is not None}
        changed = {name: value for name, value in known.items() if getattr(last, name) not in (None, value)}
        if not self.is_followed and "unseen" in changed:  # STATUS may count other messages than SEARCH
            difference = last.unseen, known["unseen"]
            if difference == self._difference:
                del changed["unseen"]
            self._difference = difference
        self._last = replace(last, **known)
        self.is_followed = True
        if changed.get("uid_next", 0) > (last.uid_next or 0) or "uid_validity" in changed:
            return Need.MAIL
        return Need.CHANGES if changed else Need.NOTHING
