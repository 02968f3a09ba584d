"""What a click in the tray, its menu or the window can ask for, as plain callables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.account import AccountId
    from tray.mail.message import MessageKey


@dataclass(frozen=True, slots=True)
class TrayCommands:
    """Given to whoever shows the summary; none of them blocks or raises, and failures are told elsewhere."""

    open_message: Callable[[MessageKey], None]
    open_mail: Callable[[], None]
    """Open the mail program or webmail."""
    open_account: Callable[[AccountId], None]
    """Open the mail of that account, by its own command, its webmail or the mail program."""
    check_now: Callable[[], None]
    pause: Callable[[float | None], None]
    """For so many seconds, or until resumed (None)."""
    pause_until_tomorrow: Callable[[], None]
    resume: Callable[[], None]
    mark_all_read: Callable[[], None]
    give_password: Callable[[AccountId], None]
    """Ask the user for the credentials of that account."""
    show_certificate: Callable[[AccountId], None]
    """Show the certificate that keeps that account from being watched, to be trusted or not."""
    mute: Callable[[AccountId, bool], None]
    """Have that account tell of no mail, or of every one again."""
    open_settings: Callable[[], None]
    open_about: Callable[[], None]
    quit: Callable[[], None]
    choose_folders: Callable[[AccountId], None] = lambda _: None
    """Show the folders of that account, to choose which are watched."""
