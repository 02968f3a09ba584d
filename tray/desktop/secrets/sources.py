"""Where an account's password or token comes from: keyring, command, desktop, a file; every call may block."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.desktop.secrets import command, keyring
from tray.desktop.secrets import file as secret_file
from tray.i18n import tr
from tray.mail.model.account import AccountId, Login, SecretSource
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from pathlib import Path

    from tray.mail.model.account import Account


class SecretSources:
    """Gets, puts and forgets by the account's `secret` source; meant for a thread of its own.

    A locked keyring blocks for as long as its prompt is open, a command and the desktop's online accounts for a
    minute at most.
    """

    def __init__(self, service: str, file: Path) -> None:
        self._service = service
        self._file = file

    def get(self, account: Account) -> Secret:
        """The account's secret; SecretUnavailable tells why there is none now and what to do."""
        if account.login is Login.CERTIFICATE:
            return Secret("")  # the certificate is all that is shown
        match account.secret:
            case SecretSource.KEYRING | SecretSource.OAUTH:
                secret = keyring.get(self._service, account.id)
            case SecretSource.COMMAND:
                secret = command.get(account.password_command)
            case SecretSource.FILE:
                secret = secret_file.get(self._file, account.id)
            case SecretSource.ONLINE:
                from tray.desktop.secrets import online_accounts

                secret = online_accounts.get(account)
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

    def put(self, account: Account, secret: Secret) -> None:
        """Keep the secret where the account wants it, nowhere for ASK, COMMAND and ONLINE; SecretUnavailable if not."""
        if account.secret.in_keyring:
            keyring.put(self._service, account.id, secret)
        elif account.secret is SecretSource.FILE:
            secret_file.put(self._file, account.id, secret)

    def forget(self, account: Account) -> None:
        """Remove what was kept for the account, if anything was. SecretUnavailable: it may still be there."""
        if account.secret.in_keyring:
            keyring.forget(self._service, account.id)
        elif account.secret is SecretSource.FILE:
            secret_file.forget(self._file, account.id)


def prove_place(secrets: SecretSources, account: Account) -> None:
    """See that a secret of `account` could be kept, by keeping one for a moment under a name of its own.

    Nobody signs in for what is lost then. Raises SecretUnavailable; may block and prompt, as `SecretSources.put`.
    """
    from secrets import token_hex

    trial = replace(account, id=AccountId(f"{account.id}/trial"))
    word = Secret(token_hex(8))
    secrets.put(trial, word)
    try:
        kept: Secret | None = secrets.get(trial)
    except KeyringUnavailable:
        raise
    except SecretUnavailable:  # nothing is there
        kept = None
    finally:
        secrets.forget(trial)
    if kept != word:
        raise KeyringUnavailable(
            Problem(
                ProblemKind.NO_SECRET,
                tr("The keyring does not keep what it is given."),
                tr("Look whether the keyring is running."),
            )
        )
