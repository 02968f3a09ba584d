"""What is said when the first accounts were added: that this is all, or what the tray menu will ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.mail.account import Login, SecretSource

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tray.mail.account import Account, AccountId


def welcome(accounts: Sequence[Account], given: Collection[AccountId]) -> str:
    """For these new `accounts`, one or more; `given` are those whose password or sign-in came with them."""
    count = len(accounts)
    added = trn("Your account was added.", "Your {n} accounts were added.", count).format(n=count)
    lacking = [each for each in accounts if each.id not in given and _asks(each)]
    # The shorter one leaves room for what is wanted, on a small screen with large letters.
    close = (
        tr("You can close this window.")
        if lacking
        else tr("You can close this window; Mailbell keeps running.")
    )
    return " ".join(part for part in (added, _wanted(lacking, count), close) if part)


def _asks(account: Account) -> bool:
    """Whether it cannot be watched before the user has given something."""
    supplied = account.secret in {SecretSource.COMMAND, SecretSource.ONLINE}
    return account.enabled and not supplied and account.login is not Login.CERTIFICATE


def _wanted(lacking: Sequence[Account], count: int) -> str:
    if not lacking:
        return ""
    if count > 1:
        return trn(
            "The tray menu asks for the password or sign-in of {n} of them.",
            "The tray menu asks for the passwords or sign-ins of {n} of them.",
            len(lacking),
        ).format(n=len(lacking))
    if lacking[0].secret is SecretSource.OAUTH:
        return tr("The tray menu asks you to sign in.")
    return tr("The tray menu asks for its password.")
