"""``mailbell account sign-in``, and how one signs in (OAuth2) on a terminal."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IReadDescriptor
from zope.interface import implementer

from tray.cli import reactor as headless
from tray.cli.credentials import ProfileCredentials
from tray.cli.exit_codes import DONE, USAGE, CommandFailed, failed
from tray.cli.profile import open_account, save_account
from tray.cli.running_instance import notify_running_instance
from tray.i18n import system_reason, tr, trn
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import KeyringUnavailable, SecretUnavailable
from tray.mail.oauth.flows import EnterCode, OpenPage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.oauth.flows import Progress
    from tray.mail.settings.settings import Settings
    from tray.net.oauth.authorize import Paste


def run(arguments: argparse.Namespace) -> int:
    """Sign in for an account that is there, whatever it logged in with before."""
    paths, settings, account = open_account(arguments)
    return headless.run(partial(_sign_in, arguments, paths, settings, account))


async def _sign_in(
    arguments: argparse.Namespace, paths: Paths, settings: Settings, before: Account, reactor: Any
) -> int:
    account = as_signed_in(before, arguments.oauth or before.oauth, settings)
    credentials = ProfileCredentials(reactor, paths, settings)
    secret = await on_terminal(credentials, account, device=arguments.device)
    try:
        await credentials.secret_store.write(account, secret)
    except SecretUnavailable as unavailable:
        problem = unavailable.problem
        what = tr("The sign-in is not kept. Start a keyring and sign in again.")
        raise CommandFailed(f"{problem.sentence} {what}") from None
    if account != before:
        save_account(paths, settings, account)
    notify_running_instance(paths, "check")
    print(tr('Signed in for "{account}".').format(account=account.name))
    return DONE


def as_signed_in(account: Account, provider: str, settings: Settings) -> Account:
    """`account` as one that signs in with `provider`, or with whoever signs in for its server."""
    provider = provider or _provider_of(account, settings)
    return replace(account, secret=SecretSource.OAUTH, login=Login.TOKEN, oauth=provider, password_command="")


def _provider_of(account: Account, settings: Settings) -> str:
    from tray.desktop.storage.shipped_tables import shipped_providers

    known = shipped_providers().by_host(account.host)
    if known is not None and known.oauth:
        return known.oauth
    if len(settings.oauth) == 1:
        return settings.oauth[0].id
    raise CommandFailed(
        tr(
            "It is not known which provider to sign in with for {host}. Give it with --oauth ID; 'mailbell oauth "
            "list' shows who is known."
        ).format(host=account.host),
        USAGE,
    )


async def on_terminal(credentials: ProfileCredentials, account: Account, *, device: bool) -> Secret:
    """Sign in for `account`; what the user has to do is printed. The secret to keep; raises CommandFailed."""
    from tray.net.errors import NetError
    from tray.net.problems import problem_of

    read_pasted = partial(_read_pasted, credentials.reactor) if sys.stdin.isatty() else None
    try:
        tokens = await credentials.sign_in.authorize(
            account, account.oauth, _tell, device=device, read_pasted=read_pasted
        )
        return tokens.to_secret()
    except KeyringUnavailable as unavailable:
        what = tr(
            "A sign-in could not be kept, and was not begun. "
            "Start a keyring (gnome-keyring, KWallet) or unlock it, and try again."
        )
        raise CommandFailed(f"{unavailable.problem.sentence} {what}") from None
    except SecretUnavailable as unavailable:
        failure = failed(unavailable.problem)
        parts = [str(failure)]
        if all(client.id != account.oauth for client in credentials.settings.oauth):
            parts.append(
                tr("'mailbell oauth set {provider} --client-id ID' enters it.").format(provider=account.oauth)
            )
        if unavailable.problem.server_text:
            parts.append(f"({unavailable.problem.server_text})")
        raise CommandFailed(" ".join(parts), failure.code) from None
    except NetError as error:  # on the way to its proxy
        raise failed(problem_of(error, account)) from None


def _read_pasted(reactor: Any, paste: Paste) -> Callable[[], None]:
    def on_line(line: str) -> None:
        complaint = paste(line) if line else None
        if complaint is not None:
            print(complaint, flush=True)

    return PastedLines(reactor, on_line).close


def _tell(step: Progress) -> None:
    match step:
        case OpenPage(url):
            print(tr("Sign in with your browser at:"), f"\n\n  {url}\n")
            if sys.stdin.isatty():
                print(
                    tr(
                        "If that browser is on another computer, it ends at a page that it cannot open: "
                        "paste the address of that page here."
                    )
                )
            print(tr("Waiting for it…"), flush=True)
            _open(url)
        case EnterCode(code, url, _, until):
            left = round(until / 60)
            text = trn(
                "Enter the code  {code}  at {url} within {n} minute. Waiting…",
                "Enter the code  {code}  at {url} within {n} minutes. Waiting…",
                left,
            )
            print(text.format(code=code, url=url, n=left), flush=True)


def _open(url: str) -> None:
    """In the browser of the desktop, where there is one."""
    import shutil
    import subprocess

    launcher = shutil.which("xdg-open")
    if launcher is None or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    try:
        subprocess.Popen(  # noqa: S603 -- without a shell
            (launcher, url),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        print(
            tr("No browser could be started ({reason}): open the address yourself.").format(
                reason=system_reason(error)
            ),
            file=sys.stderr,
        )


_LINE_LIMIT = 16 * 1024
"""Octets; Linux terminals limit a line to 4096."""


@implementer(IReadDescriptor)
class PastedLines:
    """Reads lines of the terminal until `close`.

    A terminal is readable when it has a whole line, so its modes need not be changed.
    """

    def __init__(self, reactor: Any, on_line: Callable[[str], None]) -> None:
        """`on_line` is called with each line."""
        self._reactor = reactor
        self._on_line = on_line
        self._open = True
        reactor.addReader(self)

    def close(self) -> None:
        """Read no more."""
        if self._open:
            self._open = False
            self._reactor.removeReader(self)

    def fileno(self) -> int:
        """Standard input."""
        return sys.stdin.fileno()

    def doRead(self) -> None:  # noqa: N802 -- IReadDescriptor's names
        """Called when there is a line, or the end of input (Ctrl+D)."""
        try:
            line = os.read(self.fileno(), _LINE_LIMIT)
        except OSError:  # the terminal is closed; the browser may still be redirected
            line = b""
        if line:
            self._on_line(line.decode(errors="replace").strip())
        else:
            self.close()

    def connectionLost(self, reason: Failure) -> None:  # noqa: ARG002, N802
        """Called when the reactor stops reading it."""
        self._open = False

    def logPrefix(self) -> str:  # noqa: N802
        """The name in the reactor's log."""
        return "terminal"
