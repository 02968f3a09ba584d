"""What the dialog's Test button runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.vault import Vault
    from tray.mail.account import Account
    from tray.mail.check import StepResult
    from tray.mail.secret import Secret


class AccountCheck:
    """Tests accounts on the network, with the secret that was typed or the one that is kept."""

    def __init__(self, reactor: Any, vault: Vault) -> None:
        self._reactor = reactor
        self._vault = vault

    def start(
        self,
        account: Account,
        secret: Secret | None,
        on_step: Callable[[StepResult], None],
        on_done: Callable[[bool], None],
    ) -> Callable[[], None]:
        """Test `account`; each step is reported, then whether all went well. Gives what cancels it."""
        from tray.net.check import check_account

        async def the_secret(asked: Account) -> Secret:
            return await self._vault.get(asked) if secret is None else secret

        cancelled = False

        def ended(result: object) -> None:
            # A failure is none of the account's: the check reports those as steps. Twisted logs what is left.
            if not cancelled:
                on_done(result is True)

        def cancel() -> None:
            nonlocal cancelled
            cancelled = True
            running.cancel()

        running = Deferred.fromCoroutine(check_account(self._reactor, account, the_secret, on_step))
        running.addBoth(ended)
        return cancel
