"""``mailbell --demo``: an embedded mail server, an account on it, and lines in the terminal about its messages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tray.demo.server import DemoServer
from tray.i18n import tr
from tray.mail.model.account import Account, AccountId, SecretSource
from tray.mail.model.secret import Secret
from tray.mail.model.status import Watching
from tray.mail.presentation.status_texts import message_line, unseen_text
from tray.mail.settings.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from tray.app.credentials.secret_store import SecretStore
    from tray.app.settings.settings_service import SettingsService
    from tray.mail.model.toast import Toast
    from tray.mail.presentation.summary import Summary

_LINE = 100
"""Characters of a message that are printed."""


class Demo:
    """The demo server of this run; prints messages and toasts, for users without a screen."""

    def __init__(self, reactor: Any, folder: Path) -> None:
        """Its certificate authority is written to `folder`."""
        self._server = DemoServer(reactor)
        self._ca_file = folder / "demo-ca.pem"
        self._connected = False

    async def start(self, settings: SettingsService, secret_store: SecretStore) -> None:
        """Start the server, and add an account on it to `settings`."""
        server = self._server
        await server.start()
        self._ca_file.write_bytes(server.ca_pem)
        account = Account(
            id=AccountId("demo"),
            name="Demo",
            email=server.user,
            host=server.host,
            user=server.user,
            port=server.port,
            secret=SecretSource.ASK,
            ca_file=str(self._ca_file),
        )
        secret_store.use_for_this_run(account.id, Secret(server.password))
        settings.apply(Settings(accounts=(account,)), {}, lambda _failure: None)

    async def stop(self) -> None:
        """End the server."""
        await self._server.stop()

    def render(self, summary: Summary) -> None:
        """Print once that the account is connected, and its newest messages."""
        if self._connected:
            return
        for account in summary.accounts:
            if isinstance(account.status, Watching):
                self._connected = True
                server = self._server
                connected = tr("connected to {server} as {user}")
                _print(connected.format(server=f"{server.host}:{server.port}", user=server.user))
                _print(tr("the newest messages ({unread}):").format(unread=unseen_text(account.unseen)))
                for message in account.latest:
                    _print(f"  {message_line(message, time.time(), _LINE)}")

    def toast_shown(self, toast: Toast) -> None:
        """Print each toast."""
        first_line = toast.headline or toast.body.partition("\n")[0]
        _print(tr("toast: {summary} — {body}").format(summary=toast.summary, body=first_line))


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- the demo's own output
