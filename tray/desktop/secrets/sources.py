"""Reads and writes passwords and tokens: keyring, command, desktop's online accounts, file; every call may block."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.desktop.secrets import command, keyring
from tray.desktop.secrets import file as secret_file
from tray.i18n import tr
from tray.mail.model.account import AccountId, SecretSource
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from pathlib import Path

    from tray.mail.model.account import Account


class SecretSources:
    """Reads, writes and removes by the account's `secret` source; to be called in a worker thread.

    A locked keyring blocks while its prompt is open, a command and the desktop's online accounts for a minute at most.
    """

    def __init__(self, service: str, file: Path) -> None:
        self._service = service
        self._file = file

    def read(self, account: Account) -> Secret:
        """The account's secret; raises SecretUnavailable, whose problem says why there is none now and what to do."""
        match account.secret:
            case SecretSource.KEYRING | SecretSource.OAUTH:
                secret = keyring.read(self._service, account.id)
            case SecretSource.COMMAND:
                secret = command.read(account.password_command)
            case SecretSource.FILE:
                secret = secret_file.read(self._file, account.id)
            case SecretSource.ONLINE:
                from tray.desktop.secrets import online_accounts

                secret = online_accounts.read(account)
            case SecretSource.ASK:
                secret = None
        if secret:
            return secret
        if account.secret is SecretSource.OAUTH:
            from tray.mail.presentation.setup.sign_in_texts import no_sign_in

            raise SecretUnavailable(no_sign_in(account.name))
        sentence = tr("There is no password for {account} yet.").format(account=account.name)
        brief = tr("There is no password yet.")
        raise SecretUnavailable(Problem(ProblemKind.NO_SECRET, sentence, tr("Enter it."), brief=brief))

    def keyring_is_open(self) -> bool:
        """Whether the keyring can be read without a prompt for its password."""
        return keyring.is_open()

    def close(self) -> None:
        """End the commands that still run."""
        command.end_running()

    def write(self, account: Account, secret: Secret) -> None:
        """Write the secret to keyring or file; nothing for ASK, COMMAND and ONLINE. Raises SecretUnavailable."""
        if account.secret.in_keyring:
            keyring.write(self._service, account.id, secret)
        elif account.secret is SecretSource.FILE:
            secret_file.write(self._file, account.id, secret)

    def remove(self, account: Account) -> None:
        """Remove the account's secret, if one is kept; raises SecretUnavailable where it may still be kept."""
        if account.secret.in_keyring:
            keyring.remove(self._service, account.id)
        elif account.secret is SecretSource.FILE:
            secret_file.remove(self._file, account.id)

    def check_writable(self, account: Account) -> None:
        """Check that a secret of `account` can be kept, by writing and removing one under another name.

        Called before a sign-in, whose result would be lost otherwise. Raises SecretUnavailable; may block and prompt,
        as `write`.
        """
        from secrets import token_hex

        trial = replace(account, id=AccountId(f"{account.id}/trial"))
        secret = Secret(token_hex(8))
        self.write(trial, secret)
        try:
            kept: Secret | None = self.read(trial)
        except KeyringUnavailable:
            raise
        except SecretUnavailable:  # it was not kept
            kept = None
        finally:
            self.remove(trial)
        if kept != secret:
            raise KeyringUnavailable.because(
                tr("The keyring does not keep what it is given."), tr("Look whether the keyring is running.")
            )
