"""Builds the commands that we send, so that no text can become a command of its own."""

from __future__ import annotations

from binascii import b2a_base64
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from tray.imap import modified_utf7
from tray.imap.errors import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tray.imap.types import Flag, MailboxName, Uid

DONE = b"DONE\r\n"
"""Ends IDLE (RFC 2177); neither tag nor continuation, so no Request."""
SASL_CANCEL = b"*\r\n"
"""Gives up an AUTHENTICATE that is under way (RFC 3501, 6.2.2)."""
STATUS_ITEMS = ("MESSAGES", "UNSEEN", "UIDNEXT", "UIDVALIDITY")

_ENVELOPE = "INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE)]"
_LITERAL_MINUS = 4096  # RFC 7888, 5: the most that LITERAL- lets go without asking
_QUOTED_LIMIT = 1000  # some servers cut long quoted strings (RFC 2683, 3.2.1.5)
_SET_LIMIT = 4000  # octets of one UID set, well below the 8000 that a server must take (RFC 7162, 4)
_MAX_UID = 2**32 - 1
_ID_FIELDS = 30  # RFC 2971, 3.3, as the two lengths
_ID_NAME = 30
_ID_VALUE = 1024
_FIRST_PRINTABLE = 0x20
_DELETE = 0x7F


class LiteralSupport(Enum):
    """How the server takes a literal: each kind is the name of the capability that allows it."""

    SYNC = "every server: wait for `+` before the octets"
    MINUS = "LITERAL-: up to 4096 octets without waiting"
    PLUS = "LITERAL+: any length without waiting"


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """A command without its tag and final CR LF."""

    name: str
    """For logs and errors, such as ``UID FETCH``; never an argument."""
    chunks: tuple[bytes, ...]
    """Each chunk but the last ends in ``{n}`` CR LF: wait for ``+`` before the next one goes out."""
    secret: bool = False
    """Whether the chunks hold a password or token."""

    def __repr__(self) -> str:
        return f"Request({self.name!r}, {'…' if self.secret else self.chunks})"


@dataclass(slots=True, repr=False)
class _Writer:
    """Puts a command together."""

    name: str
    literals: LiteralSupport
    chunks: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chunks = [self.name.encode("ascii")]

    def raw(self, text: str) -> _Writer:
        self.chunks[-1] += b" " + text.encode("ascii")
        return self

    def string(self, text: bytes) -> _Writer:
        """A quoted string where that is allowed, else a literal (RFC 3501, 4.3); the caller has kept NUL out."""
        if len(text) <= _QUOTED_LIMIT and all(_FIRST_PRINTABLE <= byte < _DELETE for byte in text):
            self.chunks[-1] += b' "' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
            return self
        waits = self.literals is LiteralSupport.SYNC or (
            self.literals is LiteralSupport.MINUS and len(text) > _LITERAL_MINUS
        )
        self.chunks[-1] += b" {%d%b}\r\n" % (len(text), b"" if waits else b"+")
        if waits:
            self.chunks.append(text)
        else:
            self.chunks[-1] += text
        return self

    def mailbox(self, name: str) -> _Writer:
        if "\0" in name:
            raise LocalProtocolError("a mailbox name cannot hold a NUL")
        return self.string(modified_utf7.encode(name))

    def done(self, *, secret: bool = False) -> Request:
        return Request(self.name, tuple(self.chunks), secret)


def _plain(name: str, arguments: str = "") -> Request:
    writer = _Writer(name, LiteralSupport.SYNC)
    return (writer.raw(arguments) if arguments else writer).done()


def _atom(text: str) -> str:
    """`text` if it is an atom or a flag; LocalProtocolError if it is not."""
    body = text.removeprefix("\\")
    if not body or any(not "!" <= char <= "~" or char in '(){%*"\\' for char in body):
        raise LocalProtocolError("text that is no IMAP atom")
    return text


def _uid(number: int) -> int:
    if not 1 <= number <= _MAX_UID:
        raise LocalProtocolError(f"{number} is no UID")
    return number


def _range(first: int, last: int | None) -> str:
    return f"{_uid(first)}:{'*' if last is None else _uid(last)}"


def _octets(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # The text may be a password, so the chain must not show it.
        raise LocalProtocolError("a text with half a character cannot be sent") from None


def capability() -> Request:
    """CAPABILITY."""
    return _plain("CAPABILITY")


def starttls() -> Request:
    """STARTTLS; nothing may follow it before TLS is up."""
    return _plain("STARTTLS")


def logout() -> Request:
    """LOGOUT."""
    return _plain("LOGOUT")


def noop() -> Request:
    """NOOP: a probe; the server may answer with what is new."""
    return _plain("NOOP")


def idle() -> Request:
    """IDLE (RFC 2177); the server's ``+`` says that it idles, `DONE` ends it."""
    return _plain("IDLE")


def login(user: str, password: str, literals: LiteralSupport = LiteralSupport.SYNC) -> Request:
    """LOGIN (RFC 3501, 6.2.3); LocalProtocolError for CR, LF and NUL, which no login holds on purpose.

    RFC 3501 knows ASCII only here; UTF-8 in a literal is what servers take that allow other passwords.
    """
    if any(char in text for text in (user, password) for char in "\r\n\0"):
        raise LocalProtocolError("a user name or password cannot hold a line break or a NUL")
    writer = _Writer("LOGIN", literals)
    return writer.string(_octets(user)).string(_octets(password)).done(secret=True)


def authenticate(mechanism: str, initial: bytes | None) -> Request:
    """AUTHENTICATE; an `initial` response only where the server has SASL-IR (RFC 4959)."""
    writer = _Writer("AUTHENTICATE", LiteralSupport.SYNC).raw(_atom(mechanism))
    if initial is not None:
        writer.raw(b2a_base64(initial, newline=False).decode("ascii") or "=")
    return writer.done(secret=True)


def sasl_response(data: bytes) -> bytes:
    """The answer to a ``+`` of AUTHENTICATE: base64 in one line however long it is, and CR LF."""
    return b2a_base64(data, newline=False) + b"\r\n"


def examine(mailbox: MailboxName, literals: LiteralSupport = LiteralSupport.SYNC) -> Request:
    r"""EXAMINE: opens read-only, and leaves ``\Recent`` to the user's other clients."""
    return _Writer("EXAMINE", literals).mailbox(mailbox).done()


def select(mailbox: MailboxName, literals: LiteralSupport = LiteralSupport.SYNC) -> Request:
    """SELECT: opens for writing; only to store flags."""
    return _Writer("SELECT", literals).mailbox(mailbox).done()


def status(
    mailbox: MailboxName, items: Iterable[str] = STATUS_ITEMS, literals: LiteralSupport = LiteralSupport.SYNC
) -> Request:
    """STATUS, for a mailbox that is not the selected one (RFC 3501, 6.3.10)."""
    return _Writer("STATUS", literals).mailbox(mailbox).raw(f"({' '.join(map(_atom, items))})").done()


def list_mailboxes(
    reference: str = "",
    pattern: str = "*",
    literals: LiteralSupport = LiteralSupport.SYNC,
    returning: Iterable[str] = (),
) -> Request:
    """LIST; ``*`` and ``%`` in `pattern` are wildcards, `returning` is for servers with LIST-EXTENDED (RFC 5258)."""
    writer = _Writer("LIST", literals).mailbox(reference).mailbox(pattern)
    wanted = " ".join(map(_atom, returning))
    return (writer.raw(f"RETURN ({wanted})") if wanted else writer).done()


def xlist_mailboxes(
    reference: str = "", pattern: str = "*", literals: LiteralSupport = LiteralSupport.SYNC
) -> Request:
    """XLIST: what Gmail and others had before RFC 6154, with attributes such as ``\\AllMail``."""
    return _Writer("XLIST", literals).mailbox(reference).mailbox(pattern).done()


def namespace() -> Request:
    """NAMESPACE (RFC 2342): where the user's own folders, other users' and shared ones begin."""
    return _plain("NAMESPACE")


def client_id(fields: Mapping[str, str] | None) -> Request:
    """ID (RFC 2971); LocalProtocolError above its limits or for text that is not ASCII."""
    if not fields:
        return _plain("ID", "NIL")
    if len(fields) > _ID_FIELDS:
        raise LocalProtocolError("too many fields for ID")
    texts = []
    for name, value in fields.items():
        for text, limit in ((name, _ID_NAME), (value, _ID_VALUE)):
            if len(text) > limit or not (text.isascii() and text.isprintable()):
                raise LocalProtocolError("a field that ID cannot carry")
            texts.append('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
    return _plain("ID", f"({' '.join(texts)})")


def _items(*, gmail: bool) -> str:
    return f"(UID FLAGS {'X-GM-MSGID ' if gmail else ''}{_ENVELOPE})"


def fetch_newest(exists: int, count: int, gmail: bool) -> Request:
    """Envelopes of the newest `count` of `exists` messages; both are at least 1: an empty mailbox answers BAD."""
    if exists < 1 or count < 1:
        raise LocalProtocolError("nothing to fetch")
    return _plain("FETCH", f"{_range(max(1, exists - count + 1), exists)} {_items(gmail=gmail)}")


def uid_fetch_envelopes(first: int, last: int | None, gmail: bool) -> Request:
    """Envelopes by UID; with no `last` the newest message comes even if its UID is below `first` (RFC 3501, 6.4.8)."""
    return _plain("UID FETCH", f"{_range(first, last)} {_items(gmail=gmail)}")


def uid_fetch_envelopes_of(uids: Collection[int], gmail: bool) -> Request:
    """Envelopes of these messages only; the caller gives no more than fit into a line."""
    return _plain("UID FETCH", f"{','.join(_ranges(uids))} {_items(gmail=gmail)}")


def uid_fetch_flags(first: int, without: Collection[int] = ()) -> Request:
    """Flags of every message from UID `first` up, but for those `without`; else the newest comes in any case."""
    spans, low = [], first
    for uid in sorted(uid for uid in set(without) if uid >= first):
        if low < uid:
            spans.append(_range(low, uid - 1))
        low = uid + 1
    if low <= _MAX_UID:
        spans.append(_range(low, _MAX_UID if without else None))
    return _plain("UID FETCH", f"{','.join(spans) or _range(_MAX_UID, None)} (UID FLAGS)")


def fetch_flags_of(sequence: int) -> Request:
    """Flags of the message at one position."""
    return _plain("FETCH", f"{_uid(sequence)} (UID FLAGS)")


def count_unseen_extended(first_uid: int | None = None, last_uid: int | None = None) -> Request:
    """How many messages are unread, of all or between two UIDs, as one number (ESEARCH, RFC 4731)."""
    return _plain("UID SEARCH", f"RETURN (COUNT) {_unseen(first_uid, last_uid)}")


def search_unseen(first_uid: int | None = None, last_uid: int | None = None) -> Request:
    """Which messages are unread, of all or between two UIDs."""
    return _plain("UID SEARCH", _unseen(first_uid, last_uid))


def search_from(sequence: int) -> Request:
    """The UIDs of all messages from one position to the end of the mailbox."""
    return _plain("UID SEARCH", _range(sequence, None))


def search_uids_from(first: int) -> Request:
    """The UIDs of all messages from UID `first` up; the newest comes in any case."""
    return _plain("UID SEARCH", f"UID {_range(first, None)}")


def _unseen(first_uid: int | None, last_uid: int | None) -> str:
    if first_uid is None and last_uid is None:
        return "UNSEEN UNDELETED"
    return f"UID {_range(1 if first_uid is None else first_uid, last_uid)} UNSEEN UNDELETED"


def _ranges(uids: Collection[int]) -> list[str]:
    """`uids` as the shortest list of ranges, ascending."""
    spans: list[tuple[int, int]] = []
    for uid in sorted(set(map(_uid, uids))):
        if spans and spans[-1][1] == uid - 1:
            spans[-1] = (spans[-1][0], uid)
        else:
            spans.append((uid, uid))
    return [f"{first}:{last}" if first != last else f"{first}" for first, last in spans]


def uid_store_batches(uids: Collection[Uid] | Collection[int], flag: Flag) -> tuple[Request, ...]:
    """Add `flag` to each message, in as many commands as it takes to keep each line short (RFC 7162, 4)."""
    sets: list[str] = []
    for span in _ranges(uids):
        if sets and len(sets[-1]) + len(span) < _SET_LIMIT:
            sets[-1] += f",{span}"
        else:
            sets.append(span)
    return tuple(_plain("UID STORE", f"{text} +FLAGS.SILENT ({_atom(flag)})") for text in sets)
