"""The way to an account's server, as the command line has it: proxy, its password, client certificate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.cli.exit_codes import USAGE, CommandFailed
from tray.cli.secret_prompt import from_stdin, typed
from tray.mail.account import Login
from tray.mail.proxy import keeper

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tray.mail.account import Account
    from tray.mail.secret import Secret


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
    kept = keeper(account)
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
