"""Which profile a command works on, and its settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.cli.exit_codes import USAGE, CommandFailed
from tray.desktop.storage.paths import PathsError, for_profile, for_user
from tray.i18n import tr

if TYPE_CHECKING:
    import argparse

    from tray.desktop.secrets.sources import SecretSources
    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account
    from tray.mail.settings.settings import Settings


def paths_of(arguments: argparse.Namespace) -> Paths:
    """The files of this profile; missing folders are made. Raises `CommandFailed`."""
    try:
        return for_user() if arguments.profile is None else for_profile(arguments.profile)
    except PathsError as error:
        raise CommandFailed(str(error)) from None


def load_settings(paths: Paths) -> Settings:
    """The settings of this profile; raises `CommandFailed` where the file cannot be used."""
    from tray.desktop.storage.settings_file import SettingsFile
    from tray.mail.settings.settings import SettingsError

    try:
        return SettingsFile(paths.settings_file).load()
    except SettingsError as error:
        raise CommandFailed(str(error)) from None


def save_settings(paths: Paths, settings: Settings, before: Settings) -> None:
    """Write what differs from `before`, the settings as the command read them; raises `CommandFailed`.

    Other changes of the file since then stay: signing in or testing may take minutes.
    """
    from tray.desktop.storage.settings_file import SettingsFile
    from tray.mail.settings.settings import SettingsError

    try:
        SettingsFile(paths.settings_file).save(settings, before)
    except SettingsError as error:
        raise CommandFailed(str(error)) from None


def secrets_of(paths: Paths) -> SecretSources:
    """The secrets of this profile; every call may block."""
    from tray.desktop.secrets.sources import SecretSources

    return SecretSources(paths.keyring_service, paths.secret_file)


def save_account(paths: Paths, settings: Settings, account: Account) -> None:
    """Save `settings` with `account` in place of the one of its id, or as a new one; see `save_settings`."""
    accounts = {other.id: other for other in settings.accounts} | {account.id: account}
    save_settings(paths, replace(settings, accounts=tuple(accounts.values())), settings)


def open_account(arguments: argparse.Namespace) -> tuple[Paths, Settings, Account]:
    """Paths and settings of the profile, and the account of that `name`; raises `CommandFailed`."""
    paths = paths_of(arguments)
    settings = load_settings(paths)
    return paths, settings, account_named(settings, arguments.name)


def require_valid(settings: Settings, account: Account, *outcome: str) -> None:
    """Raise `CommandFailed` where `account` is not valid in `settings`; the sentences of `outcome` end its text."""
    from tray.mail.settings.checks import account_errors

    for field, sentence in account_errors(account, settings.accounts).items():
        raise CommandFailed(" ".join((f"{field}: {sentence}", *outcome)), USAGE)


def account_named(settings: Settings, name: str | None) -> Account:
    """The account of that name or address, or the only one; raises `CommandFailed`, which lists the accounts."""
    known = ", ".join(f'"{account.name}"' for account in settings.accounts)
    if not settings.accounts:
        raise CommandFailed(
            tr("There is no account yet. Add one with 'mailbell account add --email ADDRESS'."), USAGE
        )
    if name is None:
        if len(settings.accounts) > 1:
            raise CommandFailed(
                tr("There are several accounts: {known}. Choose one with --account NAME.").format(
                    known=known
                ),
                USAGE,
            )
        return settings.accounts[0]
    for account in settings.accounts:
        if name.casefold() in {account.name.casefold(), account.email.casefold()}:
            return account
    raise CommandFailed(
        tr('There is no account "{name}". The accounts are: {known}.').format(name=name, known=known), USAGE
    )


def where_listed(account: Account) -> str:
    """The sentence that says how to see the folders of a known account."""
    import shlex

    return tr('"mailbell account folders {account}" lists them.').format(account=shlex.quote(account.name))
