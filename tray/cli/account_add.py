"""``mailbell account add``: from arguments to a tested account whose secret is kept safely."""

from __future__ import annotations

import secrets as random
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tray.cli import headless
from tray.cli.accounts import check_each, how_to_pin, save_settings, tell_running
from tray.cli.credentials import Credentials
from tray.cli.exit_codes import DONE, OTHER, USAGE, CommandFailed, failed
from tray.cli.network import ask_proxy_password, forbid_search, with_network
from tray.cli.profile import load_settings, paths_of
from tray.cli.secret_prompt import from_stdin, secrets_of, typed
from tray.cli.sign_in import as_signed_in, on_terminal
from tray.imap.types import INBOX, MailboxName
from tray.mail.account import DEFAULT_PORTS, AccountId, Login, SecretSource, Security
from tray.mail.account_checks import free_name
from tray.mail.discovery import applied
from tray.mail.proxy import keeper
from tray.mail.secret import SecretUnavailable
from tray.mail.settings import guess_account, is_loopback, problems

if TYPE_CHECKING:
    import argparse

    from tray.desktop.paths import Paths
    from tray.mail.account import Account
    from tray.mail.discovery import Candidate
    from tray.mail.secret import Secret
    from tray.mail.settings import Settings


_NOT_ONLINE = (
    *("user", "host", "port", "security", "allow_cleartext", "ca_file", "pin"),
    *("password_stdin", "password_command", "token", "insecure_secret_file"),
    *("proxy", "client_certificate", "client_key", "login"),
)


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
    forbid_search(arguments)
    found = None
    if arguments.online_account is None and arguments.host is None:
        from tray.cli.finding import find

        found = await find(reactor, arguments)
    account = _account(arguments, settings, found)
    with headless.interruptible():
        secret = None if account.secret is SecretSource.OAUTH else _secret(arguments, account)
        hidden = ask_proxy_password(arguments, account)
    credentials = Credentials(reactor, paths, settings)
    proxy = keeper(account)
    if proxy is not None and hidden is not None:
        credentials.give(proxy, hidden)
    if account.secret is SecretSource.OAUTH:
        secret = await on_terminal(credentials, account, device=arguments.device)
    if secret is not None:
        credentials.give(account, secret)
    if not arguments.no_check:
        await _check(credentials, account)
    if arguments.mailboxes:
        account = await _with_folders(arguments, account, credentials)
    if account.secret is SecretSource.FILE:
        what = "password is" if hidden is None else "passwords are"
        print(f"The {what} kept readable in {paths.secret_file} (mode 0600), as you asked.")
    for owner, kept in ((account, secret), (proxy, hidden)):
        if owner is not None and kept is not None:
            _keep(owner, kept, paths, private=arguments.profile is not None)
    save_settings(paths, replace(settings, accounts=(*settings.accounts, account)), settings)
    tell_running(paths)
    print(f'The account "{account.name}" is added.')
    return DONE


def _account(arguments: argparse.Namespace, settings: Settings, found: Candidate | None) -> Account:
    if arguments.online_account is not None:
        return _online(arguments, settings)
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
    account = with_network(arguments, account)
    if security is Security.NONE and not arguments.allow_cleartext and not is_loopback(account.host):
        raise CommandFailed(
            f"--security none would send the password readable to {account.host}. "
            "Use tls or starttls, or add --allow-cleartext if you know the network.",
            USAGE,
        )
    if arguments.sign_in:
        account = as_signed_in(account, arguments.oauth or "", settings)
    for field, sentence in problems(account, settings.accounts).items():
        raise CommandFailed(f"{field}: {sentence}", USAGE)
    return account


def _online(arguments: argparse.Namespace, settings: Settings) -> Account:
    """What the desktop knows counts; name and webmail are ours to choose."""
    from tray.cli.account_import import online_account

    for option in _NOT_ONLINE:
        if getattr(arguments, option):
            raise CommandFailed(
                f"--{option.replace('_', '-')} does not go with --online-account: the desktop knows it.",
                USAGE,
            )
    found = online_account(arguments.online_account, settings.accounts)
    name = arguments.name or free_name(found.name, [other.name for other in settings.accounts])
    account = replace(
        found, id=AccountId(random.token_hex(8)), name=name, webmail=arguments.webmail or found.webmail
    )
    for field, sentence in problems(account, settings.accounts).items():
        raise CommandFailed(f"{field}: {sentence}", USAGE)
    return account


def _secret(arguments: argparse.Namespace, account: Account) -> Secret | None:
    if account.secret in {SecretSource.COMMAND, SecretSource.ONLINE} or account.login is Login.CERTIFICATE:
        return None
    return from_stdin() if arguments.password_stdin else typed(account.name)


async def _check(credentials: Credentials, account: Account) -> None:
    (failing,) = await check_each(credentials, (account,))
    if failing is not None and failing.trouble is not None:
        failure = failed(failing.trouble)
        ways = how_to_pin(failing.trouble) or "Use --no-check to add it untested."
        raise CommandFailed(f"{failure} Nothing was added. {ways}", failure.code)


async def _with_folders(arguments: argparse.Namespace, account: Account, credentials: Credentials) -> Account:
    """With the folders that were typed, as the server knows them; untested, as they were typed."""
    from tray.cli.folders import fetch_folders, named

    if arguments.no_check:
        typed_names = (
            INBOX if name.lower() == INBOX.lower() else MailboxName(name) for name in arguments.mailboxes
        )
        return replace(account, mailboxes=tuple(dict.fromkeys(typed_names)))
    listing = await fetch_folders(credentials, account)
    advice = 'Leave out --mailbox: "mailbell account folders" lists them when the account is there.'
    found = (folder.name for folder in named(listing.folders, arguments.mailboxes, advice))
    return replace(account, mailboxes=tuple(dict.fromkeys(found)))


def _keep(account: Account, secret: Secret, paths: Paths, *, private: bool) -> None:
    try:
        secrets_of(paths).put(account, secret)
    except SecretUnavailable as unavailable:
        trouble = unavailable.trouble
        ways = "Start a keyring (gnome-keyring, KWallet), or use --password-command"
        ways += ", or --insecure-secret-file to keep it readable in a file." if private else "."
        raise CommandFailed(f"{trouble.sentence} Nothing was added. {ways}", OTHER) from None
