"""The settings file's fields: which values each takes, and the words for one that it does not take."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from tray.i18n import tr
from tray.imap.text import misleading
from tray.imap.types import INBOX, MailboxName
from tray.mail.account import Login, SecretSource, Security
from tray.mail.alert_kinds import Colour, QuietHours, SoundName
from tray.mail.certificate import fingerprint
from tray.mail.kinds import AsItIs, AsList, Kind, NotTaken

TITLES_MIN, TITLES_MAX = 1, 50
PORT_MIN, PORT_MAX = 1, 65535

_TEXT_MOST = 10_000

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_E = TypeVar("_E", bound=enum.Enum)


class Text(AsItIs):
    """Any text of one line; whether it shows what it is, `account_checks.problems` says."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("text in quotes, without line breaks")

    def read(self, value: object) -> str:
        """The text itself, less the spaces around it."""
        if not isinstance(value, str) or len(value) > _TEXT_MOST or not _one_line(value):
            raise NotTaken(self.expected)
        return value.strip()


class PlainText(Text):
    """Any text of one line that shows what it is."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("text in quotes, without line breaks and characters that cannot be seen")

    def read(self, value: object) -> str:
        """The text itself, less the spaces around it."""
        text = super().read(value)
        if misleading(text):
            raise NotTaken(self.expected)
        return text


class YesNo(AsItIs):
    """A truth value."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("true or false")

    def read(self, value: object) -> bool:
        """The value itself; a number or a text is none."""
        if not isinstance(value, bool):
            raise NotTaken(self.expected)
        return value


@dataclass(frozen=True, slots=True)
class WholeNumber(AsItIs):
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


class Mailboxes(AsList):
    """Names of mailboxes, at least one; a repeated one counts once."""

    __slots__ = ()

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
            if not isinstance(name, str) or not name or not _one_line(name.replace("\t", " ")):
                raise NotTaken(self.expected)
            names[INBOX if name.lower() == INBOX.lower() else MailboxName(name)] = None
        return tuple(names)


class Fingerprint(AsItIs):
    """The SHA-256 fingerprint of a certificate, or nothing."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr("the SHA-256 fingerprint of a certificate: 64 hexadecimal digits in quotes")

    def read(self, value: object) -> str:
        """The digits alone, in lower case."""
        if not isinstance(value, str):
            raise NotTaken(self.expected)
        return fingerprint(value) if value.strip() else ""


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
