"""The steps of testing an account, as the Test button and ``mailbell account check`` report them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.mail.status import Trouble


class Step(enum.Enum):
    """In the order in which they are taken."""

    NAME = "name"
    CONNECT = "connect"
    ENCRYPT = "encrypt"
    LOGIN = "login"
    MAILBOX = "mailbox"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step went: `sentence` tells it in words; `trouble` is there when it failed."""

    step: Step
    sentence: str
    trouble: Trouble | None = None
    warning: bool = False
    """Whether it worked but is worth a look, such as no IDLE or no encryption on loopback."""
    facts: tuple[tuple[str, str], ...] = ()
    """For the report alone (`tray.mail.diagnosis`): what was learnt, such as the greeting, under a caption each."""
