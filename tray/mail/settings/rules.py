"""The rules of the user: a ``[[rule]]`` table of the settings file each, in order."""

from __future__ import annotations

import enum
import re

from tray.i18n import tr
from tray.mail.model.toast import DESKTOP
from tray.mail.settings.fields import (
    COMMAND,
    PLAIN_TEXT,
    SOUND,
    YES_NO,
    Kind,
    Setting,
    choice,
    text,
    whole_number,
)
from tray.values import dataclass

MAX_RULES = 200
_TEXTS_LIMIT = 100
_TEXT_LIMIT = 500
_HEADER = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,75})\s*:\s*(.*)")
"""Only names that are atoms of IMAP, too."""


class Announce(enum.Enum):
    """How a rule has messages announced."""

    NOTIFY = "notify"
    SILENT = "silent"
    """Without a sound."""
    URGENT = "urgent"
    """Also in quiet hours, while the desktop does not want to be disturbed, and while a window is full screen."""
    COUNT = "count"
    """Not at all: they are counted and listed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; it matches a message for which each of its conditions holds that is given."""

    name: str
    """What the rule is called; each name once."""
    account: tuple[str, ...] = ()
    """Names of accounts."""
    folder: tuple[str, ...] = ()
    """Names of folders."""
    sender: tuple[str, ...] = ()
    """Parts of the sender's name or address."""
    to: tuple[str, ...] = ()
    """Parts of the To or Cc header."""
    subject: tuple[str, ...] = ()
    """Parts of the subject."""
    list_id: tuple[str, ...] = ()
    """Parts of the List-Id header, which names a mailing list."""
    headers: tuple[str, ...] = ()
    """Headers with a part of their text, such as ``"X-Priority: 1"``; without a text it only has to be there."""
    larger_than: int = 0
    """The least size in kilobytes; 0 for any."""
    older_than: int = 0
    """The least age in hours, when the message is found; 0 for any."""
    notify: Announce = Announce.NOTIFY
    """How it is announced; a message that is marked as read or moved is not."""
    sound: str = DESKTOP
    """The sound of its toast; empty for that of the account."""
    mark_read: bool = False
    """Whether it is marked as read on the server."""
    move_to: str = ""
    """The folder of the same account that it is moved to; empty for none."""
    command: str = ""
    """A command to run, without a shell; the environment tells it of the message. Empty for none."""

    @property
    def id(self) -> str:
        """Its name, by which changes of the settings file find it."""
        return self.name

    @property
    def removes(self) -> bool:
        """Whether it marks messages as read or moves them, so that they are not announced."""
        return self.mark_read or bool(self.move_to)


def header_parts(header: str) -> tuple[str, str]:
    """Name, in lower case, and text of an entry of `Rule.headers`."""
    found = _HEADER.fullmatch(header)
    return ("", "") if found is None else (found[1].lower(), found[2].strip())


def header_names(rules: tuple[Rule, ...]) -> frozenset[str]:
    """The headers, in lower case, that must be fetched for these rules beside those of an envelope."""
    names = {header_parts(header)[0] for rule in rules for header in rule.headers}
    if any(rule.to for rule in rules):
        names |= {"to", "cc"}
    if any(rule.list_id for rule in rules):
        names.add("list-id")
    return frozenset(names)


def needs_size(rules: tuple[Rule, ...]) -> bool:
    """Whether the size of messages must be fetched for these rules."""
    return any(rule.larger_than for rule in rules)


def _texts(value: object) -> tuple[str, ...]:
    """One text, or a list of them."""
    entries = [value] if isinstance(value, str) else value
    if not isinstance(entries, list) or len(entries) > _TEXTS_LIMIT:
        raise ValueError
    read = [PLAIN_TEXT.read(entry) for entry in entries]
    if any(not entry or len(entry) > _TEXT_LIMIT for entry in read):
        raise ValueError
    return tuple(dict.fromkeys(read))


def _headers(value: object) -> tuple[str, ...]:
    found = _texts(value)
    if not all(map(_HEADER.fullmatch, found)):
        raise ValueError
    return found


TEXTS = Kind(lambda: tr("a text in quotes, or a list of them"), _texts, list)
HEADERS = Kind(lambda: tr('headers such as "X-Priority: 1", each in quotes'), _headers, list)
_NAME = text(
    lambda: tr("text in quotes, without line breaks and characters that cannot be seen"),
    lambda name: name and PLAIN_TEXT.read(name),
)

RULE = (
    Setting("name", _NAME),
    Setting("account", TEXTS),
    Setting("folder", TEXTS),
    Setting("sender", TEXTS),
    Setting("to", TEXTS),
    Setting("subject", TEXTS),
    Setting("list_id", TEXTS),
    Setting("headers", HEADERS),
    Setting("larger_than", whole_number(0, 1_000_000)),
    Setting("older_than", whole_number(0, 24 * 365)),
    Setting("notify", choice(Announce)),
    Setting("sound", SOUND),
    Setting("mark_read", YES_NO),
    Setting("move_to", PLAIN_TEXT),
    Setting("command", COMMAND, private=True),
)
