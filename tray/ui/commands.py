"""All that tray menu and window can ask for, in one value; not in `ports`, whose protocols are needed by no program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.values import dataclass

if TYPE_CHECKING:
    from tray.ui.ports import AccountCommands, MessageCommands, PauseCommands, ProgramCommands


@dataclass(frozen=True, slots=True)
class TrayCommands:
    """What the application does for tray menu and window."""

    messages: MessageCommands
    accounts: AccountCommands
    pause: PauseCommands
    program: ProgramCommands
