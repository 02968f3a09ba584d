"""The fields of the settings file: the values that each accepts, and how the file represents them."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from tray.i18n import tr
from tray.imap.text import misleading
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import Login, SecretSource, Security
from tray.mail.model.certificate import fingerprint
from tray.mail.model.colour import is_colour
from tray.mail.model.toast import is_sound


class InvalidValue(ValueError):  # noqa: N818
    """A value that a setting does not accept."""


class Kind(Protocol):
    """The type of a setting's values; `read` raises ValueError for any other."""

    @property
    def expected(self) -> str:
        """The rest of the sentence "<setting> must be ..."."""
        ...

    def read(self, value: object) -> object:
        """The value of the setting for a value from the file."""
        ...

    def write(self, value: object) -> object:
        """The value for the file."""
        ...


class AsItIs:
    """A kind whose values are the same in the file."""

    def write(self, value: object) -> object:
        """The value itself."""
        return value


class AsList:
    """A kind whose values are tuples, and lists in the file."""

    def write(self, value: object) -> object:
        """The value as a list."""
        assert isinstance(value, tuple)
        return list(value)


MAX_QUIET_HOURS = 50
"""Quiet hours of one account."""


class Colour(AsItIs):
    """A colour, or none."""

    expected = property(lambda _: tr('a colour such as "#2457d6", or empty for none'))

    def read(self, value: object) -> str:
        """The colour in lower case."""
        colour = value.strip().lower() if isinstance(value, str) else None
        if colour is None or not (colour == "" or is_colour(colour)):
            raise InvalidValue(self.expected)
        return colour


class SoundName(AsItIs):
    """A sound, see `is_sound`."""

    expected = property(
        lambda _: tr(
            'a sound: empty for the desktop\'s own, "none", "mailbell", the whole path of a file, '
            'or a name of the desktop\'s sound theme such as "bell"'
        )
    )

    def read(self, value: object) -> str:
        """The sound without spaces around it."""
        if not isinstance(value, str) or not is_sound(value.strip()):
            raise InvalidValue(self.expected)
        return value.strip()


class QuietHours(AsList):
    """A list of quiet hours, perhaps empty; a repeated entry counts once."""

    expected = property(
        lambda _: tr('a list of quiet hours such as ["mon-fri 22:00-07:00", "sat,sun 00:00-24:00"]')
    )

    def read(self, value: object) -> tuple[str, ...]:
        """The entries in their canonical form."""
        if not isinstance(value, list) or len(value) > MAX_QUIET_HOURS:
            raise InvalidValue(self.expected)
        if not all(isinstance(entry, str) for entry in value):
            raise InvalidValue(self.expected)
        from tray.mail.settings.quiet_hours import parse  # noqa: PLC0415 -- most accounts have none

        return tuple(dict.fromkeys(parse(entry).text for entry in value))


TITLES_MIN, TITLES_MAX = 1, 50
PORT_MIN, PORT_MAX = 1, 65535

_TEXT_LIMIT = 10_000

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_E = TypeVar("_E", bound=enum.Enum)


class Text(AsItIs):
    """Any text of one line; invisible characters are refused later, by `checks.account_errors`."""

    expected = property(lambda _: tr("text in quotes, without line breaks"))

    def read(self, value: object) -> str:
        """The text without spaces around it."""
        if not isinstance(value, str) or len(value) > _TEXT_LIMIT or not _one_line(value):
            raise InvalidValue(self.expected)
        return value.strip()


class PlainText(Text):
    """Any text of one line without invisible characters."""

    expected = property(
        lambda _: tr("text in quotes, without line breaks and characters that cannot be seen")
    )

    def read(self, value: object) -> str:
        """The text without spaces around it."""
        text = super().read(value)
        if misleading(text):
            raise InvalidValue(self.expected)
        return text


class YesNo(AsItIs):
    """A truth value."""

    expected = property(lambda _: tr("true or false"))

    def read(self, value: object) -> bool:
        """The value itself; a number or a text is refused."""
        if not isinstance(value, bool):
            raise InvalidValue(self.expected)
        return value


@dataclass(frozen=True, slots=True)
class WholeNumber(AsItIs):
    """A whole number within bounds, both included."""

    low: int
    high: int

    @property
    def expected(self) -> str:
        """A phrase with the bounds."""
        return tr("a whole number from {low} to {high}").format(low=self.low, high=self.high)

    def read(self, value: object) -> int:
        """The number; a text of digits is refused, and so is a truth value, which is an int in Python."""
        if not isinstance(value, int) or isinstance(value, bool) or not self.low <= value <= self.high:
            raise InvalidValue(self.expected)
        return value


@dataclass(frozen=True, slots=True)
class Choice(Generic[_E]):
    """A member of an enumeration, in the file its value."""

    of: type[_E]

    @property
    def expected(self) -> str:
        """A phrase with all values."""
        *others, last = (f'"{member.value}"' for member in self.of)
        return tr("{others} or {last}").format(others=", ".join(others), last=last)

    def read(self, value: object) -> _E:
        """The member of that value."""
        return self.of(value)

    def write(self, value: object) -> object:
        """The member's value."""
        assert isinstance(value, self.of)
        return value.value


class Mailboxes(AsList):
    """Names of mailboxes, at least one; a repeated name counts once."""

    expected = property(lambda _: tr('a list of mailbox names such as ["INBOX", "Lists"]'))

    def read(self, value: object) -> tuple[MailboxName, ...]:
        """The names; INBOX may be in any case (RFC 3501, 5.1)."""
        if not isinstance(value, list) or not value:
            raise InvalidValue(self.expected)
        names: dict[MailboxName, None] = {}
        for name in value:
            if not isinstance(name, str) or not name or not _one_line(name.replace("\t", " ")):
                raise InvalidValue(self.expected)
            names[INBOX if name.lower() == INBOX.lower() else MailboxName(name)] = None
        return tuple(names)


class Fingerprint(AsItIs):
    """The SHA-256 fingerprint of a certificate, or empty."""

    expected = property(
        lambda _: tr("the SHA-256 fingerprint of a certificate: 64 hexadecimal digits in quotes")
    )

    def read(self, value: object) -> str:
        """The digits only, in lower case."""
        if not isinstance(value, str):
            raise InvalidValue(self.expected)
        return fingerprint(value) if value.strip() else ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; its default is that of the field with the same name in `Settings` or `Account`."""

    key: str
    kind: Kind
    private: bool = False
    """Whether errors must not repeat a wrong value, because it may be a secret."""


GENERAL = (
    Setting("titles", WholeNumber(TITLES_MIN, TITLES_MAX)),
    Setting("toasts", YesNo()),
    Setting("start_at_login", YesNo()),
)

ACCOUNT = (
    Setting("id", PlainText()),
    Setting("name", Text()),
    Setting("email", Text()),
    Setting("host", Text()),
    Setting("port", WholeNumber(PORT_MIN, PORT_MAX)),
    Setting("security", Choice(Security)),
    Setting("user", Text()),
    Setting("login", Choice(Login)),
    Setting("secret", Choice(SecretSource)),
    Setting("password_command", Text(), private=True),
    Setting("ca_file", Text()),
    Setting("pinned", Fingerprint()),
    Setting("mailboxes", Mailboxes()),
    Setting("webmail", Text(), private=True),
    Setting("open_command", Text(), private=True),
    Setting("enabled", YesNo()),
    Setting("allow_cleartext", YesNo()),
    Setting("oauth", Text()),
    Setting("online_account", Text()),
    Setting("proxy", Text(), private=True),
    Setting("client_certificate", Text()),
    Setting("client_key", Text()),
    Setting("colour", Colour()),
    Setting("sound", SoundName()),
    Setting("muted", YesNo()),
    Setting("quiet_hours", QuietHours()),
)


def _one_line(text: str) -> bool:
    return not _BREAKS.search(text)
