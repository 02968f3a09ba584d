"""``mailbell account import``: imports accounts that other programs have."""

from __future__ import annotations

import secrets as random
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.app.settings.dialog_services import importable_accounts
from tray.cli.exit_codes import DONE, USAGE, CommandFailed
from tray.cli.profile import load_settings, paths_of, save_settings
from tray.cli.running_instance import notify_running_instance
from tray.cli.terminal import agreed
from tray.i18n import tr
from tray.mail.importers.candidates import SourceProgram, imported_accounts, missing
from tray.mail.model.account import AccountId

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from tray.mail.importers.candidates import ForeignAccount, ImportResult
    from tray.mail.model.account import Account


def run(arguments: argparse.Namespace) -> int:
    """Import what is chosen; without a choice, list what there is."""
    paths = paths_of(arguments)
    settings = load_settings(paths)
    origins = None if arguments.origin is None else {SourceProgram(arguments.origin)}
    found = importable_accounts(settings.accounts, origins)
    if arguments.list or not (arguments.all or arguments.names):
        _list(found)
        return DONE
    chosen = found.selected if arguments.all else tuple(_named(name, found) for name in arguments.names)
    taken = imported_accounts(
        dict.fromkeys(chosen), settings.accounts, lambda: AccountId(random.token_hex(8))
    )
    _agree(taken, asked=not arguments.yes)
    if taken:
        save_settings(paths, replace(settings, accounts=(*settings.accounts, *taken)), settings)
        notify_running_instance(paths)
    for account in taken:
        print(tr('The account "{account}" is imported.').format(account=account.name), missing(account))
    if not taken:
        print(tr("There is no account to import that is not here already."))
    return DONE


def _agree(accounts: Sequence[Account], *, asked: bool) -> None:
    """Show the commands that would be run, in full; raises `CommandFailed` where nobody agrees to them."""
    commanded = [account for account in accounts if account.password_command]
    if not commanded:
        return
    print(
        tr(
            "To get passwords, Mailbell will run these commands from the files of other programs, "
            "in a shell and as you:"
        )
    )
    for account in commanded:
        print(f'"{account.name}":\n    {account.password_command}')
    if not asked:
        return
    if not sys.stdin.isatty():
        raise CommandFailed(
            tr(
                "Nothing was imported, because nobody has agreed to these commands. Add --yes if you know them."
            ),
            USAGE,
        )
    sys.stdout.flush()
    try:
        answer = input(tr("Agree only if you know them. Run them? [y/N]") + " ")
    except EOFError:
        answer = ""
    if not agreed(answer):
        raise CommandFailed(tr("Nothing was imported."))


def online_account(identity: str, accounts: Sequence[Account]) -> Account:
    """The desktop's online account of that id or address; raises `CommandFailed` where there is none."""
    offers = importable_accounts(accounts, {SourceProgram.ONLINE}).offers
    for offer in offers:
        if identity in {offer.account.online_account, offer.account.email}:
            return offer.account
    known = ", ".join(f"{offer.account.online_account} ({offer.account.name})" for offer in offers)
    raise CommandFailed(
        tr('The desktop has no online account "{identity}" with IMAP. Known: {known}.').format(
            identity=identity, known=known or tr("none")
        ),
        USAGE,
    )


def _named(name: str, found: ImportResult) -> ForeignAccount:
    """The offer of that account or address; of several, the one that needs the least."""
    matching = [
        offer
        for offer in found.offers
        if name.casefold() in {offer.account.name.casefold(), offer.account.email.casefold()}
    ]
    if not matching:
        known = ", ".join(f'"{offer.account.name}"' for offer in found.offers)
        raise CommandFailed(
            tr('No program has an account "{name}" that can be imported. Known: {known}.').format(
                name=name, known=known or tr("none")
            ),
            USAGE,
        )
    if all(offer.present for offer in matching):
        raise CommandFailed(
            tr('The account "{name}" is here already. Nothing was changed.').format(name=name), USAGE
        )
    whose = {(offer.account.host, offer.account.user) for offer in matching if not offer.present}
    if len(whose) > 1:
        programs = ", ".join(f"--from {offer.origin.value}" for offer in matching)
        raise CommandFailed(
            tr('Several accounts are called "{name}". Choose one with {programs}.').format(
                name=name, programs=programs
            ),
            USAGE,
        )
    return min(matching, key=lambda offer: (offer.present, offer.same_as is not None))


def _list(found: ImportResult) -> None:
    for offer in found.offers:
        account = offer.account
        marks = [
            tr("here already") if offer.present else "",
            tr("same as from {program}").format(program=offer.same_as.value) if offer.same_as else "",
            tr("switched off there") if offer.off else "",
        ]
        mark = f"  ({', '.join(filter(None, marks))})" if any(marks) else ""
        identity = f"  {account.online_account}" if account.online_account else ""
        print(
            f"{offer.origin.value}: {account.name}  {account.email}  "
            f"{account.host}:{account.port} {account.security.value}{identity}{mark}"
        )
        for note in (*offer.notes, missing(account)):
            print(f"    {note}")
        if account.password_command:
            command = tr("Command: {command}").format(command=account.password_command)
            print(f"    {command}")
    for complaint in found.complaints:
        print(f"! {complaint}")
    if not (found.offers or found.complaints):
        print(tr("No accounts of other programs were found."))
    elif found.selected:
        print(tr("Import them with 'mailbell account import --all', or name those that you want."))
