"""Finds the server of a new account, and tells on the terminal who is asked and what was found."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tray.cli.exit_codes import OTHER, USAGE, CommandFailed
from tray.cli.headless import interruptible
from tray.mail.discovery import Candidate, NoImap, Source, State, domain_of
from tray.mail.discovery_texts import advice, confirm_sentence, found_sentence, outcome, source_name

if TYPE_CHECKING:
    import argparse

    from tray.mail.discovery import Attempt


async def find(reactor: Any, arguments: argparse.Namespace) -> Candidate:
    """The server of ``--email``; raises `CommandFailed` where none is found, or the user does not want it."""
    from tray.desktop.provider_files import shipped_providers
    from tray.net.discovery import discover

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
