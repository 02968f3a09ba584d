"""Where an account's password or token comes from: keyring, command, desktop, a file; every call may block."""

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
    """Reads, writes and removes by the account's `secret` source; meant for a thread of its own.

    A locked keyring blocks for as long as its prompt is open, a command and the desktop's online accounts for a
    minute at most.
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
            from tray.mail.presentation.sign_in_texts import no_sign_in

            raise SecretUnavailable(no_sign_in(account.name))
        sentence = tr("There is no password for {account} yet.").format(account=account.name)
        brief = tr("There is no password yet.")
        raise SecretUnavailable(Problem(ProblemKind.NO_SECRET, sentence, tr("Enter it."), brief=brief))

    def keyring_is_open(self) -> bool:
        """Whether the keyring can be asked without a prompt for its password."""
        return keyring.is_open()

    def close(self) -> None:
        """End the commands that still run: the program ends."""
        command.end_running()

    def write(self, account: Account, secret: Secret) -> None:
        """Keep the secret where the account wants it, nowhere for ASK, COMMAND and ONLINE; SecretUnavailable if not."""
        if account.secret.in_keyring:
            keyring.write(self._service, account.id, secret)
        elif account.secret is SecretSource.FILE:
            secret_file.write(self._file, account.id, secret)

    def remove(self, account: Account) -> None:
        """Remove what was kept for the account, if anything was. SecretUnavailable: it may still be there."""
        if account.secret.in_keyring:
            keyring.remove(self._service, account.id)
        elif account.secret is SecretSource.FILE:
            secret_file.remove(self._file, account.id)

    def check_writable(self, account: Account) -> None:
        """See that a secret of `account` could be kept, by keeping one for a moment under a name of its own.

        So nobody signs in for what is lost then. Raises SecretUnavailable; may block and prompt, as `write`.
        """
        from secrets import token_hex

        trial = replace(account, id=AccountId(f"{account.id}/trial"))
        word = Secret(token_hex(8))
        self.write(trial, word)
        try:
            kept: Secret | None = self.read(trial)
        except KeyringUnavailable:
            raise
        except SecretUnavailable:  # nothing is there
            kept = None
        finally:
            self.remove(trial)
        if kept != word:
            raise KeyringUnavailable.because(
                tr("The keyring does not keep what it is given."), tr("Look whether the keyring is running.")
            )
