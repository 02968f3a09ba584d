"""Asks the user for a password when one is missing or was refused, and goes on with the answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.account import SecretSource
from tray.mail.status import NeedsCredentials, TroubleKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.app.faces import Faces
    from tray.app.mailroom import Mailroom
    from tray.app.vault import Vault
    from tray.app.watch import AccountWatch
    from tray.mail.account import Account, AccountId
    from tray.mail.secret import Secret
    from tray.ui.sign_in_ports import SignInService

log = logging.getLogger(__name__)


class Credentials:
    """Between the accounts that need credentials and the person who has them."""

    def __init__(self, vault: Vault, faces: Faces, sign_in: Callable[[], SignInService]) -> None:
        """Ask on `faces`, keep in `vault`; `sign_in` is for accounts whose secret comes from a sign-in."""
        self._vault = vault
        self._faces = faces
        self._sign_in = sign_in

    def status_changed(self, watch: AccountWatch) -> None:
        """Forget what was refused; ask at once where the user chose to be asked at each start."""
        status = watch.status
        if not isinstance(status, NeedsCredentials):
            return
        self._vault.drop(_whose(watch).id)
        if watch.account.secret is SecretSource.ASK and status.trouble.kind is TroubleKind.NO_SECRET:
            self._ask(watch, status.trouble.sentence)

    def give(self, mailroom: Mailroom, account_id: AccountId) -> None:
        """The user wants to give credentials, or to have them tried again."""
        watch = mailroom.watch(account_id)
        if watch is None:
            return
        if _whose(watch) is watch.account and watch.account.secret in {
            SecretSource.COMMAND,
            SecretSource.ONLINE,
        }:
            watch.check_now()  # who is asked is not the user: ask once more
            return
        status = watch.status
        reason = status.trouble.sentence if isinstance(status, NeedsCredentials) else _reason(watch.account)
        self._ask(watch, reason)

    def _ask(self, watch: AccountWatch, reason: str) -> None:
        account = _whose(watch)

        def answered(secret: Secret | None, remember: bool) -> None:
            if secret is None:
                return
            if remember and account.secret is not SecretSource.ASK:
                self._vault.put(account, secret).addErrback(_not_kept, account)
            else:
                self._vault.remember(account.id, secret)
            watch.check_now()

        if account.secret is SecretSource.OAUTH:
            self._faces.ask_sign_in(account, reason, self._sign_in(), lambda secret: answered(secret, True))
        else:
            self._faces.ask_password(account, reason, answered)


def _reason(account: Account) -> str:
    return tr("Sign in again.") if account.secret is SecretSource.OAUTH else tr("Enter the new password.")


def _whose(watch: AccountWatch) -> Account:
    """Whose password is wanted: that of the account, or of its proxy."""
    status = watch.status
    if isinstance(status, NeedsCredentials) and status.trouble.kind is TroubleKind.PROXY_REFUSED:
        from tray.mail.proxy import keeper

        return keeper(watch.account) or watch.account
    return watch.account


def _not_kept(failure: Failure, account: Account) -> None:
    # It is used until we end; at the next start the account asks again, and says why.
    log.warning("The password of account %s could not be kept: %s", account.id, type(failure.value).__name__)
