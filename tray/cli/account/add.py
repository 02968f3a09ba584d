"""``mailbell account add``: from arguments to a tested account whose secret is kept safely."""

from __future__ import annotations

import secrets as random
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tray.cli import reactor as headless
from tray.cli.account.accounts import check_each, how_to_pin
from tray.cli.account.sign_in import as_signed_in, on_terminal
from tray.cli.credentials import ProfileCredentials
from tray.cli.exit_codes import DONE, OTHER, USAGE, CommandFailed, failed
from tray.cli.profile import load_settings, paths_of, save_settings
from tray.cli.reactor import interruptible
from tray.cli.running_instance import notify_running_instance
from tray.cli.terminal import from_stdin, secrets_of, typed
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import DEFAULT_PORTS, AccountId, Login, SecretSource, Security
from tray.mail.model.host_names import is_loopback
from tray.mail.model.secret import SecretUnavailable
from tray.mail.presentation.discovery_texts import (
    advice,
    confirm_sentence,
    found_sentence,
    outcome,
    source_name,
)
from tray.mail.settings.checks import free_name
from tray.mail.settings.proxy import credential_account
from tray.mail.settings.settings import account_errors, guess_account
from tray.mail.setup.discovery import Candidate, NoImap, Source, State, applied, domain_of

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.settings.settings import Settings
    from tray.mail.setup.discovery import Attempt, Candidate


async def find(reactor: Any, arguments: argparse.Namespace) -> Candidate:
    """The server of ``--email``; raises `CommandFailed` where none is found, or the user does not want it."""
    from tray.desktop.storage.shipped_tables import shipped_providers
    from tray.net.setup.discovery import discover

    domain = domain_of(arguments.email)
    if not domain:
        raise CommandFailed(
            f"No server can be looked for with the address {arguments.email!r}. "
            "Write it like name@example.org, or give the server with --host.",
            USAGE,
        )

    def tell(attempt: Attempt) -> None:
        if attempt.source is Source.SHIPPED:  # nobody is asked
            return
        if attempt.state is State.ASKING:
            print(f"Asking {source_name(attempt.source, domain)}… ", end="", flush=True)
        else:
            print(outcome(attempt.state), flush=True)

    found = await discover(
        reactor, arguments.email, shipped_providers(), tell, ask_thunderbird=arguments.ask_thunderbird
    )
    if found is None:
        raise CommandFailed(f"No mail server was found for {domain}. Give it with --host.", USAGE)
    if isinstance(found, NoImap):
        raise CommandFailed(found_sentence(found, domain), OTHER)
    print(" ".join((found_sentence(found, domain), *advice(found))))
    if found.to_confirm:
        _confirm(found, domain, asked=not arguments.password_stdin)
    return found


def _confirm(found: Candidate, domain: str, *, asked: bool) -> None:
    sentence = confirm_sentence(found, domain)
    if asked and sys.stdin.isatty():
        with interruptible():
            if input(f"{sentence}\nUse it? [y/N] ").strip().lower() in {"y", "yes"}:
                return
    raise CommandFailed(
        f"{sentence} Then add --host {found.host} --port {found.port} --security {found.security.value}.",
        USAGE,
    )


def forbid_search(arguments: argparse.Namespace) -> None:
    """No server is looked for around a proxy; raises `CommandFailed`."""
    if arguments.proxy and arguments.host is None and arguments.online_account is None:
        raise CommandFailed(
            "With --proxy, give the server with --host: looking for it would go around the proxy.", USAGE
        )


def with_network(arguments: argparse.Namespace, account: Account) -> Account:
    """`account` with what was given of its way; raises `CommandFailed` for a file that is not there."""
    login = account.login if arguments.login is None else Login(arguments.login)
    return replace(
        account,
        proxy=arguments.proxy or "",
        client_certificate=_file(arguments.client_certificate, "certificate"),
        client_key=_file(arguments.client_key, "key"),
        login=login,
    )


def ask_proxy_password(arguments: argparse.Namespace, account: Account) -> Secret | None:
    """The password of its proxy: the next line of standard input, or typed; None where the proxy wants none."""
    kept = credential_account(account)
    if kept is None:
        return None
    by_script = arguments.password_stdin or arguments.proxy_password_stdin
    return from_stdin() if by_script else typed(kept.name, "--proxy-password-stdin")


def _file(path: Path | None, what: str) -> str:
    if path is None:
        return ""
    whole = path.expanduser().resolve()
    if not whole.is_file():
        raise CommandFailed(f"There is no {what} file {path}. Give the path of a PEM file.", USAGE)
    return str(whole)


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
        found = await find(reactor, arguments)
    account = _account(arguments, settings, found)
    with headless.interruptible():
        secret = None if account.secret is SecretSource.OAUTH else _secret(arguments, account)
        hidden = ask_proxy_password(arguments, account)
    credentials = ProfileCredentials(reactor, paths, settings)
    proxy = credential_account(account)
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
    notify_running_instance(paths)
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
    for field, sentence in account_errors(account, settings.accounts).items():
        raise CommandFailed(f"{field}: {sentence}", USAGE)
    return account


def _online(arguments: argparse.Namespace, settings: Settings) -> Account:
    """What the desktop knows counts; name and webmail are ours to choose."""
    from tray.cli.account.import_accounts import online_account

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
    for field, sentence in account_errors(account, settings.accounts).items():
        raise CommandFailed(f"{field}: {sentence}", USAGE)
    return account


def _secret(arguments: argparse.Namespace, account: Account) -> Secret | None:
    if account.secret in {SecretSource.COMMAND, SecretSource.ONLINE} or account.login is Login.CERTIFICATE:
        return None
    return from_stdin() if arguments.password_stdin else typed(account.name)


async def _check(credentials: ProfileCredentials, account: Account) -> None:
    (failing,) = await check_each(credentials, (account,))
    if failing is not None and failing.problem is not None:
        failure = failed(failing.problem)
        ways = how_to_pin(failing.problem) or "Use --no-check to add it untested."
        raise CommandFailed(f"{failure} Nothing was added. {ways}", failure.code)


async def _with_folders(
    arguments: argparse.Namespace, account: Account, credentials: ProfileCredentials
) -> Account:
    """With the folders that were typed, as the server knows them; untested, as they were typed."""
    from tray.cli.account.folders import fetch_folders, named

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
        secrets_of(paths).write(account, secret)
    except SecretUnavailable as unavailable:
        problem = unavailable.problem
        ways = "Start a keyring (gnome-keyring, KWallet), or use --password-command"
        ways += ", or --insecure-secret-file to keep it readable in a file." if private else "."
        raise CommandFailed(f"{problem.sentence} Nothing was added. {ways}", OTHER) from None
