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
from tray.cli.exit_codes import DONE, USAGE, CommandFailed, failed
from tray.cli.profile import load_settings, paths_of, require_valid, save_account
from tray.cli.reactor import interruptible
from tray.cli.running_instance import notify_running_instance
from tray.cli.terminal import agreed, from_stdin, typed
from tray.i18n import tr, trn
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import DEFAULT_PORTS, AccountId, Login, SecretSource, Security
from tray.mail.model.host_names import is_loopback
from tray.mail.model.secret import SecretUnavailable
from tray.mail.presentation.setup.discovery_texts import (
    advice,
    confirm_sentence,
    found_sentence,
    no_network_sentence,
    outcome,
    source_name,
)
from tray.mail.settings.checks import free_name, guess_account
from tray.mail.settings.proxy import credential_account
from tray.mail.setup.discovery import Candidate, NoImap, NoNetwork, Source, State, applied, domain_of

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
            tr(
                "No server can be looked for with the address {address!r}. Write it like "
                "name@example.org, or give the server with --host."
            ).format(address=arguments.email),
            USAGE,
        )

    def on_attempt(attempt: Attempt) -> None:
        if attempt.source is Source.SHIPPED:  # nobody is asked
            return
        if attempt.state is State.ASKING:
            print(
                tr("Asking: {source}…").format(source=source_name(attempt.source, domain)),
                end=" ",
                flush=True,
            )
        else:
            print(outcome(attempt.state), flush=True)

    found = await discover(
        reactor, arguments.email, shipped_providers(), on_attempt, ask_thunderbird=arguments.ask_thunderbird
    )
    if found is None:
        raise CommandFailed(
            tr("No mail server was found for {domain}. Give it with --host.").format(domain=domain), USAGE
        )
    if isinstance(found, NoNetwork):
        raise CommandFailed(" ".join((no_network_sentence(), tr("Check that this computer is online."))))
    if isinstance(found, NoImap):
        raise CommandFailed(found_sentence(found, domain))
    print(" ".join((found_sentence(found, domain), *advice(found))))
    if found.to_confirm:
        _confirm(found, domain, asked=not arguments.password_stdin)
    return found


def _confirm(found: Candidate, domain: str, *, asked: bool) -> None:
    sentence = confirm_sentence(found, domain)
    if asked and sys.stdin.isatty():
        with interruptible():
            question = tr("Use it? [y/N]")
            if agreed(input(f"{sentence}\n{question} ")):
                return
    then = tr("Then add --host {host} --port {port} --security {security}.").format(
        host=found.host, port=found.port, security=found.security.value
    )
    raise CommandFailed(f"{sentence} {then}", USAGE)


def forbid_search(arguments: argparse.Namespace) -> None:
    """No server is looked for around a proxy; raises `CommandFailed`."""
    if arguments.proxy and arguments.host is None and arguments.online_account is None:
        raise CommandFailed(
            tr("With --proxy, give the server with --host: looking for it would go around the proxy."), USAGE
        )


def with_network(arguments: argparse.Namespace, account: Account) -> Account:
    """`account` with what was given of its way; raises `CommandFailed` for a file that is not there."""
    login = account.login if arguments.login is None else Login(arguments.login)
    return replace(
        account,
        proxy=arguments.proxy or "",
        client_certificate=_file(arguments.client_certificate),
        client_key=_file(arguments.client_key),
        login=login,
    )


def ask_proxy_password(arguments: argparse.Namespace, account: Account) -> Secret | None:
    """The password of its proxy: the next line of standard input, or typed; None where the proxy wants none."""
    kept = credential_account(account)
    if kept is None:
        return None
    by_script = arguments.password_stdin or arguments.proxy_password_stdin
    return from_stdin() if by_script else typed(kept.name, "--proxy-password-stdin")


def _file(path: Path | None) -> str:
    if path is None:
        return ""
    whole = path.expanduser().resolve()
    if not whole.is_file():
        raise CommandFailed(
            tr("There is no file {path}. Give the path of a PEM file.").format(path=path), USAGE
        )
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
            tr(
                "--insecure-secret-file keeps a password readable on the disk, so it needs a profile of its own: "
                "add --profile DIR."
            ),
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
        credentials.use(proxy, hidden)
    if account.secret is SecretSource.OAUTH:
        secret = await on_terminal(credentials, account, device=arguments.device)
    if secret is not None:
        credentials.use(account, secret)
    if not arguments.no_check:
        await _check(credentials, account)
    if arguments.mailboxes:
        account = await _with_folders(arguments, account, credentials)
    if account.secret is SecretSource.FILE:
        print(
            trn(
                "The password is kept readable in {path} (mode 0600), as you asked.",
                "The passwords are kept readable in {path} (mode 0600), as you asked.",
                1 if hidden is None else 2,
            ).format(path=paths.secret_file)
        )
    for owner, kept in ((account, secret), (proxy, hidden)):
        if owner is not None and kept is not None:
            await _keep(credentials, owner, kept, private=arguments.profile is not None)
    save_account(paths, settings, account)
    notify_running_instance(paths)
    print(tr('The account "{account}" is added.').format(account=account.name))
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
        ca_file=_file(arguments.ca_file),
        pinned=arguments.pin or "",
        webmail=arguments.webmail or guess.webmail,
        allow_cleartext=arguments.allow_cleartext,
    )
    account = with_network(arguments, account)
    if security is Security.NONE and not arguments.allow_cleartext and not is_loopback(account.host):
        raise CommandFailed(
            tr(
                "--security none would send the password readable to {host}. Use tls or starttls, or "
                "add --allow-cleartext if you know the network."
            ).format(host=account.host),
            USAGE,
        )
    if arguments.sign_in:
        account = as_signed_in(account, arguments.oauth or "", settings)
    require_valid(settings, account)
    return account


def _online(arguments: argparse.Namespace, settings: Settings) -> Account:
    """What the desktop knows counts; name and webmail are ours to choose."""
    from tray.cli.account.import_accounts import online_account

    for option in _NOT_ONLINE:
        if getattr(arguments, option):
            raise CommandFailed(
                tr("--{option} cannot be used with --online-account: the desktop has it.").format(
                    option=option.replace("_", "-")
                ),
                USAGE,
            )
    found = online_account(arguments.online_account, settings.accounts)
    name = arguments.name or free_name(found.name, [other.name for other in settings.accounts])
    account = replace(
        found, id=AccountId(random.token_hex(8)), name=name, webmail=arguments.webmail or found.webmail
    )
    require_valid(settings, account)
    return account


def _secret(arguments: argparse.Namespace, account: Account) -> Secret | None:
    if account.secret in {SecretSource.COMMAND, SecretSource.ONLINE} or account.login is Login.CERTIFICATE:
        return None
    return from_stdin() if arguments.password_stdin else typed(account.name)


async def _check(credentials: ProfileCredentials, account: Account) -> None:
    (problem,) = await check_each(credentials, (account,))
    if problem is not None:
        failure = failed(problem)
        ways = how_to_pin(problem) or tr("Use --no-check to add it untested.")
        nothing = tr("Nothing was added.")
        raise CommandFailed(f"{failure} {nothing} {ways}", failure.code)


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
    advice = tr('Leave out --mailbox: "mailbell account folders" lists them when the account is there.')
    found = (folder.name for folder in named(listing.folders, arguments.mailboxes, advice))
    return replace(account, mailboxes=tuple(dict.fromkeys(found)))


async def _keep(credentials: ProfileCredentials, account: Account, secret: Secret, *, private: bool) -> None:
    try:
        await credentials.secret_store.write(account, secret)
    except SecretUnavailable as unavailable:
        problem = unavailable.problem
        ways = (
            tr(
                "Start a keyring (gnome-keyring, KWallet), or use --password-command, "
                "or --insecure-secret-file to keep it readable in a file."
            )
            if private
            else tr("Start a keyring (gnome-keyring, KWallet), or use --password-command.")
        )
        nothing = tr("Nothing was added.")
        raise CommandFailed(f"{problem.sentence} {nothing} {ways}") from None
