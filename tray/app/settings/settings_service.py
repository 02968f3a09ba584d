"""The settings of the running program: loaded, changed by the dialog or by hand, applied at once and safely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, DeferredList

from tray.desktop.integration import autostart
from tray.i18n import tr
from tray.mail.model.account import AccountId
from tray.mail.model.host_names import same_host
from tray.mail.model.secret import SecretUnavailable, not_kept
from tray.mail.settings.settings import SettingsError
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twisted.python.failure import Failure

    from tray.app.accounts.mail_service import MailService
    from tray.app.credentials.secret_store import SecretStore
    from tray.desktop.storage.paths import Paths
    from tray.desktop.storage.settings_file import SettingsFile
    from tray.mail.model.account import Account
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.mail.settings.oauth_clients import OAuthClient
    from tray.mail.settings.settings import Settings
    from tray.net.clock import Clock

_KEYRING_TIMEOUT = 60.0
"""Seconds that a keyring's prompt may stay open before the dialog is given back to its user."""


class StartAtLogin:
    """The desktop's own setting, which others may change as well."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def is_on(self) -> bool:
        """Whether the desktop starts the program at log-in."""
        return autostart.is_enabled(self._paths)

    def set(self, on: bool) -> None:
        """Switch it on or off; raises `AutostartError` with a sentence where that cannot be done."""
        if on:
            autostart.enable(self._paths)
        else:
            autostart.disable(self._paths)


class _OneAttempt:
    """Calls back once, with the sentences of all that failed, or None."""

    def __init__(self, done: Callable[[str | None], None], failure: str | None) -> None:
        self._done = done
        self._failures = [failure] if failure else []
        self._answered = False

    def answer(self, *failures: str) -> None:
        """Call back, unless that was done."""
        if not self._answered:
            self._answered = True
            self._done(" ".join([*self._failures, *failures]) or None)


class SettingsService:
    """Keeps the present settings, and carries each change to the file, the keyring and the mail service."""

    def __init__(
        self,
        clock: Clock,
        file: SettingsFile,
        settings: Settings,
        secret_store: SecretStore,
        start_at_login: StartAtLogin,
        complain: Callable[[str], None],
    ) -> None:
        """Begin with `settings` as loaded.

        `complain` shows a sentence about a change that was not made in a dialog and could not be saved.
        """
        self._clock = clock
        self._file = file
        self._secret_store = secret_store
        self._start_at_login = start_at_login
        self._complain = complain
        self.current = settings

    def connect(self, mail_service: MailService) -> None:
        """Have `mail_service` use each change from now on."""
        self._mail_service = mail_service

    def get(self) -> Settings:
        """The settings in use, for whoever is handed a callable."""
        return self.current

    def oauth_clients(self) -> tuple[OAuthClient, ...]:
        """The clients of those settings."""
        return self.current.oauth

    def reload(self) -> None:
        """Use what the file holds now; raises `SettingsError` and changes nothing where it is broken."""
        self._use(self._file.load())

    def shown(self) -> Settings:
        """The settings to show: the start at log-in is that of the desktop, where others may have changed it."""
        return replace(self.current, start_at_login=self._start_at_login.is_on())

    def apply(
        self,
        settings: Settings,
        secrets: Mapping[AccountId, Secret],
        done: Callable[[str | None], None],
        base: Settings | None = None,
    ) -> bool:
        """Save and use new settings, as far as they differ from `base` (the present ones); whether they were saved.

        `done` is called with None, or with a sentence about what could not be done.
        """
        base = self.current if base is None else base
        complaint = self._autostart(base, settings)
        if complaint is not None:
            settings = replace(settings, start_at_login=base.start_at_login)
        try:
            # What was changed by hand meanwhile is merged in.
            settings = self._file.save(settings, base)
        except SettingsError as error:
            self._autostart(settings, base)
            done(str(error))
            return False
        from tray.mail.settings.proxy import with_credential_accounts

        before = self.current
        accounts = {account.id: account for account in with_credential_accounts(settings.accounts)}
        # No secret is left behind in a place that is not used any more.
        kept: list[Deferred[Any]] = [
            self._secret_store.remove(old).addCallback(_left_behind, old)
            for old in with_credential_accounts(before.accounts)
            if old.id not in accounts or _place(old) != _place(accounts[old.id])
        ]
        for account_id, secret in secrets.items():
            account = accounts.get(account_id)
            if account is not None and account.secret.is_kept:
                kept.append(self._secret_store.write(account, secret))
            else:
                self._secret_store.use_for_this_run(account_id, secret)
        self._use(settings)
        for account_id in secrets:
            self._mail_service.secret_given(account_id)

        attempt = _OneAttempt(done, complaint)
        timeout = Timer(self._clock)
        silent = tr(
            "The keyring does not answer. The passwords are used until Mailbell ends; save them again later."
        )
        timeout.set(_KEYRING_TIMEOUT, attempt.answer, silent)

        def all_kept(results: list[tuple[bool, Any]]) -> None:
            timeout.clear()
            attempt.answer(
                *(
                    result if success else _sentence(result)
                    for success, result in results
                    if result is not None
                )
            )

        DeferredList(kept, consumeErrors=True).addCallback(all_kept)
        return True

    def mute(self, account_id: AccountId, muted: bool) -> None:
        """Show no notification for an account, or show them again; does nothing for one that is gone."""
        accounts = tuple(
            replace(account, muted=muted) if account.id == account_id else account
            for account in self.current.accounts
        )
        if accounts != self.current.accounts:
            self.apply(replace(self.current, accounts=accounts), {}, self._complain_about)

    def pin(self, account_id: AccountId, certificate: Certificate) -> None:
        """Trust that certificate from now on; the account is connected anew by that.

        Does nothing but complain where the account is gone or has another server by now.
        """
        accounts = {account.id: account for account in self.current.accounts}
        account = accounts.get(account_id)
        if account is None or not same_host(account.host, certificate.host):
            self._complain(tr("The account was changed meanwhile, so the certificate was not trusted."))
            return
        accounts[account_id] = replace(account, pinned=certificate.sha256)
        self.apply(replace(self.current, accounts=tuple(accounts.values())), {}, self._complain_about)

    def _complain_about(self, failure: str | None) -> None:
        if failure is not None:
            self._complain(failure)

    def _use(self, settings: Settings) -> None:
        self.current = settings
        self._mail_service.apply_settings(settings)

    def _autostart(self, before: Settings, after: Settings) -> str | None:
        if before.start_at_login == after.start_at_login:
            return None
        try:
            self._start_at_login.set(after.start_at_login)
        except autostart.AutostartError as error:
            return str(error)
        return None


class OpenedSettings:
    """The settings as a dialog found them at its opening: implements `tray.ui.ports.SettingsStore`.

    The dialog may stay open for long: what others change meanwhile, such as a certificate that is pinned from the
    tray, stays as they left it.
    """

    def __init__(self, service: SettingsService) -> None:
        self._service = service
        self._base = service.shown()

    def apply(
        self, settings: Settings, secrets: Mapping[AccountId, Secret], done: Callable[[str | None], None]
    ) -> None:
        """Save and use what differs from the settings that were found; see `SettingsService.apply`."""
        if self._service.apply(settings, secrets, done, self._with_removed_as_now(settings)):
            self._base = replace(settings, start_at_login=self._service.current.start_at_login)

    def starts_at_login(self) -> bool:
        """Whether the desktop starts the program at log-in."""
        return self._service.shown().start_at_login

    def new_account_id(self) -> AccountId:
        """A fresh key for a new account."""
        from secrets import token_hex

        return AccountId(token_hex(8))

    def _with_removed_as_now(self, settings: Settings) -> Settings:
        """The settings that were found, with those accounts as they are now that `settings` has no more.

        So an account that is removed goes, muted from the tray meanwhile or not; only a change of the file by hand,
        which was not read yet, stands against that.
        """
        staying = {account.id for account in settings.accounts}
        now = {account.id: account for account in self._service.current.accounts if account.id not in staying}
        return replace(
            self._base, accounts=tuple(now.get(account.id, account) for account in self._base.accounts)
        )


def _place(account: Account) -> tuple[bool, bool]:
    """Where its secret is kept: in the keyring, in a file, or nowhere."""
    return account.secret.in_keyring, account.secret.is_kept


def _left_behind(problem: Problem | None, account: Account) -> str | None:
    if problem is None:
        return None
    return tr(
        "The old password of “{name}” is still kept: {sentence} Remove it in your keyring’s own program."
    ).format(name=account.name, sentence=problem.sentence)


def _sentence(failure: Failure) -> str:
    failure.trap(SecretUnavailable)
    return not_kept(failure.value.problem)  # type: ignore[union-attr]
