"""``mailbell account folders | watch | unwatch``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.cli import reactor as headless
from tray.cli.exit_codes import DONE, USAGE, CommandFailed, failed
from tray.cli.profile import open_account, save_account, where_listed
from tray.cli.running_instance import notify_running_instance
from tray.cli.terminal import print_json
from tray.i18n import tr
from tray.imap.types import INBOX, MailboxName
from tray.mail.folders.folders import MAX_FOLDERS, Folder, sorted_folders, use_label, without_prefix
from tray.mail.folders.tree import NoSuchFolder, find_folder, flat, tree

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from tray.cli.credentials import ProfileCredentials
    from tray.desktop.storage.paths import Paths
    from tray.mail.folders.folders import FolderList
    from tray.mail.model.account import Account
    from tray.mail.settings.settings import Settings


def list_folders(arguments: argparse.Namespace) -> int:
    """Print the folders of an account: which are watched, and what they are for."""
    paths, settings, account = open_account(arguments)
    listing = _listed(account, paths, settings)
    folders = flat(tree(listing.folders))
    there = {folder.name for folder in folders}
    gone = [without_prefix(name) for name in account.mailboxes if name not in there]
    if arguments.json:
        records = [_record(folder, account, there) for folder in (*folders, *gone)]
        return print_json({"folders": records, "complete": listing.complete})
    for folder in folders:
        mark = "✓" if folder.name in account.mailboxes else " "
        print(f"{mark} {folder.path}{_use(folder)}")
    for folder in gone:
        gone_text = tr("no longer on the server")
        print(f"✓ {folder.path}  ({gone_text})")
    if not listing.complete:
        print(tr("There are more than {limit} folders: the rest is not shown.").format(limit=MAX_FOLDERS))
    return DONE


def watch(arguments: argparse.Namespace) -> int:
    """Watch more folders of an account."""
    paths, settings, account = open_account(arguments)
    known = flat(tree(_listed(account, paths, settings).folders))
    found = named(known, arguments.folders, where_listed(account))
    names = sorted_folders([*account.mailboxes, *(folder.name for folder in found)], known)
    _keep(paths, settings, replace(account, mailboxes=names))
    return DONE


def unwatch(arguments: argparse.Namespace) -> int:
    """No longer watch some folders of an account; nothing happens to their mail."""
    paths, settings, account = open_account(arguments)
    found = {
        folder.name
        for folder in named(
            [_guessed(name) for name in account.mailboxes], arguments.folders, where_listed(account)
        )
    }
    names = tuple(name for name in account.mailboxes if name not in found)
    if not names:
        raise CommandFailed(
            tr(
                '"{account}" would watch nothing. Leave one folder, or use "mailbell account remove '
                '{account}".'
            ).format(account=account.name),
            USAGE,
        )
    _keep(paths, settings, replace(account, mailboxes=names))
    return DONE


def named(known: Sequence[Folder], typed: Sequence[str], advice: str) -> list[Folder]:
    """The folders that were typed.

    Raises `CommandFailed` that says what may have been meant, or gives `advice` where nothing comes near.
    """
    try:
        return [find_folder(known, name) for name in typed]
    except NoSuchFolder as error:
        raise CommandFailed(str(error) if error.offered else f"{error} {advice}", USAGE) from None


async def fetch_folders(credentials: ProfileCredentials, account: Account) -> FolderList:
    """The folders of an account; raises `CommandFailed`."""
    from tray.net.imap.mailbox.folder_list import list_folders as list_on_server
    from tray.net.problems import problem_of

    try:
        secret = await credentials.secret(account)
        return await list_on_server(credentials.reactor, account, secret, credentials.proxy)
    except Exception as error:  # noqa: BLE001 -- each kind of error has its sentence
        raise failed(problem_of(error, account)) from None


def _listed(account: Account, paths: Paths, settings: Settings) -> FolderList:
    from tray.cli.credentials import ProfileCredentials

    return headless.run(lambda reactor: fetch_folders(ProfileCredentials(reactor, paths, settings), account))


def _guessed(name: MailboxName) -> Folder:
    """A watched folder without asking the server where its name is divided: by what servers commonly use."""
    parts = tuple(part for part in re.split(r"[/.]", name) if part) or (name,)
    if len(parts) > 1 and parts[0].upper() == INBOX:
        parts = parts[1:]
    return replace(without_prefix(name), parts=parts)


def _keep(paths: Paths, settings: Settings, account: Account) -> None:
    save_account(paths, settings, account)
    notify_running_instance(paths)
    watched = ", ".join(without_prefix(name).path for name in account.mailboxes)
    print(tr('"{account}" watches {watched}.').format(account=account.name, watched=watched))


def _use(folder: Folder) -> str:
    if folder.use is None or folder.name == INBOX:
        return ""
    label = use_label(folder.use)
    return "" if label.casefold() == folder.parts[-1].casefold() else f"  ({label})"


def _record(folder: Folder, account: Account, there: set[MailboxName]) -> dict[str, object]:
    return {
        "name": folder.name,
        "path": folder.path,
        "use": None if folder.use is None else folder.use.value,
        "watched": folder.name in account.mailboxes,
        "subscribed": folder.subscribed,
        "there": folder.name in there,
    }
