"""Looks for the accounts that other programs have, away from the GUI: a disk or a service may be slow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.app.blocking import BlockingThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.account import Account
    from tray.mail.takeover.choice import Found


class TakeOver:
    """What the settings dialog runs to find accounts."""

    def __init__(
        self,
        call_from_thread: Callable[..., None],
        find: Callable[..., Found] | None = None,
        title: Callable[[str], str] | None = None,
    ) -> None:
        """Answer through `call_from_thread`; `find` gives what there is beside the accounts that it is called with.

        `title` gives what the desktop calls its account of an id.
        """
        self._call_from_thread = call_from_thread
        self._find = find or _find
        self._title = title or _title

    def look(self, accounts: Sequence[Account], on_found: Callable[[Found], None]) -> Callable[[], None]:
        """See `SettingsServices.take_over`."""
        return self._ask(lambda: self._find(accounts), on_found)

    def online_title(self, identity: str, on_title: Callable[[str], None]) -> Callable[[], None]:
        """See `SettingsServices.online_title`."""
        return self._ask(lambda: self._title(identity), on_title)

    def _ask(self, job: Callable[[], Any], on_answer: Callable[[Any], None]) -> Callable[[], None]:
        thread = BlockingThread(self._call_from_thread, "take-over")

        def done(result: Any) -> Any:
            thread.close()
            return result

        thread.run(job).addBoth(done).addCallback(on_answer)
        return thread.close


def _title(identity: str) -> str:
    from tray.desktop import online_accounts
    from tray.mail.takeover import online

    return online.title_of(online_accounts.accounts(), identity)


def _find(accounts: Sequence[Account]) -> Found:
    from tray.desktop import online_accounts
    from tray.desktop.provider_files import shipped_providers
    from tray.desktop.takeover_files import TakeoverFiles
    from tray.mail.takeover import online
    from tray.mail.takeover.choice import settle

    readings = (online.parse(online_accounts.accounts()), *TakeoverFiles().readings())
    return settle(readings, accounts, shipped_providers())
