"""Accounts whose keyring was locked or absent go on by themselves as soon as it can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.model.secret import KeyringUnavailable
from tray.mail.model.status import NeedsCredentials, ProblemKind

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from tray.app.accounts.mail_service import MailService
    from tray.app.credentials.secret_store import SecretStore


class KeyringWait:
    """Between the keyring's comings and goings and the accounts that wait for it."""

    def __init__(self, secret_store: SecretStore, mail_service: MailService) -> None:
        """Ask `secret_store` quietly, wake the accounts of `mail_service`."""
        self._secret_store = secret_store
        self._mail_service = mail_service

    def gone(self) -> None:
        """Nobody will answer its prompt any more."""
        self._secret_store.keyring_vanished()

    def came(self) -> None:
        """Ask it at once, as at the start: where it is locked, it asks the user."""
        for watch in self._mail_service.watches:
            status = watch.status
            if (
                (watch.account.secret.in_keyring or watch.account.proxy)
                and isinstance(status, NeedsCredentials)
                and status.problem.kind is ProblemKind.NO_SECRET
            ):
                watch.check_now()

    def changed(self) -> None:
        """Go on where it is open now; one that is still locked must not ask the user time and again."""
        is_open = self._secret_store.keyring_is_open()
        # One that goes away while it is asked is told of by `gone`.
        is_open.addCallbacks(lambda is_open: self.came() if is_open else None, _is_gone)


def _is_gone(failure: Failure) -> None:
    failure.trap(KeyringUnavailable)
