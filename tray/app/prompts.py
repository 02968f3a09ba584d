"""Asks the user for a password that is missing or was refused, or whether to trust a certificate."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.account import SecretSource
from tray.mail.model.secret import SecretUnavailable, not_kept
from tray.mail.model.status import Connecting, NeedsCredentials, ProblemKind, untrusted_certificate

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.app.accounts.account_watch import AccountWatch
    from tray.app.credentials.secret_store import SecretStore
    from tray.app.dialogs import Dialogs
    from tray.app.settings.settings_service import SettingsService
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Status
    from tray.ui.ports import SignInService

log = logging.getLogger(__name__)

_TYPED = frozenset({SecretSource.KEYRING, SecretSource.FILE, SecretSource.ASK})


class Prompts:
    """Asks the user for the credentials that an account needs, and whether to trust its server's certificate."""

    def __init__(
        self,
        secret_store: SecretStore,
        settings: SettingsService,
        dialogs: Dialogs,
        sign_in: SignInService,
        complain: Callable[[str], None],
    ) -> None:
        """Ask by `dialogs`; keep secrets in `secret_store`, and pin certificates in `settings`.

        `sign_in` is for accounts with OAuth 2. `complain` is called with a sentence when a password cannot be kept.
        """
        self._secret_store = secret_store
        self._settings = settings
        self._dialogs = dialogs
        self._sign_in = sign_in
        self._complain = complain
        self._certificates: dict[AccountId, Certificate] = {}
        """The last certificates that were not trusted, for a click during the next attempt to connect."""

    def status_changed(self, watch: AccountWatch) -> None:
        """Called with each new status of an account."""
        certificate = untrusted_certificate(watch.status)
        if certificate is not None:
            self._certificates[watch.account.id] = certificate
        elif not isinstance(watch.status, Connecting):
            self._certificates.pop(watch.account.id, None)
        # Only the newest status of the account's mailboxes counts: the others may be older than the user's answer.
        if isinstance(watch.latest, NeedsCredentials):
            self._credentials_needed(watch, watch.latest)

    def _credentials_needed(self, watch: AccountWatch, status: NeedsCredentials) -> None:
        """Drop a secret that was refused; ask at once where the user chose to be asked at each start."""
        if status.problem.kind is not ProblemKind.NO_SECRET:
            if self._secret_store.forget_refused(_asked_account(watch.account, status), watch.tried):
                watch.check_latest()
        elif watch.account.secret is SecretSource.ASK and not self._secret_store.remembers(watch.account.id):
            self._ask_for(watch.account, watch, status.problem.sentence, asked_for=False)

    def ask_credentials_or_retry(self, watch: AccountWatch) -> None:
        """Ask for credentials, or try again where they come from a command or from the desktop."""
        account, status = _asked_account(watch.account, watch.status), watch.status
        if account is watch.account and account.secret in {SecretSource.COMMAND, SecretSource.ONLINE}:
            watch.check_now()
            return
        reason = status.problem.sentence if isinstance(status, NeedsCredentials) else _reason(watch.account)
        self._ask_for(account, watch, reason, asked_for=True)

    def _ask_for(self, account: Account, watch: AccountWatch, reason: str, *, asked_for: bool) -> None:
        def answered(secret: Secret | None, remember: bool) -> None:
            now = _present_account(account, watch)
            if secret is None or now is None:
                return
            if remember and now.secret is not SecretSource.ASK:
                self._secret_store.write(now, secret).addErrback(self._not_kept, now)
            else:
                self._secret_store.use_for_this_run(now.id, secret)
            watch.check_now()

        if account.secret is SecretSource.OAUTH:
            self._dialogs.ask_sign_in(account, reason, self._sign_in, lambda secret: answered(secret, True))
        else:
            self._dialogs.ask_password(account, reason, answered, asked_for=asked_for)

    def _not_kept(self, failure: Failure, account: Account) -> None:
        """Complain: the password is used in this run only, and asked for again at the next start."""
        failure.trap(SecretUnavailable)
        log.info("The password of account %s could not be kept", account.id)
        self._complain(not_kept(failure.value.problem))  # type: ignore[union-attr]

    def ask_certificate(self, watch: AccountWatch) -> None:
        """Show the certificate that keeps this account from being watched, if there is one, and pin it if trusted."""
        account = watch.account
        certificate = self._certificates.get(account.id)
        if certificate is None:
            return

        def answered(trust: bool) -> None:
            if trust:  # the one that was shown, even if the server has another one by now
                self._settings.pin(account.id, certificate)

        self._dialogs.show_certificate(account, certificate, answered)


def _reason(account: Account) -> str:
    return tr("Sign in again.") if account.secret is SecretSource.OAUTH else tr("Enter the new password.")


def _asked_account(account: Account, status: Status) -> Account:
    """The account, or where its proxy's password was refused, the account under which that password is stored."""
    if isinstance(status, NeedsCredentials) and status.problem.kind is ProblemKind.PROXY_REFUSED:
        from tray.mail.settings.proxy import credential_account

        return credential_account(account) or account
    return account


def _present_account(asked: Account, watch: AccountWatch) -> Account | None:
    """The account that the user was `asked` for (or that of its proxy's password), with the present settings.

    None where the answer is no longer needed: the account was removed, has another proxy, or logs in another way.
    The dialog is not modal, and may stay open for hours.
    """
    if watch.is_over:
        return None
    account: Account | None = watch.account
    if asked.id != watch.account.id:
        from tray.mail.settings.proxy import credential_account

        account = credential_account(watch.account)
    if account is None or account.id != asked.id:
        return None
    if SecretSource.OAUTH in {asked.secret, account.secret}:
        return account if (asked.secret, asked.oauth) == (account.secret, account.oauth) else None
    return account if account.secret in _TYPED else None
