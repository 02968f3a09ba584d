"""Sends the actions on messages to their servers, each once; undoes them, and takes back what a server refuses."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tray.app.accounts.pending_actions import QueuedAction
from tray.imap.types import Uid
from tray.mail.actions.pending import UNDO_SECONDS, PendingAction
from tray.mail.model.action import MessageAction, RefusedAction, UndoOffer
from tray.mail.model.status import Watching
from tray.mail.model.uid_set import UidSet
from tray.net.clock import Timer
from tray.net.errors import ActionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.app.accounts.account_watch import AccountWatch
    from tray.app.accounts.mail_service import MailService
    from tray.app.accounts.pending_actions import PendingActions
    from tray.app.actions.message_search import MessageSearch
    from tray.app.actions.unwatched import UnwatchedMailboxes
    from tray.app.notifications.announcements import Announcements
    from tray.imap.types import MailboxName, UidValidity
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message, MessageKey
    from tray.mail.model.status import Problem
    from tray.net.clock import Clock

    _Place = tuple[AccountId, MailboxName, UidValidity]

log = logging.getLogger(__name__)

_ATTEMPTS = 3
"""Connections that may end during one action; beyond, the action may be the reason."""


class ActionQueue:
    """Sends actions when they are due and their mailboxes have a connection; each is done once.

    Changes of flags are due at once, and reversed by an undo. What moves messages waits for `UNDO_SECONDS`, in which an
    undo only drops it.
    """

    def __init__(
        self,
        clock: Clock,
        pending: PendingActions,
        mail_service: MailService,
        announcements: Announcements,
        changed: Callable[[], None],
        on_refused: Callable[[tuple[RefusedAction, ...]], None],
        unwatched: UnwatchedMailboxes,
        searches: MessageSearch,
    ) -> None:
        """Go on with the actions of the last run; `changed` is called when something else is to be shown.

        `on_refused` is called with all that is shown as refused, the newest first, when there is more.
        """
        self._clock = clock
        self._pending = pending
        self._mail_service = mail_service
        self._announcements = announcements
        self._on_changed = changed
        self._on_refused = on_refused
        self._unwatched = unwatched
        self._searches = searches
        self._timer = Timer(clock)
        self._undoable: list[QueuedAction] = []
        """What `UndoOffer` is about."""
        self._refused: list[tuple[PendingAction, RefusedAction]] = []
        """The newest first."""
        if pending.queue:
            self._arm()

    def act(
        self,
        action: MessageAction,
        keys: Iterable[MessageKey],
        target: MailboxName | None = None,
        *,
        for_good: bool = False,
        offer_undo: bool = True,
    ) -> None:
        """Queue an action on messages of any accounts; without `offer_undo` it is sent at once."""
        places: dict[_Place, list[Uid]] = {}
        for key in keys:
            if self._mail_service.watch(key.account) is not None:
                places.setdefault((key.account, key.mailbox, key.uid_validity), []).append(key.uid)
        wait = UNDO_SECONDS if offer_undo and not action.is_flag else 0.0
        actions = [
            self._new(action, place, UidSet.of(uids), wait, target=target, for_good=for_good)
            for place, uids in places.items()
        ]
        self._add(actions, sum(map(len, places.values())), offer_undo=offer_undo)

    def mark_all_read(self, watches: Iterable[AccountWatch], count: int) -> None:
        """Queue *Mark all as read*, up to the newest messages that are known; `count` are shown as unread."""
        actions = []
        for watch in watches:
            known = watch.known(self._announcements) if watch.account.enabled else {}
            for mailbox, state in known.items():
                uids = UidSet.between(Uid(1), state.announced_uid)
                if uids:
                    place = watch.account.id, mailbox, state.uid_validity
                    actions.append(self._new(MessageAction.READ, place, uids, 0.0, unread_only=True))
        self._add(actions, count, offer_undo=True)

    def _new(
        self, action: MessageAction, place: _Place, uids: UidSet, wait: float, **options: Any
    ) -> PendingAction:
        return PendingAction(
            self._pending.new_id(), action, *place, uids, self._clock.seconds() + wait, **options
        )

    def _add(self, actions: Sequence[PendingAction], count: int, *, offer_undo: bool) -> None:
        """Queue `actions` on `count` messages, which can be undone together."""
        for action in actions:
            if action.moves:
                self._take_back(action)
        entries = [QueuedAction(action, self._changes(action)) for action in actions]
        if offer_undo and actions:
            from tray.mail.actions.texts import undo_sentence

            first = actions[0]
            subject = self._subject(first) if count == 1 else None
            sentence = undo_sentence(first.action, count, subject, first.target, for_good=first.for_good)
            self._pending.undo_offer = UndoOffer(sentence, self._clock.seconds() + UNDO_SECONDS)
            self._undoable = entries
        self._pending.add(entries)
        self._go_on()

    def undo(self) -> None:
        """See `MessageCommands.undo`."""
        offer, entries = self._pending.undo_offer, self._undoable
        self._end_offer()
        if offer is None or self._clock.seconds() >= offer.until:
            return
        for entry in entries:
            if entry.running and not entry.action.moves:
                entry.undone = True
            elif not entry.running:
                self._pending.drop(entry)
                if entry.done or entry.attempts:  # without an answer it may have been done
                    self._reverse(entry)
        self._go_on()

    def retry_refused(self) -> None:
        """See `MessageCommands.retry_refused`."""
        actions = [action for action, _ in reversed(self._refused)]
        self._show_refused([])
        now = self._clock.seconds()
        again = [replace(action, id=self._pending.new_id(), due=now) for action in actions]
        self._pending.add([QueuedAction(action, self._changes(action)) for action in again])
        self._go_on()

    def dismiss_refused(self) -> None:
        """See `MessageCommands.dismiss_refused`."""
        self._show_refused([])
        self._changed()

    def _show_refused(self, refused: list[tuple[PendingAction, RefusedAction]]) -> None:
        self._refused = refused
        self._pending.refused = tuple(said for _, said in refused)

    def on_status(self, watch: AccountWatch) -> None:
        """An account has a new status: send what waits for its connection."""
        if self._pending.queue and isinstance(watch.latest, Watching):
            self._send(watch.account.id)

    def stop(self) -> None:
        """Send nothing more; the rest is sent in the next run."""
        self._timer.clear()

    # What is due.

    def _go_on(self) -> None:
        self._send()
        self._arm()
        self._changed()

    def _arm(self) -> None:
        """Set the timer for the next action that is due, or for the end of the offer to undo."""
        now = self._clock.seconds()
        times = [entry.action.due for entry in self._pending.queue if entry.action.due > now]
        if self._pending.undo_offer is not None:
            times.append(self._pending.undo_offer.until)
        if times:
            self._timer.set(min(max(0.0, min(times) - now), UNDO_SECONDS), self._on_time)
        else:
            self._timer.clear()

    def _on_time(self) -> None:
        offer = self._pending.undo_offer
        if offer is not None and self._clock.seconds() >= offer.until:
            self._end_offer()
        self._go_on()

    def _end_offer(self) -> None:
        self._pending.undo_offer, self._undoable = None, []

    def _send(self, account: AccountId | None = None) -> None:
        """Send the actions that are due, in their order, if there is a connection."""
        now = self._clock.seconds()
        waiting: set[tuple[AccountId, MailboxName]] = set()  # without a connection
        for entry in tuple(self._pending.queue):
            action = entry.action
            place = action.account, action.mailbox
            if action.due > now + UNDO_SECONDS:  # the clock was set back
                action = entry.action = replace(action, due=now)
            if entry.running or action.due > now or account not in {None, action.account} or place in waiting:
                continue
            watch = self._mail_service.watch(action.account)
            if watch is None:
                self._pending.drop(entry)
                continue
            sent = self._perform(watch, entry)
            if sent is not None:
                entry.running = True
                sent.addCallbacks(partial(self._done, entry), partial(self._failed, entry))
                sent.addErrback(_log_defect)
                if entry in self._pending.queue and not entry.running:
                    waiting.add(place)

    def _perform(self, watch: AccountWatch, entry: QueuedAction) -> Deferred[UidSet] | None:
        before_copy = partial(self._before_copy, entry)
        sent = watch.perform(entry.action, before_copy)
        if sent is None and isinstance(watch.latest, Watching):
            return self._unwatched.perform(watch.account, entry.action, before_copy)
        return sent

    def _before_copy(self, entry: QueuedAction, lowest: Uid) -> None:
        """Keep on disk where the copies will be: a COPY without an answer is then not sent again blindly."""
        entry.action = replace(entry.action, copied_from=lowest)
        self._pending.save([entry.action])

    def _done(self, entry: QueuedAction, uids: UidSet) -> None:
        entry.running, entry.done = False, True
        action = entry.action
        if action.unread_only:
            entry.changes = uids
        self._pending.drop(entry)
        self._mail_service.on_action_done(action, uids)
        self._searches.on_action_done(action, uids)
        if entry.undone:
            self._reverse(entry)
            self._go_on()
        self._changed()

    def _failed(self, entry: QueuedAction, failure: Failure) -> None:
        failure.trap(ActionFailed)
        error: ActionFailed = failure.value  # type: ignore[assignment]
        entry.running = False
        entry.attempts += error.begun
        if entry.undone:  # whether or not it was done: what undoes it changes nothing else
            self._pending.drop(entry)
            self._reverse(entry)
            self._changed()
        elif error.refused or entry.attempts >= _ATTEMPTS:
            self._refuse(entry, error.problem)

    def _refuse(self, entry: QueuedAction, problem: Problem) -> None:
        from tray.mail.actions.texts import refusal_headline

        log.warning("An action failed: %s", problem.kind.value)
        action = entry.action
        self._pending.drop(entry)
        if entry in self._undoable:
            self._end_offer()
        headline = refusal_headline(action.action, len(action.keys), self._subject(action))
        reason = f"{problem.sentence} {problem.advice}".strip()
        others = [each for each in self._refused if not _is_same(each[0], action)]
        # With `copied_from`: the copy may have been made, and its original not removed.
        self._show_refused([(action, RefusedAction(headline, reason)), *others])
        self._on_refused(self._pending.refused)
        self._changed()

    # The list.

    def _changed(self) -> None:
        self._on_changed()
        self._searches.show_again()

    def _subject(self, action: PendingAction) -> str | None:
        """The subject of its message; None where it has several, or is not known."""
        keys = action.keys
        message = self._message(keys[0]) if len(keys) == 1 else None
        return None if message is None else message.envelope.subject

    def _message(self, key: MessageKey) -> Message | None:
        return self._announcements.message(key) or self._searches.message(key)

    def _changes(self, action: PendingAction) -> UidSet:
        """The messages that `action` changes: those that are not known count."""
        if action.unread_only:
            return action.uids
        known = ((key.uid, self._message(key)) for key in action.keys)
        return UidSet.of(uid for uid, message in known if message is None or action.concerns(message))

    def _take_back(self, action: PendingAction) -> None:
        """Take the messages of `action` out of earlier actions that would move them and were not sent."""
        for entry in tuple(self._pending.queue):
            other = entry.action
            if (
                other.moves
                and not entry.running
                and (other.account, other.mailbox, other.uid_validity)
                == (action.account, action.mailbox, action.uid_validity)
            ):
                rest = other.without(action.uids)
                if not rest.uids:
                    self._pending.drop(entry)
                elif rest != other:
                    entry.action = rest
                    self._pending.save([rest])

    def _reverse(self, entry: QueuedAction) -> None:
        if entry.changes:
            action = entry.action.reversed(self._pending.new_id(), entry.changes, self._clock.seconds())
            self._pending.add([QueuedAction(action)])


def _is_same(one: PendingAction, other: PendingAction) -> bool:
    """Whether both do the same with the same messages."""
    return replace(one, id=other.id, due=other.due, copied_from=other.copied_from) == other


def _log_defect(failure: Failure) -> None:
    log.critical("An action has failed", exc_info=failure.value)
