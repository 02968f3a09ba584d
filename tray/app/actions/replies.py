"""Sends the replies that are typed into toasts, each once, and tells what became of them."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, DeferredList

from tray.app.actions.reply_ports import NotSent
from tray.desktop.storage.state_store import StateError
from tray.i18n import tr
from tray.mail.model.action import MessageAction
from tray.mail.model.status import ProblemKind, Watching
from tray.mail.model.toast import ToastAction
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.app.accounts.account_watch import AccountWatch
    from tray.app.accounts.mail_service import MailService
    from tray.app.actions.action_queue import ActionQueue
    from tray.app.actions.reply_ports import Postman, Toasts
    from tray.desktop.storage.state_store import StateStore
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.status import Problem
    from tray.mail.model.toast import Toast
    from tray.mail.reply.reply import Reply

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 86_400.0
"""Seconds after which a reply that could not be sent is the user's again."""
_WAITS = (60.0, 300.0, 900.0)
"""Seconds before the next attempts; the last one for all further ones."""
_COPY_ATTEMPTS = 3
END_DEADLINE = 3.0
"""Seconds that the end of the program waits for an answer to a mail."""


class Replies:
    """Every reply is on disk before anything else; from the end of its mail on, only the server's answer counts."""

    def __init__(
        self,
        clock: Any,
        store: StateStore,
        mail_service: MailService,
        queue: ActionQueue,
        toasts: Toasts,
        postman: Postman,
        remember: Callable[[AccountId, str], None],
    ) -> None:
        """Go on with the replies of the last run; `remember` is called with an outgoing server that has worked."""
        self._clock = clock
        self._store = store
        self._mail_service = mail_service
        self._queue = queue
        self._toasts = toasts
        self._postman = postman
        self._remember = remember
        self._timer = Timer(clock)
        self._replies = {reply.id: reply for reply in self._load()}
        self._last_id = max(self._replies, default=0)
        self._running: dict[AccountId, Deferred[None]] = {}
        self._due: dict[int, float] = {}
        self._attempts: dict[int, int] = {}
        self._stopped = False

    def start(self) -> None:
        """Tell of the replies that need the user, and send what waits where an account is watched already."""
        if self._replies:
            from tray.mail.reply.reply import Progress
            from tray.mail.reply.texts import not_confirmed

            for reply in tuple(self._replies.values()):
                if reply.progress is Progress.HANDED_OVER:  # the program ended before the answer came
                    self._fail(reply, not_confirmed())
                elif reply.progress is Progress.FAILED:
                    self._show(reply)
            self._send()

    def stop(self) -> Deferred[None]:
        """Begin nothing more; the rest is sent in the next run.

        Fires when the servers have answered for mails that are under way, after `END_DEADLINE` at the latest.
        """
        self._stopped = True
        self._timer.clear()
        ended: Deferred[None] = Deferred()
        waiting = DeferredList([_end_of(running) for running in self._running.values()], consumeErrors=True)
        waiting.addTimeout(END_DEADLINE, self._clock).addBoth(lambda _: ended.callback(None))
        return ended

    # What the user does

    def on_reply(self, toast: Toast, text: str) -> None:
        """A reply was typed into the toast of a message."""
        if not toast.messages or toast.answers is None or not text.strip():
            return
        watch = self._mail_service.watch(toast.messages[-1].account)
        if watch is None:
            self._too_late(toast, text)
            return
        from datetime import datetime, timezone
        from secrets import token_hex

        from tray.mail.reply.compose import Unanswerable, compose

        self._last_id += 1
        now = datetime.fromtimestamp(self._clock.seconds(), timezone.utc).astimezone()
        try:
            reply = compose(
                text,
                toast.answers,
                watch.account,
                toast.messages[-1],
                number=self._last_id,
                now=now,
                token=token_hex(16),
            )
        except Unanswerable:
            self._too_late(toast, text)
            return
        if self._save(reply):
            self._send()
        else:  # without the disk it might be sent twice, or lost
            self._fail(reply, _no_disk().sentence)

    def on_toast(self, toast: Toast, action: ToastAction) -> bool:
        """Do what the user chose on a toast about a reply; whether it is one."""
        from tray.mail.reply.texts import reply_number

        reply = self._replies.get(reply_number(toast.key))
        if reply is None:
            return reply_number(toast.key) != 0
        if action is ToastAction.DISCARD:
            self._discard(reply)
        elif action is ToastAction.TRY_AGAIN:
            self._try_again(reply)
        elif action is ToastAction.COPY_TEXT:
            self._toasts.copy_text(reply.text, lambda failure: self._copied(reply.id, failure))
        return True

    def on_status(self, watch: AccountWatch) -> None:
        """An account has a new status: send what waits for its connection."""
        if self._replies and isinstance(watch.latest, Watching):
            self._send()

    def _too_late(self, toast: Toast, text: str) -> None:
        """The account was changed since the toast was shown, so that it cannot send: at least keep the text."""
        from tray.mail.reply.texts import too_late_toast

        self._toasts.copy_text(
            text, lambda failure: self._toasts.show_toast(too_late_toast(toast.reply_to, failure))
        )

    def _discard(self, reply: Reply) -> None:
        from tray.mail.reply.reply import Progress

        if reply.progress is not Progress.HANDED_OVER:  # then it is too late
            self._drop(reply)

    def _copied(self, number: int, failure: str) -> None:
        """Show the toast again: its text is kept until it is discarded."""
        reply = self._replies.get(number)
        if reply is not None:
            self._show(reply, failure or tr("The text is on the clipboard."))

    def _try_again(self, reply: Reply) -> None:
        from tray.mail.reply.reply import Progress

        if reply.progress is Progress.FAILED:
            self._attempts.pop(reply.id, None)
            self._due.pop(reply.id, None)
            again = replace(reply, progress=Progress.WAITING, reason="", typed_at=self._clock.seconds())
            if self._save(again):
                self._send()
            else:
                self._fail(reply, _no_disk().sentence)

    # Sending

    def _send(self) -> None:
        """Begin with the first reply that is due of each account that has a connection, and set the timer."""
        from tray.mail.reply.reply import Progress

        now = self._clock.seconds()
        for reply in tuple(self._replies.values()):
            account_id = reply.key.account
            watch = self._mail_service.watch(account_id)
            if (
                self._stopped
                or watch is None
                or account_id in self._running
                or not isinstance(watch.latest, Watching)
                or self._due.get(reply.id, 0.0) > now
                or reply.progress not in {Progress.WAITING, Progress.SENT}
            ):
                continue
            sending = self._running[account_id] = Deferred.fromCoroutine(
                self._go_on_with(reply, watch.account)
            )
            sending.addErrback(self._defect, reply)
            sending.addBoth(self._ended, account_id)
        due = [time for number, time in self._due.items() if number in self._replies and time > now]
        if due and not self._stopped:
            self._timer.set(max(0.0, min(due) - now), self._send)

    def _defect(self, failure: Failure, reply: Reply) -> None:
        log.critical("Sending a reply has failed", exc_info=failure.value)
        self._wait(reply)  # not at once: it may fail for ever

    def _ended(self, _: object, account: AccountId) -> None:
        self._running.pop(account, None)
        if not self._stopped:
            self._send()

    async def _go_on_with(self, reply: Reply, account: Account) -> None:
        from tray.mail.reply.reply import Progress

        if reply.progress is Progress.WAITING:
            sent = await self._sent(reply, account)
            if sent is None:
                return
            reply = sent
        if not self._stopped:
            await self._keep(reply, account)

    async def _sent(self, reply: Reply, account: Account) -> Reply | None:
        """Send `reply`; what it has become, None where it was not sent."""
        from tray.mail.reply.reply import Progress

        def before_mail() -> None:
            if reply.id not in self._replies or not self._save(replace(reply, progress=Progress.HANDED_OVER)):
                raise NotSent(_no_disk(), passing=True)

        try:
            server = await self._postman.send(account, reply, before_mail)
        except NotSent as error:
            if reply.id in self._replies:  # else it was discarded meanwhile
                self._not_sent(reply, error)
            return None
        log.info("Account %s: a reply was sent", account.id)
        sent = replace(reply, progress=Progress.SENT)
        self._save(sent)
        self._attempts.pop(reply.id, None)
        self._show(sent)
        self._remember(account.id, server)
        self._queue.act(MessageAction.ANSWERED, [reply.key], offer_undo=False)
        self._queue.act(MessageAction.READ, [reply.key], offer_undo=False)
        return sent

    def _not_sent(self, reply: Reply, error: NotSent) -> None:
        problem = error.problem
        log.info("Account %s: a reply was not sent: %s", reply.key.account, problem.kind.value)
        now = self._clock.seconds()
        if not error.passing or now - reply.typed_at >= GIVE_UP_AFTER:
            self._fail(reply, f"{problem.sentence} {problem.advice}".strip())
            return
        self._save(reply)  # it waits again, even if its mail was begun
        self._replies[reply.id] = reply
        first = reply.id not in self._attempts
        self._wait(reply)
        if first:
            self._show(reply, problem.sentence)

    async def _keep(self, reply: Reply, account: Account) -> None:
        """Keep a copy; the reply is done after that, or where it cannot be kept."""
        from tray.mail.reply.texts import copy_not_kept

        try:
            kept = await self._postman.keep(account, reply)
        except NotSent as error:
            if error.passing and self._attempts.get(reply.id, 0) < _COPY_ATTEMPTS:
                self._wait(reply)
                return
            self._show(reply, copy_not_kept(error.problem))
        else:
            if not kept:
                log.info("Account %s has no folder for sent mails", account.id)
        self._drop(reply, withdraw=False)

    def _wait(self, reply: Reply) -> None:
        attempts = self._attempts[reply.id] = self._attempts.get(reply.id, 0) + 1
        self._due[reply.id] = self._clock.seconds() + _WAITS[min(attempts, len(_WAITS)) - 1]

    def _fail(self, reply: Reply, reason: str) -> None:
        from tray.mail.reply.reply import Progress

        failed = replace(reply, progress=Progress.FAILED, reason=reason)
        self._save(failed)
        self._replies[reply.id] = failed
        self._show(failed)

    # The list

    def _show(self, reply: Reply, reason: str = "") -> None:
        from tray.mail.reply.texts import reply_toast

        self._toasts.show_toast(reply_toast(reply, reason))

    def _load(self) -> list[Reply]:
        try:
            return self._store.replies()
        except StateError as error:
            log.warning("%s", error)
            return []

    def _save(self, reply: Reply) -> bool:
        """Keep a reply as it is now, first of all on the disk; whether that was possible."""
        try:
            self._store.save_reply(reply)
        except StateError as error:
            log.warning("%s", error)
            return False
        self._replies[reply.id] = reply
        return True

    def _drop(self, reply: Reply, *, withdraw: bool = True) -> None:
        self._replies.pop(reply.id, None)
        self._due.pop(reply.id, None)
        self._attempts.pop(reply.id, None)
        try:
            self._store.delete_reply(reply.id)
        except StateError as error:
            log.warning("%s", error)
        if withdraw:
            from tray.mail.reply.texts import toast_key

            self._toasts.withdraw(toast_key(reply.id))


def _no_disk() -> Problem:
    from tray.mail.model.status import Problem

    sentence = tr("It could not be written to the disk, so nothing was sent.")
    return Problem(ProblemKind.INTERNAL, sentence, "")


def _end_of(running: Deferred[None]) -> Deferred[None]:
    """Fires when `running` does, and can be cancelled without it."""
    ended: Deferred[None] = Deferred()

    def end(_: object) -> None:
        if not ended.called:
            ended.callback(None)

    running.addBoth(end)
    return ended
