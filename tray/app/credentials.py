"""Asks the user for a password when one is missing or was refused, and goes on with the answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.account import SecretSource
from tray.mail.status import NeedsCredentials, TroubleKind

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from tray.app.faces import Faces
    from tray.app.mailroom import Mailroom
    from tray.app.vault import Vault
    from tray.app.watch import AccountWatch
    from tray.mail.account import Account, AccountId
    from tray.mail.secret import Secret

log = logging.getLogger(__name__)


class Credentials:
    """Between the accounts that need credentials and the person who has them."""

    def __init__(self, vault: Vault, faces: Faces) -> None:
        """Ask on `faces`, keep in `vault`."""
        self._vault = vault
        self._faces = faces

    def status_changed(self, watch: AccountWatch) -> None:
        """Forget what was refused; ask at once where the user chose to be asked at each start."""
        status = watch.status
        if not isinstance(status, NeedsCredentials):
            return
        self._vault.drop(watch.account.id)
        if watch.account.secret is SecretSource.ASK and status.trouble.kind is TroubleKind.NO_SECRET:
            self._ask(watch, status.trouble.sentence)

    def give(self, mailroom: Mailroom, account_id: AccountId) -> None:
        """The user wants to give credentials, or to have them tried again."""
        watch = mailroom.watch(account_id)
        if watch is None:
            return
        if watch.account.secret is SecretSource.COMMAND:
            watch.check_now()  # the command is the user's: run it once more
            return
        status = watch.status
        reason = (
            status.trouble.sentence if isinstance(status, NeedsCredentials) else tr("Enter the new password.")
        )
        self._ask(watch, reason)

    def _ask(self, watch: AccountWatch, reason: str) -> None:
        account = watch.account

        def answered(secret: Secret | None, remember: bool) -> None:
            if secret is None:
                return
            if remember and account.secret is not SecretSource.ASK:
                self._vault.put(account, secret).addErrback(_not_kept, account)
            else:
                self._vault.remember(account.id, secret)
            watch.check_now()

        self._faces.ask_password(account, reason, answered)


def _not_kept(failure: Failure, account: Account) -> None:
    # It is used until we end; at the next start the account asks again, and says why.
    log.warning("The password of account %s could not be kept: %s", account.id, type(failure.value).__name__)
