"""The responses of a server as values: one event for each response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.values import dataclass

if TYPE_CHECKING:
    from tray.imap.types import Flag, MailboxName, SequenceNumber, Uid

_DIGITS_LIMIT = 20  # of a 64-bit number; Python refuses to convert thousands of digits


@dataclass(frozen=True, slots=True)
class Continuation:
    """``+ text``: the server waits for the rest of a command; `text` may be empty."""

    text: bytes


@dataclass(frozen=True, slots=True)
class ResponseCode:
    """``[NAME argument]`` of a status response (RFC 3501, 7.1; RFC 5530); unknown codes are kept."""

    name: str
    """Upper case, such as ``UIDNEXT``, ``AUTHENTICATIONFAILED`` or ``ALERT``."""
    argument: str = ""
    """What follows the name, as text."""

    @property
    def number(self) -> int | None:
        """The argument as a number (UIDNEXT, UIDVALIDITY, UNSEEN), or None."""
        digits = self.argument
        return int(digits) if len(digits) <= _DIGITS_LIMIT and digits.isascii() and digits.isdigit() else None

    @property
    def capabilities(self) -> frozenset[str] | None:
        """The names of a CAPABILITY code in upper case; None for any other code and for an empty one."""
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
    """``* OK|NO|BAD|BYE|PREAUTH [code] text``: the greeting, a notice, or the end of the connection (BYE)."""

    status: str
    """``OK``, ``NO``, ``BAD``, ``BYE`` or ``PREAUTH``."""
    code: ResponseCode | None
    text: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """``* CAPABILITY …``."""

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
    """``* n EXPUNGE``: the message was removed; higher sequence numbers decrease by one."""

    sequence: SequenceNumber


@dataclass(frozen=True, slots=True)
class Fetched:
    """``* n FETCH (…)``: data of one message; None for what was not sent."""

    sequence: SequenceNumber
    uid: Uid | None = None
    flags: frozenset[Flag] | None = None
    internal_date: float | None = None
    """Unix seconds; None when absent or unreadable."""
    headers: bytes | None = None
    """The header block of a ``BODY[HEADER…]`` item, as bytes; empty for NIL."""
    gmail_id: int | None = None
    """X-GM-MSGID."""
    size: int | None = None
    """Bytes (RFC822.SIZE)."""
    text: bytes | None = None
    """The first bytes of the body (``BODY[TEXT]<0>``)."""
    preview: bytes | None = None
    """PREVIEW (RFC 8970), in UTF-8; empty for NIL."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``* SEARCH …``: the numbers found, in the server's order."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExtendedSearch:
    """``* ESEARCH …`` (RFC 4731)."""

    count: int | None = None
    """COUNT; None where it was not sent."""


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """``* STATUS mailbox (…)``; None for what was not sent."""

    mailbox: MailboxName
    messages: int | None = None
    unseen: int | None = None
    uid_next: int | None = None
    uid_validity: int | None = None
    highest_modseq: int | None = None
    """HIGHESTMODSEQ (RFC 7162): it grows with every change."""


@dataclass(frozen=True, slots=True)
class Listed:
    """``* LIST (attributes) delimiter name``, or the same as XLIST."""

    attributes: frozenset[str]
    """Such as ``\\Noselect`` or ``\\Trash``, as the server spelled them, backslash kept."""
    delimiter: str | None
    mailbox: MailboxName


@dataclass(frozen=True, slots=True)
class Namespace:
    """The prefix of one kind of mailboxes (RFC 2342)."""

    prefix: MailboxName
    """Usually ends with the delimiter; may be empty."""
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
    """A well-formed response of an unknown kind, which is ignored (RFC 3501, 2.2.2)."""

    keyword: str


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A response that cannot be read, although its end is certain; its data has to be requested again."""

    keyword: str
    """Upper case, such as ``FETCH``; empty for a response without a name."""
    why: str
    """For the log; quotes nothing of the response."""


Event = (
    Continuation
    | Tagged
    | StatusResponse
    | Capabilities
    | Exists
    | Recent
    | Expunged
    | Fetched
    | SearchResult
    | ExtendedSearch
    | MailboxStatus
    | Listed
    | Namespaces
    | Unknown
    | Unparsed
)
