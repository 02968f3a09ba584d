"""A reply as a value, from the text that was typed until its mail was sent and kept."""

from __future__ import annotations

import enum
from dataclasses import field
from typing import TYPE_CHECKING

from tray.values import dataclass

if TYPE_CHECKING:
    from tray.mail.model.message import MessageKey


class Progress(enum.Enum):
    """How far a reply got; the values stand in the state file."""

    WAITING = "waiting"
    """It is sent as soon as the server can be reached."""
    HANDED_OVER = "handed-over"
    """All of it was sent, or is being sent, and the server has not confirmed it: it may have been accepted."""
    SENT = "sent"
    """The server has accepted it; its copy may still be missing."""
    FAILED = "failed"
    """The user has to decide; `Reply.reason` says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; its mail never changes, so that a second attempt sends the same mail, with the same Message-ID."""

    id: int
    """Rises with each reply; unique within the state of one profile."""
    key: MessageKey
    """The message that it answers."""
    typed_at: float
    """Unix seconds."""
    name: str
    """Whom it is to, as shown."""
    sender: str
    """The address that it comes from, for MAIL."""
    recipient: str
    """The address that it goes to, for RCPT."""
    text: str = field(repr=False)
    """As it was typed."""
    mail: bytes = field(repr=False)
    """The mail with CRLF."""
    message_id: str = ""
    progress: Progress = Progress.WAITING
    reason: str = ""
    """Why it failed: sentences for the user."""
