"""What the dialog's Test button runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tray.app.vault import Vault
    from tray.mail.account import Account
    from tray.mail.check import StepResult
    from tray.mail.secret import Secret
    from tray.net.route import ProxySecret


class AccountCheck:
    """Tests accounts on the network, with the secret that was typed or the one that is kept."""

    def __init__(self, reactor: Any, vault: Vault, proxy_secret: ProxySecret | None = None) -> None:
        self._reactor = reactor
        self._vault = vault
        self._proxy_secret = proxy_secret
        self._used: list[Secret] = []
        """What the last test logged in with: the report of it must not repeat that."""

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
            return self._noted(await self._vault.get(asked, secret))

        async def the_proxys(kept: Account) -> Secret:
            assert self._proxy_secret is not None
            return self._noted(await self._proxy_secret(kept))

        self._used = [] if secret is None else [secret]
        cancelled = False

        def ended(result: object) -> None:
            # A failure is none of the account's: the check reports those as steps. Twisted logs what is left.
            if not cancelled:
                on_done(result is True)

        def cancel() -> None:
            nonlocal cancelled
            cancelled = True
            running.cancel()

        hidden = the_proxys if self._proxy_secret else None
        running = Deferred.fromCoroutine(check_account(self._reactor, account, the_secret, on_step, hidden))
        running.addBoth(ended)
        return cancel

    def _noted(self, given: Secret) -> Secret:
        """`given`, remembered; of one that may be renewed on the way, every later one as well."""
        from tray.mail.secret import RenewableSecret

        self._used.append(given)
        if not isinstance(given, RenewableSecret):
            return given
        renew = given.another

        async def another() -> Secret | None:
            fresh = await renew()
            return None if fresh is None else self._noted(fresh)

        return RenewableSecret(given.reveal(), another)

    def report(self, account: Account, results: Sequence[StepResult], more: Mapping[str, str]) -> str:
        """The last test in words that can be sent to others; `more` are further versions."""
        from tray.mail.diagnosis import report
        from tray.net.versions import versions

        return report(account, results, {**versions(), **more}, self._used)
