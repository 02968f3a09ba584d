"""``mailbell account add``: from arguments to a tested account whose secret is kept safely."""

from __future__ import annotations

import secrets as random
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tray.cli import headless
from tray.cli.accounts import check_each, how_to_pin, save_settings, tell_running
from tray.cli.exit_codes import DONE, OTHER, USAGE, CommandFailed, failed
from tray.cli.profile import load_settings, paths_of
from tray.cli.secret_prompt import from_stdin, secret_of, secrets_of, typed
from tray.mail.account import DEFAULT_PORTS, AccountId, Login, SecretSource, Security
from tray.mail.discovery import applied
from tray.mail.secret import SecretUnavailable
from tray.mail.settings import guess_account, is_loopback, problems

if TYPE_CHECKING:
    import argparse

    from tray.desktop.paths import Paths
    from tray.mail.account import Account
    from tray.mail.discovery import Candidate
    from tray.mail.secret import Secret
    from tray.mail.settings import Settings


def run(arguments: argparse.Namespace) -> int:
    """Add an account: its server is found, the whole checked by its form, tested on the server, then kept."""
    if arguments.insecure_secret_file and arguments.profile is None:
        raise CommandFailed(
            "--insecure-secret-file keeps a password readable on the disk, so it needs a profile of its own: "
            "add --profile DIR.",
            USAGE,
        )
    paths = paths_of(arguments)
    settings = load_settings(paths)
    return headless.run(partial(_add, arguments, paths, settings))


async def _add(arguments: argparse.Namespace, paths: Paths, settings: Settings, reactor: Any) -> int:
    found = None
    if arguments.host is None:
        from tray.cli.finding import find

        found = await find(reactor, arguments)
    account = _account(arguments, settings, found)
    with headless.interruptible():
        secret = _secret(arguments, account)
    if not arguments.no_check:
        await _check(reactor, account, secret, paths)
    if secret is not None:
        _keep(account, secret, paths, private=arguments.profile is not None)
    save_settings(paths, replace(settings, accounts=(*settings.accounts, account)))
    tell_running(paths)
    print(f'The account "{account.name}" is added.')
    return DONE


def _account(arguments: argparse.Namespace, settings: Settings, found: Candidate | None) -> Account:
    guess = guess_account(
        arguments.email, AccountId(random.token_hex(8)), [other.name for other in settings.accounts]
    )
    if found is not None:
        guess = applied(found, guess)
    security = guess.security if arguments.security is None else Security(arguments.security)
    port = guess.port if security is guess.security else DEFAULT_PORTS[security]
    ca_file = "" if arguments.ca_file is None else str(arguments.ca_file.expanduser().resolve())
    if ca_file and not arguments.ca_file.expanduser().is_file():
        raise CommandFailed(f"There is no CA file {arguments.ca_file}. Give the path of a PEM file.", USAGE)
    if arguments.password_command:
        source = SecretSource.COMMAND
    else:
        source = SecretSource.FILE if arguments.insecure_secret_file else SecretSource.KEYRING
    account = replace(
        guess,
        name=arguments.name or guess.name,
        host=arguments.host or guess.host,
        user=arguments.user or guess.user,
        port=arguments.port or port,
        security=security,
        login=Login.TOKEN if arguments.token else Login.PASSWORD,
        secret=source,
        password_command=arguments.password_command or "",
        ca_file=ca_file,
        pinned=arguments.pin or "",
        webmail=arguments.webmail or guess.webmail,
        allow_cleartext=arguments.allow_cleartext,
    )
    if security is Security.NONE and not arguments.allow_cleartext and not is_loopback(account.host):
        raise CommandFailed(
            f"--security none would send the password readable to {account.host}. "
            "Use tls or starttls, or add --allow-cleartext if you know the network.",
            USAGE,
        )
    for field, sentence in problems(account, settings.accounts).items():
        raise CommandFailed(f"{field}: {sentence}", USAGE)
    return account


def _secret(arguments: argparse.Namespace, account: Account) -> Secret | None:
    if account.secret is SecretSource.COMMAND:
        return None
    return from_stdin() if arguments.password_stdin else typed(account.name)


async def _check(reactor: Any, account: Account, secret: Secret | None, paths: Paths) -> None:
    async def the_secret(asked: Account) -> Secret:
        return secret_of(asked, paths) if secret is None else secret

    (failing,) = await check_each(reactor, (account,), the_secret)
    if failing is not None and failing.trouble is not None:
        failure = failed(failing.trouble)
        ways = how_to_pin(failing.trouble) or "Use --no-check to add it untested."
        raise CommandFailed(f"{failure} Nothing was added. {ways}", failure.code)


def _keep(account: Account, secret: Secret, paths: Paths, *, private: bool) -> None:
    if account.secret is SecretSource.FILE:
        print(f"The password is kept readable in {paths.secret_file} (mode 0600), as you asked.")
    try:
        secrets_of(paths).put(account, secret)
    except SecretUnavailable as unavailable:
        trouble = unavailable.trouble
        ways = "Start a keyring (gnome-keyring, KWallet), or use --password-command"
        ways += ", or --insecure-secret-file to keep it readable in a file." if private else "."
        raise CommandFailed(f"{trouble.sentence} Nothing was added. {ways}", OTHER) from None
