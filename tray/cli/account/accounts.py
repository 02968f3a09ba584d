"""``mailbell account list | remove | check``."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tray.cli import reactor as headless
from tray.cli.exit_codes import DONE, CommandFailed, failed
from tray.cli.profile import (
    account_named,
    load_settings,
    open_account,
    paths_of,
    require_valid,
    save_account,
    save_settings,
    secrets_of,
)
from tray.cli.running_instance import notify_running_instance
from tray.i18n import tr

if TYPE_CHECKING:
    import argparse
    from collections.abc import Coroutine

    from tray.cli.credentials import ProfileCredentials
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult, Problem


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
    from tray.mail.model.secret import SecretUnavailable
    from tray.mail.settings.proxy import with_credential_accounts

    paths, settings, account = open_account(arguments)
    rest = tuple(other for other in settings.accounts if other.id != account.id)
    save_settings(paths, replace(settings, accounts=rest), settings)
    try:
        for owner in with_credential_accounts([account]):
            secrets_of(paths).remove(owner)
    except SecretUnavailable as unavailable:
        print(tr("Its password is still kept: {problem}").format(problem=unavailable.problem.sentence))
    notify_running_instance(paths)
    print(tr('The account "{account}" is removed. No mail was deleted.').format(account=account.name))
    return DONE


def check(arguments: argparse.Namespace) -> int:
    """Test one account, or all, step by step."""
    paths = paths_of(arguments)
    settings = load_settings(paths)
    several = arguments.name is None and len(settings.accounts) > 1
    chosen = settings.accounts if several else (account_named(settings, arguments.name),)

    if arguments.pin:
        chosen = (replace(account_named(settings, arguments.name), pinned=arguments.pin),)
        require_valid(settings, chosen[0])

    def test(reactor: Any) -> Coroutine[Any, Any, list[Problem | None]]:
        from tray.cli.credentials import ProfileCredentials

        return check_each(ProfileCredentials(reactor, paths, settings), chosen, report=arguments.report)

    for problem in headless.run(test):
        if problem is not None:
            failure = failed(problem)
            raise CommandFailed(f"{failure} {how_to_pin(problem)}".strip(), failure.code)
    if arguments.pin:
        save_account(paths, settings, chosen[0])
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
        "If the server's administrator confirms this very fingerprint, add --pin {fingerprint} "
        "to trust this certificate and no other."
    ).format(fingerprint=problem.certificate.sha256)


async def check_each(
    credentials: ProfileCredentials, accounts: tuple[Account, ...], *, report: bool = False
) -> list[Problem | None]:
    """Test accounts one after the other, printing each step, or a report; the problem of each, or None.

    None waits for the password command of another.
    """
    problems: dict[AccountId, Problem | None] = {}

    async def check(account: Account) -> None:
        credentials.ask(account)
        if report:
            steps = await _print_report(credentials, account)
        else:
            steps = await _print_steps(credentials, account, alone=len(accounts) == 1)
        problems[account.id] = next((step.problem for step in steps if step.problem is not None), None)

    await credentials.in_turn(accounts, check)
    return [problems[account.id] for account in accounts]


async def _print_steps(
    credentials: ProfileCredentials, account: Account, *, alone: bool
) -> list[CheckResult]:
    from tray.mail.presentation.certificate_texts import facts
    from tray.net.setup.account_check import AccountCheck

    steps: list[CheckResult] = []

    def on_step(step: CheckResult) -> None:
        steps.append(step)
        problem = step.problem
        mark = "!" if step.warning else "✗" if problem else "✓"
        print(f"  {mark} {step.sentence}", flush=True)
        if problem is None:
            return
        if problem.server_text:
            said = tr("The server said: {text}").format(text=problem.server_text)
            print(f"      {said}")
        if problem.advice and not alone:  # else it is said at the end
            print(f"      {problem.advice}")
        if problem.certificate is not None:
            for caption, text in facts(problem.certificate):
                print(f"      {caption}: {text}")

    if not alone:
        print(f"{account.name}:")
    await AccountCheck(credentials.reactor, account, credentials.secret, on_step, credentials.proxy).run()
    return steps


async def _print_report(credentials: ProfileCredentials, account: Account) -> list[CheckResult]:
    from tray.mail.model.secret import recorded
    from tray.mail.presentation.diagnosis import report
    from tray.net.setup.account_check import AccountCheck, versions

    steps: list[CheckResult] = []
    used: list[Secret] = []

    async def secret(account: Account) -> Secret:
        return recorded(await credentials.secret(account), used)

    async def proxy_secret(account: Account) -> Secret:
        return recorded(await credentials.proxy(account), used)

    await AccountCheck(credentials.reactor, account, secret, steps.append, proxy_secret).run()
    print(report(account, steps, versions(), used), flush=True)
    return steps


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
