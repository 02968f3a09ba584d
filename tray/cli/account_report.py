"""``mailbell account check --report``: the test as a text that can be sent to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.cli.credentials import Credentials
    from tray.mail.account import Account, AccountId
    from tray.mail.check import StepResult
    from tray.mail.secret import Secret


async def report_each(credentials: Credentials, accounts: tuple[Account, ...]) -> list[StepResult | None]:
    """Test accounts one after the other, printing a report of each; the failing step of each, or None."""
    from tray.mail.diagnosis import report
    from tray.net.check import check_account
    from tray.net.versions import versions

    results: dict[AccountId, StepResult | None] = {}

    async def check(account: Account) -> None:
        steps: list[StepResult] = []
        used: list[Secret] = []

        async def noted(asked: Account) -> Secret:
            given = await credentials.secret(asked)
            used.append(given)
            return given

        async def hidden(kept: Account) -> Secret:
            given = await credentials.proxy(kept)
            used.append(given)
            return given

        credentials.ask(account)
        await check_account(credentials.reactor, account, noted, steps.append, hidden)
        print(report(account, steps, versions(), used), flush=True)
        results[account.id] = next((step for step in steps if step.trouble is not None), None)

    await credentials.in_turn(accounts, check)
    return [results[account.id] for account in accounts]
