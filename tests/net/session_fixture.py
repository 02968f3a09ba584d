"""A session on a wire, and what came of its reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from tests.fakes.values import pending
from tests.net.wire import TITLES, Wire, result
from tray.imap.types import INBOX, NO_EXTRAS, ExtraItems, MailboxName, Uid
from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState, advance
from tray.mail.model.action import MessageAction
from tray.net.watch.session import Session
from tray.net.watch.session_memory import SessionMemory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.actions.pending import PendingAction

COUNT = "UID SEARCH RETURN (COUNT) UNSEEN UNDELETED"
EXAMINED = (
    "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
    "* OK [UIDVALIDITY 7] UIDs valid",
    "* OK [UIDNEXT {next}] next",
)


class SessionFixture:
    """Runs a session; keeps its reports, and what `advance` makes of them."""

    def __init__(
        self,
        wire: Wire,
        titles: int = 3,
        state: MailboxState | None = None,
        memory: SessionMemory | None = None,
        extra: ExtraItems = NO_EXTRAS,
        mailbox: MailboxName = INBOX,
        first: SessionFixture | None = None,
    ) -> None:
        """`first`: the session whose connection this one uses, too."""
        self.wire = wire
        self.titles = titles
        self.state = state
        self.reports: list[MailboxReport] = []
        self.copied_from: list[Uid] = []
        self.arrivals: list[str] = []
        self.confirmed: list[bool] = []
        self.memory = memory or SessionMemory()
        self.extra = extra
        self.notify: tuple[str, ...] = ()
        """What is sent before the first IDLE."""
        self.session = Session(
            wire.clock,
            wire.protocol,
            mailbox,
            titles,
            self,
            self.confirmed.append,
            self.memory,
            others=None if first is None else first.session.others,
        )
        if first is None:
            wire.on_event = self.session.on_event
        self.end: list[Any] = result(Deferred.fromCoroutine(self.session.run()))

    def mailbox_state(self) -> MailboxState | None:
        return self.state

    def extra_items(self) -> ExtraItems:
        return self.extra

    def on_new_mail_requested(self) -> None:
        pass

    def on_report(self, report: MailboxReport) -> None:
        self.reports.append(report)
        change = advance(self.state, report, self.titles, more=10 if self.extra.listing else 0)
        self.state = change.state
        self.arrivals += [message.envelope.subject for message in change.arrivals]

    def mark_seen(self, *uids: int, validity: int = 7) -> list[Any]:
        """Mark messages as read, as the watcher does; the outcome."""
        return self.act(pending(MessageAction.READ, *uids, validity=validity))

    def mark_all_seen(self, highest: int = 12) -> list[Any]:
        """Mark all messages up to a UID as read."""
        return self.act(pending(MessageAction.READ, *range(1, highest + 1), unread_only=True))

    def act(self, action: PendingAction) -> list[Any]:
        """Do an action of the user; the outcome. `copied_from` has what was said before each COPY."""
        done = result(
            self.memory.actions.add(lambda session: session.perform(action, self.copied_from.append))
        )
        self.session.act()
        return done

    def begin(
        self, uids: Sequence[int] = (), *, exists: int | None = None, unseen: int = 0
    ) -> SessionFixture:
        """Up to the first IDLE: a mailbox whose newest mails have `uids`."""
        exists = len(uids) if exists is None else exists
        self.opens((uids[-1] if uids else 0) + 1, f"* {exists} EXISTS")
        return self.read(uids, exists=exists, unseen=unseen)

    def opens(self, uid_next: int, *lines: str) -> SessionFixture:
        """ID and EXAMINE, whose answer ends with `lines`."""
        self.wire.c('$id ID ("name" "Mailbell" "version" "0.1.0")', '$ex EXAMINE "INBOX"')
        self.wire.s(
            "* ID NIL", f"{self.wire.tags['$id']} OK", *(each.format(next=uid_next) for each in EXAMINED)
        )
        self.wire.s(*lines, f"{self.wire.tags['$ex']} OK [READ-ONLY] done")
        return self

    def read(self, uids: Sequence[int] = (), *, exists: int | None = None, unseen: int = 0) -> SessionFixture:
        """The newest titles, the count, and IDLE."""
        from tests.net.wire import row

        wire, exists = self.wire, len(uids) if exists is None else exists
        first = max(1, exists - self.titles + 1)
        fetch = (f"$f FETCH {first}:{exists} {TITLES}",) if exists else ()
        wire.c(*fetch, f"$n {COUNT}", *self.notify, "$idle IDLE")
        for offset, uid in enumerate(uids):
            wire.s(row(exists - len(uids) + 1 + offset, uid, f"Mail {uid}"))
        if exists:
            wire.s(f"{wire.tags['$f']} OK")
        wire.s(f'* ESEARCH (TAG "{wire.tags["$n"]}") UID COUNT {unseen}', f"{wire.tags['$n']} OK", "+ idling")
        return self

    def ok(self, *names: str) -> SessionFixture:
        """The commands of these names are done."""
        self.wire.s(*(f"{self.wire.tags[name]} OK" for name in names))
        return self

    def counted(self, unseen: int) -> SessionFixture:
        """The count that was asked for as ``$n``."""
        tag = self.wire.tags["$n"]
        self.wire.s(f'* ESEARCH (TAG "{tag}") UID COUNT {unseen}', f"{tag} OK")
        return self

    def after_done(self, *expected: str) -> SessionFixture:
        """The client ends IDLE and sends `expected`; IDLE is over."""
        idle = self.wire.tags["$idle"]
        self.wire.c("DONE", *expected).s(f"{idle} OK")
        return self

    def counts(self, unseen: int) -> SessionFixture:
        """The count and IDLE are requested; the count is answered."""
        self.wire.c(f"$n {COUNT}", "$idle IDLE")
        return self.counted(unseen)

    def fetches(self, first: int, *lines: str) -> SessionFixture:
        """The client ends IDLE and fetches messages from UID `first` up; the server answers with `lines`."""
        self.after_done(f"$f UID FETCH {first}:* {TITLES}").wire.s(*lines, f"{self.wire.tags['$f']} OK")
        return self

    def looks(self, first: int, *lines: str, unseen: int, idling: bool = True) -> SessionFixture:
        """The client requests flags from UID `first` up, and the count; IDLE, which it ends if `idling`, follows."""
        expected = f"$g UID FETCH {first}:* (UID FLAGS)", f"$n {COUNT}", "$idle IDLE"
        if idling:
            self.after_done(*expected)
        else:
            self.wire.c(*expected)
        self.wire.s(*lines, f"{self.wire.tags['$g']} OK")
        return self.counted(unseen)
