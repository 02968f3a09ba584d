"""The fields of the settings file: the values that each accepts, and how the file represents them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from tray.i18n import tr
from tray.imap.text import misleading, unseen_in_code
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import Login, SecretSource, Security, is_colour
from tray.mail.model.action import MessageAction
from tray.mail.model.certificate import fingerprint
from tray.mail.model.toast import ToastAction, ToastContent, is_sound
from tray.mail.settings.choices import IconCount, LeftClick, ToastDuration
from tray.values import dataclass

if TYPE_CHECKING:
    import enum
    from collections.abc import Callable, Collection, Iterable

MAX_QUIET_HOURS = 50
"""Quiet hours of one account."""
MAX_PEOPLE = 200
"""Important people."""
TITLES_MIN, TITLES_MAX = 1, 50
DIGEST_MIN, DIGEST_MAX = 2, 20
TOAST_CONTENTS = tuple(content for content in ToastContent if content is not ToastContent.NOTHING)
"""What a toast can show while the screen is not locked."""
TOAST_BUTTONS = (
    ToastAction.MARK_READ,
    ToastAction.ARCHIVE,
    ToastAction.DELETE,
    ToastAction.JUNK,
    ToastAction.FLAG,
    ToastAction.SNOOZE,
    ToastAction.REPLY,
)
"""The buttons that can be chosen for a toast."""
WINDOW_BUTTONS = (
    MessageAction.ARCHIVE,
    MessageAction.DELETE,
    MessageAction.READ,
    MessageAction.FLAG,
    MessageAction.JUNK,
    MessageAction.MOVE,
)
"""The buttons that can be chosen for a message in the window; READ and FLAG also undo themselves."""
PORT_MIN, PORT_MAX = 1, 65535
_TEXT_LIMIT = 10_000
_LANGUAGE = re.compile("[a-z]{2,3}(_[A-Z]{2})?", re.ASCII)
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Mistake(ValueError):  # noqa: N818 -- of the user
    """A value is not accepted; the text is a sentence for the user that says what is wrong in it, and what to do."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The values that a setting accepts."""

    expected: Callable[[], str]
    """The rest of the sentence "<setting> must be ..."."""
    read: Callable[[object], Any]
    """The value for one from the file; raises ValueError where it is not accepted, Mistake where that says why."""
    write: Callable[[Any], object] = lambda value: value
    """The value for the file."""


def text(
    expected: Callable[[], str],
    accepts: Callable[[str], object] = lambda _: True,
    tidy: Callable[[str], str] = str.strip,
) -> Kind:
    """Texts of one line that `accepts` returns true for, each after `tidy`, which may raise ValueError, too."""

    def read(value: object) -> str:
        tidied = tidy(value) if isinstance(value, str) and len(value) <= _TEXT_LIMIT else None
        if tidied is None or _BREAKS.search(tidied) or not accepts(tidied):
            raise ValueError
        return tidied

    return Kind(expected, read)


def whole_number(low: int, high: int) -> Kind:
    """Whole numbers from `low` to `high`; no text of digits, and no truth value, which is an int in Python."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError
        return value

    return Kind(lambda: tr("a whole number from {low} to {high}").format(low=low, high=high), read)


def choice(of: Iterable[enum.Enum]) -> Kind:
    """Members of an enumeration, in the file their values."""
    by_value = {member.value: member for member in of}

    def expected() -> str:
        *others, last = (f'"{value}"' for value in by_value)
        return tr("{others} or {last}").format(others=", ".join(others), last=last)

    def read(value: object) -> enum.Enum:
        if not isinstance(value, str) or value not in by_value:
            raise ValueError
        return by_value[value]

    return Kind(expected, read, lambda member: member.value)


def choices_of(members: Collection[enum.Enum], limit: int) -> Kind:
    """Tuples of at most `limit` of these members of an enumeration, in the file lists of their values."""
    by_value = {member.value: member for member in members}

    def expected() -> str:
        values = ", ".join(f'"{value}"' for value in by_value)
        return tr("a list of at most {limit} of {values}").format(limit=limit, values=values)

    def read(value: object) -> tuple[enum.Enum, ...]:
        if not isinstance(value, list) or len(value) > limit:
            raise ValueError
        if not all(isinstance(entry, str) and entry in by_value for entry in value):
            raise ValueError
        return tuple(dict.fromkeys(by_value[entry] for entry in value))

    return Kind(expected, read, lambda members: [member.value for member in members])


def list_of(
    expected: Callable[[], str], read_entry: Callable[[object], str], low: int = 0, high: float = math.inf
) -> Kind:
    """Tuples of `low` to `high` entries, lists in the file; a repeated entry counts once."""

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not low <= len(value) <= high:
            raise ValueError
        return tuple(dict.fromkeys(map(read_entry, value)))

    return Kind(expected, read, list)


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError  # noqa: TRY004 -- what a reader raises
    return value


def _mailbox(name: object) -> MailboxName:
    """A name, perhaps with tabs; INBOX may be in any case (RFC 3501, 5.1)."""
    if not isinstance(name, str) or not name or _BREAKS.search(name.replace("\t", " ")):
        raise ValueError
    return INBOX if name.lower() == INBOX.lower() else MailboxName(name)


def _quiet_hours(entry: object) -> str:
    from tray.mail.settings.quiet_hours import parse  # noqa: PLC0415 -- most accounts have none

    return parse(entry if isinstance(entry, str) else "").text


def _person(entry: object) -> str:
    person = PLAIN_TEXT.read(entry)
    if not person:
        raise ValueError
    return str(person)


def hidden_character(code: str) -> str:
    """What is wrong with a text in which `misleading` or `unseen_in_code` has found `code`, and what to do."""
    return tr("There is a character in it that cannot be seen ({code}): type it anew.").format(code=code)


def _is_command(command: str) -> bool:
    """True; raises Mistake where it cannot be split into words as a shell would, or hides something."""
    from tray.mail.settings.open_command import (  # noqa: PLC0415 -- most users have none
        command_parts,
        quote_not_closed,
    )

    if command_parts(command) is None:
        raise Mistake(quote_not_closed())
    if code := unseen_in_code(command):
        raise Mistake(hidden_character(code))
    return True


_TEXT = text(lambda: tr("text in quotes, without line breaks"))
"""Invisible characters are refused only for the fields in `checks._DISPLAYED`, by `checks.account_errors`."""
PLAIN_TEXT = text(
    lambda: tr("text in quotes, without line breaks and characters that cannot be seen"),
    lambda text: not misleading(text),
)
YES_NO = Kind(lambda: tr("true or false"), _yes_no)
PORT = whole_number(PORT_MIN, PORT_MAX)
MAILBOXES = list_of(lambda: tr('a list of folder names such as ["INBOX", "Lists"]'), _mailbox, low=1)
FINGERPRINT = text(
    lambda: tr("the SHA-256 fingerprint of a certificate: 64 hexadecimal digits in quotes"),
    tidy=lambda text: fingerprint(text) if text.strip() else "",
)
COLOUR = text(
    lambda: tr('a colour such as "#2457d6", or empty for one that is free'),
    lambda text: not text or is_colour(text),
    lambda text: text.strip().lower(),
)
SOUND = text(
    lambda: tr(
        'a sound: empty for the desktop\'s own, "none", "mailbell", the whole path of a file, '
        'or a name of the desktop\'s sound theme such as "bell"'
    ),
    is_sound,
)
LANGUAGE = text(
    lambda: tr('a language such as "de", or empty for that of the desktop'),
    lambda text: not text or _LANGUAGE.fullmatch(text),
)
COMMAND = text(
    lambda: tr("a command in quotes, with every quote in it closed; empty for none"),
    lambda command: not command or _is_command(command),
)
PEOPLE = list_of(
    lambda: tr('a list of addresses and names such as ["anna@example.org", "@example.org", "Anna Berg"]'),
    _person,
    high=MAX_PEOPLE,
)
QUIET_HOURS = list_of(
    lambda: tr('a list of quiet hours such as ["mon-fri 22:00-07:00", "sat,sun 00:00-24:00"]'),
    _quiet_hours,
    high=MAX_QUIET_HOURS,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; its default is that of the field with the same name in `Settings` or `Account`."""

    key: str
    kind: Kind = _TEXT
    private: bool = False
    """Whether errors must not repeat a wrong value, because it may be a secret."""


GENERAL = (
    Setting("titles", whole_number(TITLES_MIN, TITLES_MAX)),
    Setting("toasts", YES_NO),
    Setting("toast_content", choice(TOAST_CONTENTS)),
    Setting("toast_duration", choice(ToastDuration)),
    Setting("digest_from", whole_number(DIGEST_MIN, DIGEST_MAX)),
    Setting("toast_buttons", choices_of(TOAST_BUTTONS, 3)),
    Setting("copy_codes", YES_NO),
    Setting("sound", SOUND),
    Setting("important", PEOPLE),
    Setting("new_mail_command", COMMAND, private=True),
    Setting("quiet_hours", QUIET_HOURS),
    Setting("follow_do_not_disturb", YES_NO),
    Setting("quiet_when_full_screen", YES_NO),
    Setting("when_locked", choice(ToastContent)),
    Setting("left_click", choice(LeftClick)),
    Setting("menu_actions", YES_NO),
    Setting("icon_count", choice(IconCount)),
    Setting("hide_icon", YES_NO),
    Setting("window_buttons", choices_of(WINDOW_BUTTONS, 4)),
    Setting("delete_for_good", YES_NO),
    Setting("language", LANGUAGE),
    Setting("start_at_login", YES_NO),
)

ACCOUNT = (
    Setting("id", PLAIN_TEXT),
    Setting("name"),
    Setting("email"),
    Setting("host"),
    Setting("port", PORT),
    Setting("security", choice(Security)),
    Setting("user"),
    Setting("login", choice(Login)),
    Setting("secret", choice(SecretSource)),
    Setting("password_command", private=True),
    Setting("ca_file"),
    Setting("pinned", FINGERPRINT),
    Setting("mailboxes", MAILBOXES),
    Setting("webmail", private=True),
    Setting("open_command", private=True),
    Setting("enabled", YES_NO),
    Setting("allow_cleartext", YES_NO),
    Setting("oauth"),
    Setting("online_account"),
    Setting("proxy", private=True),
    Setting("client_certificate"),
    Setting("client_key"),
    Setting("outgoing"),
    Setting("colour", COLOUR),
    Setting("sound", SOUND),
    Setting("muted", YES_NO),
    Setting("quiet_hours", QUIET_HOURS),
)
