"""``mailbell --demo``: an embedded mail server, an account on it, and a voice that tells what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.demo.server import DemoServer
from tray.mail.model.account import Account, AccountId, SecretSource
from tray.mail.model.secret import Secret
from tray.mail.model.status import Watching
from tray.mail.presentation.status_texts import message_line
from tray.mail.settings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.app.accounts.account_watch import AccountWatch
    from tray.mail.model.toast import Toast
    from tray.mail.presentation.summary import Summary

_NAME = "Demo"
_LINE = 100
"""Characters of a title that are printed."""


class DemoLog:
    """Prints what happens, for a newcomer without a screen."""

    def __init__(
        self, say: Callable[[str], None], summary: Callable[[], Summary], now: Callable[[], float]
    ) -> None:
        self._say = say
        self._summary = summary
        self._now = now
        self._connected = False

    def status_changed(self, watch: AccountWatch) -> None:
        """Say when the account is connected, once."""
        if isinstance(watch.status, Watching) and not self._connected:
            self._connected = True
            account = watch.account
            self._say(
                f"connected to {account.host}:{account.port} as {account.user} ({account.security.value})"
            )
            (shown,) = self._summary().accounts
            self._say(f"{len(shown.latest)} newest titles, {shown.unseen} unseen:")
            for title in shown.latest:
                self._say(f"  {message_line(title, self._now(), _LINE)}")

    def toast_shown(self, toast: Toast) -> None:
        """Say each toast."""
        first_line = toast.body.partition("\n")[0]
        self._say(f"toast: {toast.summary} — {first_line}")


class Demo:
    """The demo server of this run."""

    def __init__(self, reactor: Any) -> None:
        self._server = DemoServer(reactor)

    async def start(self, folder: Path) -> tuple[Settings, Secret]:
        """Start the server and give settings with an account on it, and its password."""
        await self._server.start()
        ca_file = folder / "demo-ca.pem"
        ca_file.write_bytes(self._server.ca_pem)
        account = Account(
            id=AccountId("demo"),
            name=_NAME,
            email=self._server.user,
            host=self._server.host,
            user=self._server.user,
            port=self._server.port,
            secret=SecretSource.ASK,
            ca_file=str(ca_file),
        )
        return Settings(accounts=(account,)), Secret(self._server.password)

    async def stop(self) -> None:
        """End the server."""
        await self._server.stop()
