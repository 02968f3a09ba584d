"""The code for what follows the greeting, which is imported while the first server prepares that: 8 ms of a start."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from tray.mail.model.account import Security

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.net.clock import Clock
    from tray.net.imap.protocol import MailProtocol
    from tray.net.watch.early_start import EarlyStart
    from tray.net.watch.session import Session

_MODULES = ("tray.net.watch.early_start", "tray.net.watch.session")
_NEXT_TURN = 0.001
"""Seconds; without a delay Twisted would import before it writes the last message of the handshake."""
_HEADER = b"""From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
Date: 1 Dec 2026 10:00:00 +0100
Subject: Lunch?
"""


def import_meanwhile(clock: Clock, protocol: MailProtocol, account: Account) -> None:
    """Import it after the handshake of `protocol` where one has begun, else in the next turn of the reactor."""

    def import_soon(_: object = None) -> None:
        if _MODULES[-1] not in sys.modules:
            clock.callLater(_NEXT_TURN, _prepare)

    if account.security is Security.TLS:
        # Who waits for the greeting has its error, too.
        protocol.secured.wait().addCallbacks(import_soon, lambda _: None)
    else:
        import_soon()


def _prepare() -> None:
    for name in _MODULES:
        import_module(name)
    from tray.imap.envelope import envelope

    envelope(_HEADER, None)  # so that its patterns are compiled, and the module for dates is there


def early_start_class() -> type[EarlyStart]:
    """The class `EarlyStart`."""
    from tray.net.watch.early_start import EarlyStart

    return EarlyStart


def session_class() -> type[Session]:
    """The class `Session`."""
    from tray.net.watch.session import Session

    return Session


def renewal(account: Account) -> float:
    """Seconds after which IDLE is renewed: through a proxy more often."""
    from tray.net.watch.idle_loop import PROXY_RENEWAL, RENEWAL

    return PROXY_RENEWAL if account.proxy else RENEWAL
