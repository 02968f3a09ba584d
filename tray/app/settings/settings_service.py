"""The settings of the running program: changed by dialogs or in the file, saved, and applied at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, DeferredList

from tray.i18n import tr
from tray.mail.model.account import AccountId
from tray.mail.model.host_names import same_host
from tray.mail.model.secret import SecretUnavailable, not_kept
from tray.mail.presentation.colours import with_colours
from tray.mail.settings.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twisted.python.failure import Failure

    from tray.app.accounts.mail_service import MailService
    from tray.app.credentials.secret_store import SecretStore
    from tray.desktop.start.autostart import StartAtLogin
    from tray.desktop.storage.settings_file import SettingsFile
    from tray.mail.model.account import Account
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.mail.settings.oauth_clients import OAuthClient
    from tray.mail.settings.settings import Settings

_KEYRING_TIMEOUT = 60.0
"""Seconds that a keyring's prompt may stay open before a failure is reported."""


class SettingsService:
    """Keeps the present settings, and applies each change to the file, the keyring and the mail service."""

    def __init__(
        self,
        clock: Any,
        file: SettingsFile,
        settings: Settings,
        secret_store: SecretStore,
        start_at_login: StartAtLogin,
        complain: Callable[[str], None],
    ) -> None:
        """Begin with `settings` as loaded.

        `complain` is called with a sentence when a change that was not made in a dialog cannot be saved.
        """
        self._clock = clock
        self._file = file
        self._secret_store = secret_store
        self._start_at_login = start_at_login
        self._complain = complain
        self.current = settings

    def connect(self, mail_service: MailService) -> None:
        """Apply each change to `mail_service` from now on."""
        self._mail_service = mail_service

    def oauth_clients(self) -> tuple[OAuthClient, ...]:
        """The OAuth clients of the present settings."""
        return self.current.oauth

    def reload(self) -> None:
        """Use the settings of the file; raises `SettingsError` and changes nothing where it is invalid."""
        self._use(self._file.load())

    def shown(self) -> Settings:
        """The present settings with the desktop's present start at log-in."""
        return replace(self.current, start_at_login=self._start_at_login.is_on())

    def apply(
        self,
        settings: Settings,
        secrets: Mapping[AccountId, Secret],
        done: Callable[[str | None], None],
        base: Settings | None = None,
    ) -> bool:
        """Save and use new settings, as far as they differ from `base` (the present ones); whether they were saved.

        `done` is called once, with None, or with a sentence about what failed.
        """
        base = self.current if base is None else base
        failure = self._autostart(base, settings)
        if failure is not None:
            settings = replace(settings, start_at_login=base.start_at_login)
        try:
            settings = self._file.save(settings, base)  # merged with changes of the file by hand
        except SettingsError as error:
            self._autostart(settings, base)
            done(str(error))
            return False
        keyring_work = self._keep_secrets(self.current, settings, secrets)
        self._use(settings)
        for account_id in secrets:
            self._mail_service.secret_given(account_id)

        def no_answer(_results: object, _seconds: float) -> list[tuple[bool, Any]]:
            sentence = tr(
                "The keyring does not answer. The passwords are used until Mailbell ends; save them again later."
            )
            return [(True, sentence)]

        def on_kept(results: list[tuple[bool, Any]]) -> None:
            kept = (result if success else _sentence(result) for success, result in results)
            done(" ".join(filter(None, (failure, *kept))) or None)

        kept = DeferredList(keyring_work, consumeErrors=True)
        kept.addTimeout(_KEYRING_TIMEOUT, self._clock, no_answer)
        kept.addCallback(on_kept)
        return True

    def _keep_secrets(
        self, before: Settings, after: Settings, secrets: Mapping[AccountId, Secret]
    ) -> list[Deferred[Any]]:
        """Keep new secrets, and remove those from places that are no longer used.

        Each Deferred fires with None or a sentence, or fails with `SecretUnavailable`.
        """
        from tray.mail.settings.proxy import with_credential_accounts

        accounts = {account.id: account for account in with_credential_accounts(after.accounts)}
        work: list[Deferred[Any]] = [
            self._secret_store.remove(old).addCallback(_not_removed, old)
            for old in with_credential_accounts(before.accounts)
            if old.id not in accounts or _place(old) != _place(accounts[old.id])
        ]
        for account_id, secret in secrets.items():
            account = accounts.get(account_id)
            if account is not None and account.secret.is_kept:
                work.append(self._secret_store.write(account, secret))
            else:
                self._secret_store.use_for_this_run(account_id, secret)
        return work

    def mute(self, account_id: AccountId, muted: bool) -> None:
        """Show no notification for an account, or show them again; nothing for one that was removed."""
        accounts = tuple(
            replace(account, muted=muted) if account.id == account_id else account
            for account in self.current.accounts
        )
        if accounts != self.current.accounts:
            self.apply(replace(self.current, accounts=accounts), {}, self._complain_about)

    def remember_outgoing(self, account_id: AccountId, outgoing: str) -> None:
        """Keep the outgoing server that was found for an account; nothing where it has one, or was removed."""
        accounts = tuple(
            replace(account, outgoing=outgoing)
            if account.id == account_id and not account.outgoing
            else account
            for account in self.current.accounts
        )
        if accounts != self.current.accounts:
            self.apply(replace(self.current, accounts=accounts), {}, self._complain_about)

    def pin(self, account_id: AccountId, certificate: Certificate) -> None:
        """Trust that certificate from now on, and connect the account again.

        Only complains where the account was removed or has another server by now.
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
        from tray.desktop.start.autostart import AutostartError

        try:
            self._start_at_login.set(after.start_at_login)
        except AutostartError as error:
            return str(error)
        return None


class OpenedSettings:
    """The settings as they were when a dialog opened: implements `tray.ui.ports.SettingsStore`.

    The dialog may stay open for long: other changes meanwhile, such as a certificate that is pinned from the tray,
    are kept.
    """

    def __init__(self, service: SettingsService) -> None:
        self._service = service
        self._base = service.shown()

    def apply(
        self, settings: Settings, secrets: Mapping[AccountId, Secret], done: Callable[[str | None], None]
    ) -> bool:
        """Save and use what differs from the settings at the opening; see `SettingsService.apply`."""
        settings = replace(settings, accounts=with_colours(settings.accounts))
        saved = self._service.apply(settings, secrets, done, self._base_for(settings))
        if saved:
            self._base = replace(settings, start_at_login=self._service.current.start_at_login)
        return saved

    def present(self) -> Settings:
        """See `SettingsStore.present`."""
        self._base = self._service.shown()
        return self._base

    def starts_at_login(self) -> bool:
        """Whether the desktop starts the program at log-in."""
        return self._service.shown().start_at_login

    def new_account_id(self) -> AccountId:
        """A fresh key for a new account."""
        from secrets import token_hex

        return AccountId(token_hex(8))

    def _base_for(self, settings: Settings) -> Settings:
        """The settings at the opening, but with the present state of accounts that `settings` removes.

        So an account can be removed though it was changed meanwhile, for example muted; only a change of the file by
        hand that was not read yet is a conflict.
        """
        staying = {account.id for account in settings.accounts}
        now = {account.id: account for account in self._service.current.accounts if account.id not in staying}
        return replace(
            self._base, accounts=tuple(now.get(account.id, account) for account in self._base.accounts)
        )


def _place(account: Account) -> tuple[bool, bool]:
    """Whether its secret is kept in the keyring, and whether it is kept at all."""
    return account.secret.in_keyring, account.secret.is_kept


def _not_removed(problem: Problem | None, account: Account) -> str | None:
    if problem is None:
        return None
    return tr(
        "The old password of “{name}” is still kept: {sentence} Remove it in your keyring’s own program."
    ).format(name=account.name, sentence=problem.sentence)


def _sentence(failure: Failure) -> str:
    failure.trap(SecretUnavailable)
    return not_kept(failure.value.problem)  # type: ignore[union-attr]
