"""The settings of the running program: loaded, changed by the dialog or by hand, applied at once and safely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, DeferredList

from tray.desktop.integration.autostart import AutostartError
from tray.i18n import tr
from tray.mail.model.account import AccountId
from tray.mail.model.secret import SecretUnavailable, not_kept
from tray.mail.settings.settings import SettingsError
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twisted.python.failure import Failure

    from tray.app.credentials.secret_store import SecretStore
    from tray.desktop.storage.settings_file import SettingsFile
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.mail.settings.settings import Settings
    from tray.net.clock import Clock

    Apply = Callable[[Settings, Mapping[AccountId, Secret], Callable[[str | None], None]], None]
    from collections.abc import Callable


_PATIENCE = 60.0
"""Seconds that a keyring's prompt may stay open before the dialog is given back to its user."""


_SILENT_KEYRING = (
    "The keyring does not answer. The passwords are used until Mailbell ends; save them again later."
)


class OneAttempt:
    """Calls back once, with what there is to complain of, or None."""

    def __init__(self, done: Callable[[str | None], None], complaint: str | None) -> None:
        self._done = done
        self._complaints = [complaint] if complaint else []
        self._said = False

    def say(self, *sentences: str) -> None:
        """Answer, unless that was done."""
        if not self._said:
            self._said = True
            self._done(" ".join([*self._complaints, *sentences]) or None)


class SettingsService:
    """Keeps the present settings, and carries each change to the file, the keyring and the mail service."""

    def __init__(
        self,
        clock: Clock,
        file: SettingsFile,
        settings: Settings,
        secret_store: SecretStore,
        set_autostart: Callable[[bool], None],
        changed: Callable[[Settings], None],
        given: Callable[[AccountId], None] = lambda _: None,
        starts_at_login: Callable[[], bool] | None = None,
    ) -> None:
        """Begin with `settings` as loaded; `changed` applies what comes later, `given` hears whose secret is new.

        `set_autostart` raises `AutostartError` with a sentence where it cannot. `starts_at_login` looks whether it is
        so; None: it is as the settings say.
        """
        self._clock = clock
        self._file = file
        self._secret_store = secret_store
        self._set_autostart = set_autostart
        self._changed = changed
        self._given = given
        self._starts_at_login = starts_at_login
        self.current = settings

    def reload(self) -> None:
        """Take over what stands in the file now; raises `SettingsError` and changes nothing where it is broken."""
        self._take(self._file.load())

    def shown(self) -> Settings:
        """The settings to show: the start at log-in is that of the desktop, where others may have changed it."""
        if self._starts_at_login is None:
            return self.current
        return replace(self.current, start_at_login=self._starts_at_login())

    def for_dialog(self) -> Apply:
        """An `apply` for a dialog that begins with the present settings and may stay open for long.

        What others change meanwhile, such as a certificate that is pinned from the tray, stays as they left it.
        """
        base = self.shown()

        def apply(
            settings: Settings, secrets: Mapping[AccountId, Secret], done: Callable[[str | None], None]
        ) -> None:
            nonlocal base
            if self.apply(settings, secrets, done, self._seen_of_what_goes(settings, base)):
                base = replace(settings, start_at_login=self.current.start_at_login)

        return apply

    def _seen_of_what_goes(self, settings: Settings, base: Settings) -> Settings:
        """`base` with those accounts as they are now that `settings` has no more.

        Muted from the tray meanwhile or not, an account that is removed goes; only what nobody here has read yet,
        a change of the file by hand, stands against that.
        """
        staying = {account.id for account in settings.accounts}
        now = {account.id: account for account in self.current.accounts if account.id not in staying}
        return replace(base, accounts=tuple(now.get(account.id, account) for account in base.accounts))

    def apply(
        self,
        settings: Settings,
        secrets: Mapping[AccountId, Secret],
        done: Callable[[str | None], None],
        base: Settings | None = None,
    ) -> bool:
        """Save and use new settings, as far as they differ from `base` (the present ones); whether they were saved.

        `done` hears None, or the sentence that says what could not be done.
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
        # No secret is left behind where nobody would look for it again.
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
                self._secret_store.remember(account_id, secret)
        self._take(settings)
        for account_id in secrets:
            self._given(account_id)

        answer = OneAttempt(done, complaint)
        patience = Timer(self._clock)
        patience.set(_PATIENCE, answer.say, tr(_SILENT_KEYRING))

        def all_kept(results: list[tuple[bool, Any]]) -> None:
            patience.clear()
            answer.say(
                *(said if success else _sentence(said) for success, said in results if said is not None)
            )

        DeferredList(kept, consumeErrors=True).addCallback(all_kept)
        return True

    @staticmethod
    def new_account_id() -> AccountId:
        """A fresh key for a new account."""
        from secrets import token_hex

        return AccountId(token_hex(8))

    def _take(self, settings: Settings) -> None:
        self.current = settings
        self._changed(settings)

    def _autostart(self, before: Settings, after: Settings) -> str | None:
        if before.start_at_login == after.start_at_login:
            return None
        try:
            self._set_autostart(after.start_at_login)
        except AutostartError as error:
            return str(error)
        return None


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


class Muting:
    """Changes the settings, as the dialog would."""

    def __init__(self, settings: SettingsService, complain: Callable[[str], None]) -> None:
        """Keep it in `settings`; `complain` tells what could not be done."""
        self._settings = settings
        self._complain = complain

    def mute(self, account_id: AccountId, muted: bool) -> None:
        """Have an account tell of no mail, or of every one again; of one that is gone nothing is done."""
        settings = self._settings.current
        accounts = tuple(
            replace(account, muted=muted) if account.id == account_id else account
            for account in settings.accounts
        )
        if accounts != settings.accounts:
            self._settings.apply(replace(settings, accounts=accounts), {}, self._done)

    def _done(self, sentence: str | None) -> None:
        if sentence is not None:
            self._complain(sentence)
