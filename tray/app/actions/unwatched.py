"""Actions on messages of mailboxes that are not watched, such as those that a search has found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, DeferredList

from tray.net.problems import action_failed
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.credentials.secret_store import SecretStore
    from tray.imap.events import Event
    from tray.imap.types import MailboxName, Uid
    from tray.mail.actions.pending import PendingAction
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.uid_set import UidSet
    from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox
    from tray.net.imap.mailbox.user_actions import UserActions


@dataclass(eq=False, slots=True)
class _Waiting:
    """An action that waits for the connection, and what is called before a COPY."""

    action: PendingAction
    before_copy: Callable[[Uid], None]
    done: Deferred[UidSet]
    begun: bool = False


class UnwatchedMailboxes:
    """Makes a connection for the actions on one mailbox, and ends it when they are done."""

    def __init__(self, reactor: Any, secret_store: SecretStore) -> None:
        self._reactor = reactor
        self._secret_store = secret_store
        self._waiting: dict[tuple[AccountId, MailboxName], list[_Waiting]] = {}

    def perform(
        self, account: Account, action: PendingAction, before_copy: Callable[[Uid], None]
    ) -> Deferred[UidSet]:
        """As `MailboxWatcher.perform`; actions that are asked for together share a connection."""
        waiting = _Waiting(action, before_copy, Deferred())
        place = account.id, action.mailbox
        if place in self._waiting:
            self._waiting[place].append(waiting)
        else:
            self._waiting[place] = [waiting]
            self._reactor.callLater(0, self._start, account, action.mailbox)
        return waiting.done

    def _start(self, account: Account, mailbox: MailboxName) -> None:
        actions = self._waiting.pop((account.id, mailbox))

        def failed(failure: Any) -> None:
            for each in actions:
                if not each.done.called:
                    each.done.errback(action_failed(failure.value, account, mailbox, begun=each.begun))

        Deferred.fromCoroutine(self._run(account, mailbox, actions)).addErrback(failed)

    async def _run(self, account: Account, mailbox: MailboxName, actions: list[_Waiting]) -> None:
        from tray.net.imap.login import logged_in
        from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox
        from tray.net.imap.mailbox.user_actions import UserActions

        opened: list[tuple[SelectedMailbox, UserActions]] = []

        def on_event(event: Event) -> None:
            for selected, user_actions in opened:
                if not user_actions.on_event(event):
                    selected.handle(event)

        secret = await self._secret_store.login_secret(account)
        async with logged_in(self._reactor, account, secret, on_event, self._secret_store.read) as protocol:
            selected = SelectedMailbox(protocol, mailbox)
            user_actions = UserActions(selected)
            opened.append((selected, user_actions))
            await DeferredList(
                [Deferred.fromCoroutine(_perform(each, user_actions, account)) for each in actions]
            )


async def _perform(waiting: _Waiting, user_actions: UserActions, account: Account) -> None:
    waiting.begun = True
    try:
        uids = await user_actions.perform(waiting.action, waiting.before_copy)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is the outcome
        waiting.done.errback(action_failed(error, account, waiting.action.mailbox, begun=True))
    else:
        waiting.done.callback(uids)
