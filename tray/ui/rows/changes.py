"""The settings as the window shows them, and how each change is applied at once, one after another."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from tray.mail.presentation.colours import with_colours
from tray.mail.settings.checks import free_name
from tray.mail.settings.proxy import with_credential_accounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.settings.settings import Settings
    from tray.ui.ports import SettingsStore

UNDO_MS = 10_000
"""Milliseconds in which a removed account can be restored."""


class Changes(QObject):
    """A removed account is switched off at once, and deleted when it cannot be restored any more."""

    changed = pyqtSignal()
    """What is shown has changed."""
    removal_changed = pyqtSignal()
    """`removed` has changed."""
    applying_changed = pyqtSignal()
    """`applying` has changed."""
    failed = pyqtSignal(str)
    """What could not be applied, in a sentence; empty when it is tried again."""
    applied = pyqtSignal()
    """All is applied."""

    def __init__(self, store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.settings = self._saved = store.present()
        """As they are shown: without a removed account."""
        self.applying = False
        self._secrets: dict[AccountId, Secret] = {}
        self._removed: tuple[int, Account] | None = None
        self._refused: Settings | None = None
        """Settings that could not be applied, or only in part: the settings in use are unknown then."""
        self._undo_time = QTimer(self)
        self._undo_time.setSingleShot(True)
        self._undo_time.setInterval(UNDO_MS)
        self._undo_time.timeout.connect(self.end_removal)

    @property
    def removed(self) -> Account | None:
        """The account that can be restored."""
        return self._removed[1] if self._removed is not None else None

    def has_changes(self) -> bool:
        """Whether something is not applied."""
        return self._wanted() != self._saved or bool(self._pending_secrets()) or self._refused is not None

    def was_refused(self) -> bool:
        """Whether all that is not applied was tried, and failed."""
        return self._refused is not None and self._refused == self._wanted()

    def put(self, **values: Any) -> None:
        """Change these fields of `Settings`."""
        self._show(replace(self.settings, **values))
        self.apply()

    def account(self, account_id: AccountId) -> Account | None:
        """The account of that id; None where it was removed."""
        return next((account for account in self.settings.accounts if account.id == account_id), None)

    def others(self, account_id: AccountId) -> tuple[Account, ...]:
        """The accounts beside that one."""
        return tuple(account for account in self.settings.accounts if account.id != account_id)

    def put_account(self, account: Account, secrets: Mapping[AccountId, Secret] | None = None) -> None:
        """Replace the account of that id, or append it; `secrets` were typed for it and its proxy."""
        before = self.account(account.id)
        if before is None:
            accounts = with_colours((*self.settings.accounts, account))
        else:
            accounts = tuple(account if each.id == account.id else each for each in self.settings.accounts)
            if before.secret is not account.secret:
                self._secrets.pop(account.id, None)
        self._secrets.update(secrets or {})
        self._show(replace(self.settings, accounts=accounts))
        self.apply()

    def add_accounts(self, accounts: Sequence[Account]) -> None:
        """Append these accounts in one step."""
        self.put(accounts=with_colours((*self.settings.accounts, *accounts)))

    def move_account(self, account_id: AccountId, step: int) -> None:
        """Move that account by so many places, if it can be."""
        accounts = list(self.settings.accounts)
        place = next((place for place, each in enumerate(accounts) if each.id == account_id), -1)
        if place >= 0 and 0 <= place + step < len(accounts):
            accounts.insert(place + step, accounts.pop(place))
            self.put(accounts=tuple(accounts))

    def remove_account(self, account_id: AccountId) -> None:
        """Switch that account off and show it no more; one that was removed before is deleted now."""
        accounts = list(self.settings.accounts)
        place = next((place for place, each in enumerate(accounts) if each.id == account_id), -1)
        if place < 0:
            return
        self._removed = place, accounts.pop(place)
        self._undo_time.start()
        self._show(replace(self.settings, accounts=tuple(accounts)))
        self.removal_changed.emit()
        self.apply()

    def restore(self) -> AccountId | None:
        """Show the removed account again, as it was; its id, None where there is none."""
        if self._removed is None:
            return None
        (place, account), self._removed = self._removed, None
        self._undo_time.stop()
        accounts = list(self.settings.accounts)
        _insert(accounts, place, account)
        self._show(replace(self.settings, accounts=tuple(accounts)))
        self.removal_changed.emit()
        self.apply()
        return account.id

    def end_removal(self) -> None:
        """Delete the removed account, if there is one."""
        if self._removed is not None:
            self._removed = None
            self._undo_time.stop()
            self.removal_changed.emit()
            self.apply()

    def pending_secret(self, account_id: AccountId) -> Secret | None:
        """What was typed for that key and is not saved yet."""
        return self._secrets.get(account_id)

    def read_start_at_login(self) -> None:
        """Show the desktop's present setting, which other programs may have changed."""
        starts = self._store.starts_at_login()
        self._saved = replace(self._saved, start_at_login=starts)
        self._show(replace(self.settings, start_at_login=starts))

    def refresh(self) -> None:
        """Show what was changed elsewhere, such as by the tray menu, unless there are changes that are not applied."""
        if self.applying or self._removed is not None or self.has_changes():
            return
        self._saved = self._store.present()
        self._show(self._saved)

    def apply(self) -> None:
        """Apply what was changed, unless a change is being applied: then it comes next."""
        if self.applying or not self.has_changes():
            return
        self.failed.emit("")
        self._set_applying(True)
        wanted, secrets = self._wanted(), dict(self._pending_secrets())
        self._store.apply(wanted, secrets, partial(self._applied, wanted, secrets))

    def _applied(self, wanted: Settings, secrets: Mapping[AccountId, Secret], failure: str | None) -> None:
        self._set_applying(False)
        self._refused = wanted if failure is not None else None
        if failure is None:
            self._saved = wanted
            self._secrets = {
                key: secret for key, secret in self._secrets.items() if secrets.get(key) != secret
            }
        if self._wanted() != wanted or self._pending_secrets().items() - secrets.items():
            self.apply()  # changed meanwhile
        elif failure is not None:
            self.read_start_at_login()
            self.failed.emit(failure)
        else:
            self.applied.emit()

    def _set_applying(self, applying: bool) -> None:
        self.applying = applying
        self.applying_changed.emit()

    def _show(self, settings: Settings) -> None:
        if settings != self.settings:
            self.settings = settings
            self.changed.emit()

    def _wanted(self) -> Settings:
        """What is shown, and the account that can be restored, switched off."""
        if self._removed is None:
            return self.settings
        accounts = list(self.settings.accounts)
        place, account = self._removed
        _insert(accounts, place, replace(account, enabled=False))
        return replace(self.settings, accounts=tuple(accounts))

    def _pending_secrets(self) -> Mapping[AccountId, Secret]:
        """The typed secrets of the accounts that are shown, and of their proxies."""
        if not self._secrets:
            return {}
        ids = {account.id for account in with_credential_accounts(self.settings.accounts)}
        return {key: secret for key, secret in self._secrets.items() if key in ids}


def _insert(accounts: list[Account], place: int, account: Account) -> None:
    """Put `account` back, with another name where its own is in use now."""
    name = free_name(account.name, [other.name for other in accounts])
    accounts.insert(min(place, len(accounts)), replace(account, name=name))
