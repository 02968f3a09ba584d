"""What a server's response means, as values: one response, one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.imap.types import Flag, MailboxName, SequenceNumber, Uid, UidValidity

_DIGITS_LIMIT = 20  # as a 64-bit number has; Python refuses to read thousands


@dataclass(frozen=True, slots=True)
class Continuation:
    """``+ text``: the server waits for the rest of a command; `text` may be empty."""

    text: bytes


@dataclass(frozen=True, slots=True)
class ResponseCode:
    """``[NAME argument]`` of a status response (RFC 3501, 7.1; RFC 5530); an unknown code is kept as it is."""

    name: str
    """Upper case, such as ``UIDNEXT``, ``AUTHENTICATIONFAILED`` or ``ALERT``."""
    argument: str = ""
    """The rest between the brackets, as text; numbers and capability lists are read from it on demand."""

    @property
    def number(self) -> int | None:
        """The argument as a number (UIDNEXT, UIDVALIDITY, UNSEEN), or None where it is none."""
        digits = self.argument
        return int(digits) if len(digits) <= _DIGITS_LIMIT and digits.isascii() and digits.isdigit() else None

    @property
    def capabilities(self) -> frozenset[str] | None:
        """The names of a CAPABILITY code in upper case, or None for any other code, and for an empty one."""
        return frozenset(self.argument.upper().split()) or None if self.name == "CAPABILITY" else None


@dataclass(frozen=True, slots=True)
class Tagged:
    """The end of a command: ``tag OK|NO|BAD [code] text``."""

    tag: bytes
    status: str
    """``OK``, ``NO`` or ``BAD``."""
    code: ResponseCode | None
    text: str


@dataclass(frozen=True, slots=True)
class StatusResponse:
    """``* OK|NO|BAD|BYE|PREAUTH [code] text``: the greeting, a notice, or the end (BYE)."""

    status: str
    """``OK``, ``NO``, ``BAD``, ``BYE`` or ``PREAUTH``."""
    code: ResponseCode | None
    text: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """``* CAPABILITY …`` (also carried by a status code)."""

    names: frozenset[str]
    """Upper case, such as ``IDLE`` or ``AUTH=PLAIN``."""


@dataclass(frozen=True, slots=True)
class Exists:
    """``* n EXISTS``: how many messages the selected mailbox holds."""

    count: int


@dataclass(frozen=True, slots=True)
class Recent:
    """``* n RECENT``."""

    count: int


@dataclass(frozen=True, slots=True)
class Expunged:
    """``* n EXPUNGE``: that message is gone, all above it move down by one."""

    sequence: SequenceNumber


@dataclass(frozen=True, slots=True)
class Vanished:
    """``* VANISHED [(EARLIER)] uid-set`` (RFC 7162); ranges are inclusive and not expanded."""

    ranges: tuple[tuple[Uid, Uid], ...]
    earlier: bool


@dataclass(frozen=True, slots=True)
class Fetched:
    """``* n FETCH (…)``: facts about one message; None for what was not sent."""

    sequence: SequenceNumber
    uid: Uid | None = None
    flags: frozenset[Flag] | None = None
    internal_date: float | None = None
    """Unix seconds; None when absent or unreadable."""
    headers: bytes | None = None
    """The header block of a ``BODY[HEADER…]`` item, as bytes; empty for NIL."""
    gmail_id: int | None = None
    """X-GM-MSGID."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``* SEARCH …``: the numbers found, in the server's order."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExtendedSearch:
    """``* ESEARCH …`` (RFC 4731); None where not asked for or not answered."""

    tag: bytes | None
    count: int | None = None
    lowest: int | None = None
    highest: int | None = None
    ranges: tuple[tuple[int, int], ...] | None = None
    """ALL, as inclusive ranges, not expanded."""


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """``* STATUS mailbox (…)``; None for what was not sent."""

    mailbox: MailboxName
    messages: int | None = None
    unseen: int | None = None
    uid_next: Uid | None = None
    uid_validity: UidValidity | None = None


@dataclass(frozen=True, slots=True)
class FlagsDefined:
    """``* FLAGS (…)``: flags that the mailbox knows."""

    flags: frozenset[Flag]


@dataclass(frozen=True, slots=True)
class Listed:
    """``* LIST (attributes) delimiter name``, or the same as XLIST."""

    attributes: frozenset[str]
    """Such as ``\\Noselect`` or ``\\Trash``, as the server spelled them, backslash kept."""
    delimiter: str | None
    mailbox: MailboxName


@dataclass(frozen=True, slots=True)
class Namespace:
    """Where one kind of mailboxes begins (RFC 2342)."""

    prefix: MailboxName
    """With the delimiter at its end, as a rule; may be empty."""
    delimiter: str | None


@dataclass(frozen=True, slots=True)
class Namespaces:
    """``* NAMESPACE personal others shared``; each may be empty."""

    personal: tuple[Namespace, ...] = ()
    others: tuple[Namespace, ...] = ()
    """Of other users."""
    shared: tuple[Namespace, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A well-framed response that we do not know: passed over (RFC 3501, 2.2.2)."""

    keyword: str


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A response that makes no sense, though its end is certain: what it may have held is asked for another way."""

    keyword: str
    """Upper case, one that we know, such as ``FETCH``; empty where there is none."""
    why: str
    """For the log; nothing of the response is in it."""


Event = (
    Continuation
    | Tagged
    | StatusResponse
    | Capabilities
    | Exists
    | Recent
    | Expunged
    | Vanished
    | Fetched
    | SearchResult
    | ExtendedSearch
    | MailboxStatus
    | FlagsDefined
    | Listed
    | Namespaces
    | Unknown
    | Unparsed
)
