"""Toasts as values, and the instructions to the part that shows them."""

from __future__ import annotations

import enum
import re
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, NewType

from tray.mail.model.message import UncountedBatch
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message, MessageKey

ToastKey = NewType("ToastKey", str)
"""The program's key of a toast; a toast shown under the key of another replaces it."""

DESKTOP = ""
"""The desktop's own sound for new mail."""
SILENT = "none"
BUILT_IN = "mailbell"
"""The bell that comes with the program."""
ENVELOPE = "\N{ENVELOPE}"
"""Stands for the letters of a sender without letters; a closed envelope is drawn for it."""


class ToastContent(enum.Enum):
    """What a toast shows of a message."""

    PREVIEW = "preview"
    """Sender, subject and first line of the text."""
    SUBJECT = "subject"
    """Sender and subject."""
    SENDER = "sender"
    """The sender only."""
    COUNT = "count"
    """Only that mail came."""
    NOTHING = "nothing"
    """No toast; while the screen is locked only."""


class ToastAction(enum.Enum):
    """The actions of a toast; the value is the action key on D-Bus."""

    OPEN = "default"
    """A click on the toast itself, and its Open button."""
    MARK_READ = "mark-read"
    ARCHIVE = "archive"
    DELETE = "delete"
    JUNK = "junk"
    FLAG = "flag"
    SNOOZE = "snooze"
    """Shows the toast again in an hour."""
    COPY_CODE = "copy-code"
    REPLY = "inline-reply"
    """A field for a reply, where the notification server has one (KDE Plasma); there it has this key."""
    COPY_TEXT = "copy-text"
    """Of a reply that was not sent, as the next two."""
    TRY_AGAIN = "try-again"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Toast:
    """One toast; its texts are plain (no markup) and already shortened."""

    key: ToastKey
    summary: str
    body: str
    """What comes below `headline`: the first line of the text, or who has written."""
    messages: tuple[MessageKey, ...]
    """The messages in it; empty for a toast about the program itself."""
    account: AccountId | None = None
    actions: tuple[tuple[ToastAction, str], ...] = ()
    """Each action with its label, in the order of the buttons."""
    sound: str = ""
    """As `is_sound` accepts it; ``none`` also for an update of a toast that made its sound already."""
    colour: str = ""
    """``#rrggbb`` of its account; empty for none, and where it shows several accounts."""
    batches: tuple[UncountedBatch, ...] = ()
    """The batches in its number."""
    headline: str = ""
    """The subject of one message, bold where the notification server can."""
    origin: str = ""
    """Account and folder, where they matter."""
    initials: str = ""
    """The letters of the sender's picture, on `colour`, or `ENVELOPE`; empty for the program's icon."""
    urgent: bool = False
    """Whether it is from somebody important."""
    timeout: int = -1
    """Milliseconds on the screen; -1: as the server decides, 0: until it is closed."""
    code: str = field(default="", repr=False)
    """The one-time code that `ToastAction.COPY_CODE` copies."""
    answers: Message | None = field(default=None, repr=False)
    """What a reply would answer, the last of `messages`; only with `ToastAction.REPLY`."""
    reply_to: str = ""
    """Whom it would go to, as shown."""

    @property
    def text(self) -> str:
        """All below the summary, for what shows no markup."""
        return "\n".join(line for line in (self.headline, self.body, self.origin) if line)


@dataclass(frozen=True, slots=True)
class Show:
    """Show `toast`, in place of the toast `replaces` where that is on the screen."""

    toast: Toast
    replaces: ToastKey | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Close the toast of that key if it is on the screen."""

    key: ToastKey


Order = Show | Withdraw


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message to be announced, with the values of its account that its toast needs."""

    key: MessageKey
    account_name: str
    message: Message
    show_account: bool
    """Whether the toast names the account: there is more than one."""
    colour: str = ""
    sound: str = DESKTOP
    content: ToastContent = ToastContent.PREVIEW
    """What its toast shows; the privacy settings are applied already."""
    important: bool = False
    """Whether the user's rules count it as important: its toast is urgent."""
    count: ClassVar[int] = 1


Entry = Arrival | UncountedBatch
"""What a toast announces; each has a `key` and a `count` of messages."""


@dataclass(frozen=True, slots=True)
class OpenToast:
    """A toast that was shown and, as far as known, neither closed nor withdrawn."""

    key: ToastKey
    shown_at: float
    shown: tuple[Entry, ...]
    """What it announces, oldest first."""
    digest: bool = False
    """Whether it counts messages; else it shows one, or the newest of a conversation."""
    pending: tuple[Entry, ...] = ()
    """What its next update adds."""
    others: int = 0
    """Messages that are only counted because their keys are not remembered (any more)."""
    stale: bool = False
    """Whether it has changed and must be shown again."""


_NAME = re.compile("[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_custom_sound(sound: str) -> bool:
    """Whether it must be played even where the desktop itself plays no sounds."""
    return sound not in {DESKTOP, SILENT}


def is_sound_file(sound: str) -> bool:
    """Whether it is the path of a file, absolute or from the user's home."""
    return sound.startswith(("/", "~/"))


def is_sound(sound: str) -> bool:
    """Whether it is a valid sound: a constant above, a path, or a name such as ``message-new-email``.

    Names are those of the freedesktop Sound Naming Specification. Whether the file or name exists is not checked.
    """
    if is_sound_file(sound):
        return not _CONTROL.search(sound)
    return sound == DESKTOP or _NAME.fullmatch(sound) is not None
