"""What a user does with a message on its server, as values."""

from __future__ import annotations

import enum

from tray.values import dataclass


class MessageAction(enum.Enum):
    """An action on messages; the values stand in the settings file."""

    READ = "read"
    UNREAD = "unread"
    FLAG = "flag"
    UNFLAG = "unflag"
    ARCHIVE = "archive"
    DELETE = "delete"
    """To the trash; for good only where the settings say so."""
    JUNK = "junk"
    MOVE = "move"
    """To a mailbox that the user chose."""
    ANSWERED = "answered"
    """After a reply was sent; nobody is offered it."""

    @property
    def is_flag(self) -> bool:
        """Whether it changes a flag; else the messages leave their mailbox."""
        return self in _FLAG_ACTIONS


_FLAG_ACTIONS = frozenset(
    {
        MessageAction.READ,
        MessageAction.UNREAD,
        MessageAction.FLAG,
        MessageAction.UNFLAG,
        MessageAction.ANSWERED,
    }
)


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """An action that was done a moment ago and can be undone."""

    sentence: str
    """Such as ``Archived “Lunch on Friday?”``."""
    until: float
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class RefusedAction:
    """An action that the server refused; what it changed is shown as before again."""

    headline: str
    """Such as ``“Lunch on Friday?” could not be archived.``"""
    reason: str
    """A sentence: what the server says, and what to do."""
