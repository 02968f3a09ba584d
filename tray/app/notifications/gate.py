"""The gate before the notification center: each message passes it now, later, or never, as the policy decides."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.app.notifications.reminders import Reminders
from tray.mail.model.message import MessageKey
from tray.mail.model.toast import SILENT
from tray.mail.notifications.postponed import Postponed, PostponedArrivals
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.app.notifications.announcements import Announcements
    from tray.app.notifications.notification_center import NotificationCenter
    from tray.app.notifications.presence_updates import PresenceUpdates
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.message import UncountedBatch
    from tray.mail.model.toast import Arrival, Toast, ToastKey
    from tray.mail.policy.decision import Circumstances, Decision, Presence
    from tray.mail.policy.explanations import Explanation, History
    from tray.mail.settings.rules import Rule
    from tray.mail.settings.settings import Settings
    from tray.net.clock import Clock


class NotificationGate:
    """Applies the decision of `tray.mail.policy.decision.decide` to each message.

    A postponed message counts as not announced: the announced UID on disk stays below it, so that it is announced
    after a restart or a crash, too. It is kept in memory so that one toast can show all that is still unread.
    """

    def __init__(
        self,
        clock: Clock,
        center: NotificationCenter,
        announcements: Announcements,
        settings: Callable[[], Settings],
        changed: Callable[[], None],
        presence: PresenceUpdates | None = None,
    ) -> None:
        """`changed` is called when quiet hours begin or end, which the tray shows.

        Without `presence` the desktop is not asked whether the user wants to be disturbed.
        """
        self._clock = clock
        self._center = center
        self._announcements = announcements
        self._settings = settings
        self._changed = changed
        self._paused = False
        self._stopped = False
        self._presence = presence
        if presence is not None:
            presence.connect(self._on_presence)
        self._present: Presence | None = None
        """The last answer, while messages wait."""
        self._asked: dict[AccountId, PostponedArrivals] = {}
        """New messages for which the desktop is being asked."""
        self._postponed: dict[AccountId, PostponedArrivals] = {}
        self._sorted_in: tuple[Settings, Circumstances] | None = None
        """What held when the postponed messages were last sorted: until it changes, none of them is due."""
        self._alerts: dict[ToastKey, Toast] = {}
        self._history: History | None = None
        self._timer = Timer(clock)
        self._reminders = Reminders(clock, self._remind)
        self._reminded: set[MessageKey] = set()
        """Messages that are announced as reminders."""
        self._on_new: Callable[[Account, Arrival, Rule | None], None] | None = None

    def connect(self, on_new: Callable[[Account, Arrival, Rule | None], None]) -> None:
        """Call `on_new` with each new message and the rule that matches it, whether it is announced or not."""
        self._on_new = on_new

    @property
    def reminders(self) -> Reminders:
        """What the user wants to be reminded of."""
        return self._reminders

    def expect_mail(self) -> None:
        """While new mail is being read, ask the desktop, and load what the first toast needs: it need not wait then."""
        if self._presence is not None and self._depends_on_presence():
            self._presence.ask()
        from tray.mail.notifications import notifier  # noqa: F401
        from tray.mail.policy import explanations  # noqa: F401

    def announce(self, arrivals: Iterable[Arrival], batches: Iterable[UncountedBatch] = ()) -> None:
        """Show new messages of one account, and batches of the same, now, later or never."""
        if self._postponed:
            self.release_due()  # they are older
        new = Postponed(tuple(arrivals), batches=tuple(batches))
        self._apply_rules(new.arrivals)
        self._announce(new)

    def snooze(self, arrivals: Collection[Arrival], seconds: float) -> None:
        """Remove messages from the screen, and announce them again in so many seconds if they are unread then."""
        self.withdraw([arrival.key for arrival in arrivals])
        self._announcements.mark_announced([arrival.key for arrival in arrivals])
        self._reminders.add(arrivals, seconds)

    def _remind(self, arrivals: list[Arrival]) -> None:
        self._reminded.update(arrival.key for arrival in arrivals)
        for account in dict.fromkeys(arrival.key.account for arrival in arrivals):
            self._announce(Postponed(tuple(each for each in arrivals if each.key.account == account)))

    def _apply_rules(self, arrivals: Iterable[Arrival]) -> None:
        settings = self._settings()
        if self._on_new is None or not (settings.rules or settings.new_mail_command):
            return
        from tray.mail.policy.rules import first_match

        now = self._clock.seconds()
        for arrival in arrivals:
            account = self._account(arrival.key.account)
            if account is not None:
                rule = first_match(settings.rules, account, arrival.key.mailbox, arrival.message, now)
                self._on_new(account, arrival, rule)

    def _announce(self, new: Postponed) -> None:
        account = self._account(new.account)
        if (
            account is None
            or self._presence is None
            or not self._depends_on_presence()
            or not self._may_be_shown(new, account)
        ):
            self._announce_new(new)  # at once: the settings may be others when the desktop has answered
        else:
            self._asked.setdefault(account.id, PostponedArrivals()).add(new)
            self._presence.ask_unless_recent()

    def _may_be_shown(self, new: Postponed, account: Account) -> bool:
        """Whether any of `new`, all of `account`, is to be announced now if the desktop agrees."""
        from tray.mail.policy.decision import Presence, When, decide

        settings, circumstances, now = (
            self._settings(),
            self._circumstances(Presence()),
            self._clock.seconds(),
        )
        counted: list[Arrival | None] = [None] if new.others or new.batches else []
        return any(
            decide(settings, account, each, circumstances, now).when is When.NOW
            for each in (*new.arrivals, *counted)
        )

    def withdraw(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """Announce none of these any more, and remove them from the screen: they were read or deleted elsewhere."""
        for waiting in (*self._asked.values(), *self._postponed.values()):
            waiting.discard(keys)
        self._reminders.discard(keys)
        self._reminded.difference_update(key for key in keys if isinstance(key, MessageKey))
        self._center.withdraw(keys)

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> None:
        """Announce nothing of an account's other mailboxes, which are no longer watched."""
        for waiting in (self._asked.get(account), self._postponed.get(account)):
            if waiting is not None:
                waiting.keep_only(mailboxes)
        self._reminders.keep_only(account, mailboxes)
        self._center.keep_only(account, mailboxes)
        if not mailboxes and self._history is not None:
            self._history.forget(account)

    def show(self, toast: Toast) -> None:
        """Show a server's alert, after the user's pause; without a sound in quiet hours."""
        if self._paused:
            self._alerts[toast.key] = toast
            return
        circumstances = self._circumstances()
        if circumstances.quiet or toast.account in circumstances.quiet_accounts:
            toast = replace(toast, sound=SILENT)
        self._center.show(toast)

    def pause(self, *, paused: bool) -> None:
        """Announce nothing while `paused`, not even what was given to the notification center before."""
        self._paused = paused
        self._center.pause(paused=paused)
        self.release_due()
        if not paused:
            alerts, self._alerts = self._alerts, {}
            for toast in alerts.values():
                self.show(toast)

    def explanations(self) -> tuple[Explanation, ...]:
        """Why the last messages were announced or not, newest first."""
        return () if self._history is None else self._history.newest_first()

    def release_due(self) -> None:
        """Announce what is no longer to be postponed, and postpone what is from now on.

        To be called when settings or clocks may have changed: a machine may sleep at the end of quiet hours.
        """
        if self._stopped:
            return
        self._reminders.look()
        self._set_timer()
        self._postpone_waiting()
        if not self._postponed:
            self._sorted_in = None
            return
        if (self._settings(), self._circumstances()) == self._sorted_in:
            return
        if self._presence is not None and self._depends_on_presence():
            self._presence.ask()
        else:
            self._release()

    def _release(self) -> None:
        due: list[Postponed] = []
        for account_id in list(self._postponed):
            waiting = self._postponed.pop(account_id).release()
            if self._account(account_id) is not None:
                due.append(self._sorted(waiting, waited=True))
        if any(due):
            arrivals = [arrival for postponed in due for arrival in postponed.arrivals]
            arrivals.sort(key=lambda arrival: arrival.message.envelope.date or 0.0)
            others = tuple(key for postponed in due for key in postponed.others)
            batches = tuple(batch for postponed in due for batch in postponed.batches)
            self._center.announce_postponed(Postponed(tuple(arrivals), others, batches))

    def stop(self) -> None:
        """Announce nothing more; postponed messages are announced at the next start."""
        self._stopped = True
        self._timer.clear()
        self._reminders.stop()
        if self._presence is not None:
            self._presence.stop()

    def _on_presence(self, presence: Presence) -> None:
        self._present = presence
        self._release()
        asked, self._asked = self._asked, {}
        for new in asked.values():
            self._announce_new(new.release())
        waiting = bool(self._postponed) and presence != type(presence)()
        if not waiting:
            self._present = None
        if self._presence is not None:
            self._presence.wait(waiting)

    def _depends_on_presence(self) -> bool:
        from tray.mail.policy.decision import depends_on_presence

        return not self._paused and depends_on_presence(self._settings())

    def _announce_new(self, new: Postponed) -> None:
        now = self._sorted(new)
        if now.others:  # more than are kept one by one while the desktop is asked
            self._center.announce_postponed(now)
        else:
            self._center.announce(now.arrivals, now.batches)

    def _sorted(self, new: Postponed, *, waited: bool = False) -> Postponed:
        """What of `new`, all of one account, is to be announced now; the rest is postponed or counts as announced.

        `waited`: whether it was postponed before.
        """
        account = self._account(new.account)
        if account is None:
            return Postponed() if waited else new
        from tray.mail.policy.decision import Reason, When, decide

        settings, circumstances, moment = self._settings(), self._circumstances(), self._clock.seconds()
        self._sorted_in = settings, circumstances
        later: list[Arrival] = []
        now: list[Arrival] = []
        never: list[MessageKey | UncountedBatch] = []
        for arrival in new.arrivals:
            decision = decide(settings, account, arrival, circumstances, moment)
            if decision.when is When.NOW and arrival.key in self._reminded:
                self._reminded.discard(arrival.key)
                decision = replace(decision, reason=Reason.REMINDER)
            elif decision.when is When.NOW and waited:
                decision = replace(decision, reason=Reason.WAITED)
            self._remember(arrival, decision)
            if decision.when is When.NOW:
                now.append(decision.applied_to(arrival))
            elif decision.when is When.LATER:
                later.append(arrival)
            else:
                never.append(arrival.key)
        counted = Postponed((), new.others, new.batches)
        when = decide(settings, account, None, circumstances, moment).when if counted else When.NOW
        if when is When.NEVER:
            never += counted.keys
        if never:
            self._announcements.mark_announced(never)
        waiting = Postponed(tuple(later), *((counted.others, counted.batches) if when is When.LATER else ()))
        if waiting:
            self._postponed.setdefault(account.id, PostponedArrivals()).add(waiting)
        return Postponed(tuple(now), *((counted.others, counted.batches) if when is When.NOW else ()))

    def _circumstances(self, presence: Presence | None = None) -> Circumstances:
        """What holds now; with the last answer of the desktop where no `presence` is given."""
        from tray.mail.policy.decision import Presence, circumstances_at

        settings = self._settings()
        if settings.quiet_hours or any(_quiet_hours(settings)):
            from tray.desktop.system_events.clock import reread_time_zone

            reread_time_zone()
        now = self._clock.seconds()
        return circumstances_at(
            settings, now, paused=self._paused, presence=presence or self._present or Presence()
        )

    def _remember(self, arrival: Arrival, decision: Decision) -> None:
        if self._history is None:
            from tray.mail.policy.explanations import History

            self._history = History()
        self._history.add(self._clock.seconds(), arrival, decision)

    def _set_timer(self) -> None:
        settings = self._settings()
        hours = [spans for spans in (settings.quiet_hours, *_quiet_hours(settings)) if spans]
        if hours:
            from tray.mail.settings.quiet_hours import changes_at  # most users have none

            now = self._clock.seconds()
            next_change = min(changes_at(spans, now) for spans in hours)
            if not math.isinf(next_change):
                self._timer.set(max(0.0, next_change - now), self._on_time)
                return
        self._timer.clear()

    def _on_time(self) -> None:
        self.release_due()
        self._changed()

    def _postpone_waiting(self) -> None:
        """Postpone toasts that wait for a notification server: it may start in the middle of quiet hours."""
        settings, circumstances = self._settings(), None

        def has_to_wait(account_id: AccountId, arrival: Arrival | None) -> bool:
            nonlocal circumstances
            from tray.mail.policy.decision import When, decide

            account = self._account(account_id)
            if account is None:
                return False
            if circumstances is None:
                circumstances = self._circumstances()
            decision = decide(settings, account, arrival, circumstances, self._clock.seconds())
            return decision.when is not When.NOW

        withdrawn = self._center.withdraw_unshown(has_to_wait)
        for account in {key.account for key in withdrawn.keys}:
            self._postponed.setdefault(account, PostponedArrivals()).add(withdrawn.of(account))
            self._sorted_in = None

    def _account(self, account_id: AccountId | None) -> Account | None:
        for account in self._settings().accounts:
            if account.id == account_id:
                return account
        return None


def _quiet_hours(settings: Settings) -> list[tuple[str, ...]]:
    return [account.quiet_hours for account in settings.accounts]
