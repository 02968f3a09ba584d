"""The settings file's fields: which values each takes, and the words for one that it does not take."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from tray.i18n import tr
from tray.imap.types import INBOX, MailboxName
from tray.mail.account import Login, SecretSource, Security
from tray.mail.certificate import fingerprint

TITLES_MIN, TITLES_MAX = 1, 50
PORT_MIN, PORT_MAX = 1, 65535

_E = TypeVar("_E", bound=enum.Enum)


class NotTaken(ValueError):  # noqa: N818 -- said of the value
    """A value that a setting does not take."""


class Kind(Protocol):
    """What values a setting takes; `read` raises ValueError for any other."""

    @property
    def expected(self) -> str:
        """The rest of the sentence "<setting> must be ..."."""
        ...

    def read(self, value: object) -> object:
        """The value of the setting for one from the file."""
        ...

    def write(self, value: object) -> object:
        """The value for the file."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Any text of one line."""

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("text in quotes, without line breaks")

    def read(self, value: object) -> str:
        """The text itself, less the spaces around it."""
        if not isinstance(value, str) or not _one_line(value):
            raise NotTaken(self.expected)
        return value.strip()

    def write(self, value: object) -> object:
        """The text itself."""
        return value


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts of one line, perhaps none."""

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("a list of texts in quotes")

    def read(self, value: object) -> tuple[str, ...]:
        """The texts, less the spaces around them."""
        if not isinstance(value, list):
            raise NotTaken(self.expected)
        return tuple(Text().read(each) for each in value)

    def write(self, value: object) -> object:
        """The texts as a list."""
        assert isinstance(value, tuple)
        return list(value)


@dataclass(frozen=True, slots=True)
class YesNo:
    """A truth value."""

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("true or false")

    def read(self, value: object) -> bool:
        """The value itself; a number or a text is none."""
        if not isinstance(value, bool):
            raise NotTaken(self.expected)
        return value

    def write(self, value: object) -> object:
        """The value itself."""
        return value


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number within bounds, both included."""

    low: int
    high: int

    @property
    def expected(self) -> str:
        """Its bounds in words."""
        return tr("a whole number from {low} to {high}").format(low=self.low, high=self.high)

    def read(self, value: object) -> int:
        """The number; a text of digits is none, and neither is a truth value, which Python counts as one."""
        if not isinstance(value, int) or isinstance(value, bool) or not self.low <= value <= self.high:
            raise NotTaken(self.expected)
        return value

    def write(self, value: object) -> object:
        """The number itself."""
        return value


@dataclass(frozen=True, slots=True)
class Choice(Generic[_E]):
    """One of the values of an enumeration, by the text that is its value."""

    of: type[_E]

    @property
    def expected(self) -> str:
        """The values in words."""
        *others, last = (f'"{member.value}"' for member in self.of)
        return tr("{others} or {last}").format(others=", ".join(others), last=last)

    def read(self, value: object) -> _E:
        """The member of that value."""
        return self.of(value)

    def write(self, value: object) -> object:
        """The member's value."""
        assert isinstance(value, self.of)
        return value.value


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """Names of mailboxes, at least one; a repeated one counts once."""

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr('a list of mailbox names such as ["INBOX", "Lists"]')

    def read(self, value: object) -> tuple[MailboxName, ...]:
        """The names; INBOX is the same in any case (RFC 3501, 5.1)."""
        if not isinstance(value, list) or not value:
            raise NotTaken(self.expected)
        names: dict[MailboxName, None] = {}
        for name in value:
            if not isinstance(name, str) or not name or not _one_line(name):
                raise NotTaken(self.expected)
            names[INBOX if name.upper() == INBOX else MailboxName(name)] = None
        return tuple(names)

    def write(self, value: object) -> object:
        """The names as a list."""
        assert isinstance(value, tuple)
        return list(value)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The SHA-256 fingerprint of a certificate, or nothing."""

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("the SHA-256 fingerprint of a certificate: 64 hexadecimal digits in quotes")

    def read(self, value: object) -> str:
        """The digits alone, in lower case."""
        if not isinstance(value, str):
            raise NotTaken(self.expected)
        return fingerprint(value) if value.strip() else ""

    def write(self, value: object) -> object:
        """The digits as they are."""
        return value


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; its default is that of the field of the same name in `Settings` or `Account`."""

    key: str
    kind: Kind
    private: bool = False
    """Whether a wrong value is not to be repeated in an error: it may hold a secret."""


GENERAL = (
    Setting("titles", WholeNumber(TITLES_MIN, TITLES_MAX)),
    Setting("toasts", YesNo()),
    Setting("start_at_login", YesNo()),
)

ACCOUNT = (
    Setting("id", Text()),
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
    Setting("colour", Text()),
    Setting("sound", Text()),
    Setting("muted", YesNo()),
    Setting("quiet_hours", Texts()),
)


def _one_line(text: str) -> bool:
    return not any(ord(character) < ord(" ") or character == "\x7f" for character in text)
