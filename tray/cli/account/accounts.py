"""``mailbell account list | remove | check``."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.cli import reactor as headless
from tray.cli.exit_codes import DONE, USAGE, CommandFailed, failed
from tray.cli.profile import account_named, load_settings, paths_of, save_settings
from tray.cli.running_instance import notify_running_instance
from tray.i18n import tr

if TYPE_CHECKING:
    import argparse

    from tray.cli.credentials import ProfileCredentials
    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult, Problem
    from tray.mail.settings.settings import Settings


def list_accounts(arguments: argparse.Namespace) -> int:
    """Print the accounts, in the user's order."""
    accounts = load_settings(paths_of(arguments)).accounts
    if arguments.json:
        print(
            json.dumps({"accounts": [_record(account) for account in accounts]}, ensure_ascii=False, indent=2)
        )
        return DONE
    for account in accounts:
        off = "" if account.enabled else "  " + tr("(off)")
        print(f"{account.name}  {account.email}  {account.host}:{account.port} {account.security.value}{off}")
    if not accounts:
        print(tr("There is no account yet. Add one with 'mailbell account add --email ADDRESS'."))
    return DONE


def remove(arguments: argparse.Namespace) -> int:
    """Remove an account and its secret; no mail is deleted."""
    from tray.cli.terminal import secrets_of
    from tray.mail.model.secret import SecretUnavailable
    from tray.mail.settings.proxy import with_credential_accounts

    paths = paths_of(arguments)
    settings = load_settings(paths)
    account = account_named(settings, arguments.name)
    rest = tuple(other for other in settings.accounts if other.id != account.id)
    save_settings(paths, replace(settings, accounts=rest), settings)
    try:
        for each in with_credential_accounts([account]):
            secrets_of(paths).remove(each)
    except SecretUnavailable as unavailable:
        print(tr("Its password is still kept: {problem}").format(problem=unavailable.problem.sentence))
    notify_running_instance(paths)
    print(tr('The account "{account}" is removed. No mail was deleted.').format(account=account.name))
    return DONE


def check(arguments: argparse.Namespace) -> int:
    """Test one account, or all, step by step."""
    from tray.mail.settings.settings import account_errors

    paths = paths_of(arguments)
    settings = load_settings(paths)
    several = arguments.name is None and len(settings.accounts) > 1
    chosen = settings.accounts if several else (account_named(settings, arguments.name),)

    if arguments.pin:
        chosen = (replace(account_named(settings, arguments.name), pinned=arguments.pin),)
        for field, sentence in account_errors(chosen[0], settings.accounts).items():
            raise CommandFailed(f"{field}: {sentence}", USAGE)

    results = _check(chosen, paths, settings, report=arguments.report)
    for result in results:
        if result is not None and result.problem is not None:
            failure = failed(result.problem)
            raise CommandFailed(f"{failure} {how_to_pin(result.problem)}".strip(), failure.code)
    if arguments.pin:
        rest = {account.id: account for account in settings.accounts} | {chosen[0].id: chosen[0]}
        save_settings(paths, replace(settings, accounts=tuple(rest.values())), settings)
        notify_running_instance(paths)
        print(
            tr('"{account}" trusts this certificate, and no other, from now on.').format(
                account=chosen[0].name
            )
        )
    return DONE


def how_to_pin(problem: Problem) -> str:
    """What to add to the command so that the certificate which was just shown is trusted; empty where none was."""
    if problem.certificate is None:
        return ""
    return tr(
        "If whoever runs the server confirms this very fingerprint, add --pin {fingerprint} "
        "to trust this certificate and no other."
    ).format(fingerprint=problem.certificate.sha256)


def _check(
    accounts: tuple[Account, ...], paths: Paths, settings: Settings, *, report: bool
) -> list[CheckResult | None]:
    from tray.cli.credentials import ProfileCredentials

    test = report_each if report else check_each
    return headless.run(lambda reactor: test(ProfileCredentials(reactor, paths, settings), accounts))


async def check_each(
    credentials: ProfileCredentials, accounts: tuple[Account, ...]
) -> list[CheckResult | None]:
    """Test accounts one after the other, printing each step; the failing step of each, or None.

    None waits for the password command of another.
    """
    from tray.mail.presentation.certificate_texts import facts
    from tray.net.setup.account_check import check_account

    results: dict[AccountId, CheckResult | None] = {}

    async def check(account: Account) -> None:
        if len(accounts) > 1:
            print(f"{account.name}:")
        steps: list[CheckResult] = []

        def on_step(step: CheckResult) -> None:
            steps.append(step)
            mark = "!" if step.warning else "✗" if step.problem else "✓"
            print(f"  {mark} {step.sentence}", flush=True)
            if step.problem is not None and step.problem.server_text:
                said = tr("The server said: {text}").format(text=step.problem.server_text)
                print(f"      {said}")
            if (
                step.problem is not None and step.problem.advice and len(accounts) > 1
            ):  # else it is the last word
                print(f"      {step.problem.advice}")
            if step.problem is not None and step.problem.certificate is not None:
                for caption, text in facts(step.problem.certificate):
                    print(f"      {caption}: {text}")

        credentials.ask(account)
        await check_account(credentials.reactor, account, credentials.secret, on_step, credentials.proxy)
        results[account.id] = next((step for step in steps if step.problem is not None), None)

    await credentials.in_turn(accounts, check)
    return [results[account.id] for account in accounts]


def _record(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "email": account.email,
        "host": account.host,
        "port": account.port,
        "security": account.security.value,
        "user": account.user,
        "secret": account.secret.value,
        "pinned": account.pinned,
        "mailboxes": list(account.mailboxes),
        "enabled": account.enabled,
    }


async def report_each(
    credentials: ProfileCredentials, accounts: tuple[Account, ...]
) -> list[CheckResult | None]:
    """Test accounts one after the other, printing a report of each; the failing step of each, or None."""
    from tray.mail.presentation.diagnosis import report
    from tray.net.setup.account_check import check_account, versions

    results: dict[AccountId, CheckResult | None] = {}

    async def check(account: Account) -> None:
        steps: list[CheckResult] = []
        used: list[Secret] = []

        async def noted(asked: Account) -> Secret:
            given = await credentials.secret(asked)
            used.append(given)
            return given

        async def hidden(kept: Account) -> Secret:
            given = await credentials.proxy(kept)
            used.append(given)
            return given

        credentials.ask(account)
        await check_account(credentials.reactor, account, noted, steps.append, hidden)
        print(report(account, steps, versions(), used), flush=True)
        results[account.id] = next((step for step in steps if step.problem is not None), None)

    await credentials.in_turn(accounts, check)
    return [results[account.id] for account in accounts]
