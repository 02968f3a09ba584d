"""Builds commands; no text in an argument can become a command of its own."""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING

from tray.imap import modified_utf7
from tray.imap.errors import LocalProtocolError
from tray.imap.types import NO_EXTRAS
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tray.imap.types import ExtraItems, MailboxName

DONE = b"DONE\r\n"
"""Ends IDLE (RFC 2177); it has no tag, so it is no Request."""
SASL_CANCEL = b"*\r\n"
"""Cancels an AUTHENTICATE (RFC 3501, 6.2.2)."""

_ENVELOPE = ("SUBJECT", "FROM", "DATE", "MESSAGE-ID", "CONTENT-TYPE")
_QUOTED_LIMIT = 1000  # octets; some servers cut longer ones off (RFC 2683, 3.2.1.5)
PUSHED_HEADER = 32_768
"""Octets of the header of a message that is sent without a request; a longer one is cut off."""
_SET_LIMIT = 4000  # octets of one UID set; servers must accept lines of 8000 (RFC 7162, 4)
_NAMES = 100  # of mailboxes in NOTIFY; Dovecot refuses more
_STATUS = "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN)"
_MAX_UID = 2**32 - 1
_FIRST_PRINTABLE = 0x20
_DELETE = 0x7F


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """A command without its tag and final CR LF."""

    name: str
    """For logs and errors, such as ``UID FETCH``; never an argument."""
    chunks: tuple[bytes, ...]
    """Each chunk but the last ends in ``{n}`` CR LF: the next one may be sent only after ``+``."""
    secret: bool = False
    """Whether the chunks contain a password or token."""
    once: bool = False
    """Whether it is never sent again alone, because it depends on the command before it."""

    def __repr__(self) -> str:
        return f"Request({self.name!r}, {'…' if self.secret else self.chunks})"


def command(name: str, *arguments: str | bytes, secret: bool = False, once: bool = False) -> Request:
    """A request: text is sent as it is; bytes (without NUL) quoted, or as a literal (RFC 3501, 4.3).

    Each literal waits for the server's ``+``: LITERAL+ would save that for a few names and passwords only.
    """
    chunks = [name.encode("ascii")]
    for argument in arguments:
        if isinstance(argument, str):
            chunks[-1] += b" " + argument.encode("ascii")
        elif can_be_quoted(argument):
            chunks[-1] += b" " + _quoted(argument)
        else:
            chunks[-1] += b" {%d}\r\n" % len(argument)
            chunks.append(argument)
    return Request(name, tuple(chunks), secret, once)


def can_be_quoted(text: bytes) -> bool:
    """Whether `text` needs no literal."""
    return len(text) <= _QUOTED_LIMIT and all(_FIRST_PRINTABLE <= byte < _DELETE for byte in text)


def _quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def mailbox_argument(name: str) -> bytes:
    """A mailbox's name as an argument; LocalProtocolError for a NUL or a lone surrogate."""
    if "\0" in name:
        raise LocalProtocolError("a mailbox name cannot hold a NUL")
    return modified_utf7.encode(name)


def atom(text: str) -> str:
    """Return `text`; LocalProtocolError unless it is an atom or a flag."""
    body = text.removeprefix("\\")
    if not body or any(not "!" <= char <= "~" or char in '(){%*"\\' for char in body):
        raise LocalProtocolError("not an IMAP atom")
    return text


def uid_argument(number: int) -> int:
    """Return `number`; LocalProtocolError unless it is a UID."""
    if not 1 <= number <= _MAX_UID:
        raise LocalProtocolError(f"{number} is not a UID")
    return number


def _range(first: int, last: int | None) -> str:
    return f"{uid_argument(first)}:{'*' if last is None else uid_argument(last)}"


def utf8(text: str, forbidden: str = "\0") -> bytes:
    """`text` as UTF-8; LocalProtocolError for `forbidden` characters and lone surrogates. No error shows the text."""
    if any(char in text for char in forbidden):
        raise LocalProtocolError("a user name or secret with a character that cannot be sent")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise LocalProtocolError("a user name or secret with a lone surrogate") from None


def capability() -> Request:
    """CAPABILITY."""
    return command("CAPABILITY")


def starttls() -> Request:
    """STARTTLS; nothing may be sent after it until TLS has begun."""
    return command("STARTTLS")


def logout() -> Request:
    """LOGOUT."""
    return command("LOGOUT")


def noop() -> Request:
    """NOOP: the server may send pending updates."""
    return command("NOOP")


def idle() -> Request:
    """IDLE (RFC 2177); begins with the server's ``+``, ends with `DONE`."""
    return command("IDLE")


def login(user: str, password: str) -> Request:
    """LOGIN (RFC 3501, 6.2.3); LocalProtocolError for CR, LF and NUL.

    RFC 3501 allows only ASCII; servers with other passwords accept UTF-8 in a literal.
    """
    return command("LOGIN", utf8(user, "\r\n\0"), utf8(password, "\r\n\0"), secret=True)


def authenticate(mechanism: str, initial: bytes | None) -> Request:
    """AUTHENTICATE; an `initial` response only where the server has SASL-IR (RFC 4959)."""
    response = [] if initial is None else [b2a_base64(initial, newline=False).decode("ascii") or "="]
    return command("AUTHENTICATE", atom(mechanism), *response, secret=True)


def sasl_response(data: bytes) -> bytes:
    """The answer to a ``+`` of AUTHENTICATE: base64 in one line of any length, and CR LF."""
    return b2a_base64(data, newline=False) + b"\r\n"


def examine(mailbox: MailboxName) -> Request:
    r"""EXAMINE: opens a mailbox read-only and changes no ``\Recent`` flag."""
    return command("EXAMINE", mailbox_argument(mailbox))


def select(mailbox: MailboxName) -> Request:
    """SELECT: opens a mailbox for writing."""
    return command("SELECT", mailbox_argument(mailbox))


def status(mailbox: MailboxName) -> Request:
    """STATUS: how many messages there are, and how many are unseen (RFC 3501, 6.3.10)."""
    return command("STATUS", mailbox_argument(mailbox), "(MESSAGES UNSEEN)")


def status_of(mailbox: MailboxName) -> Request:
    """STATUS: all that shows whether a mailbox that is not open has changed."""
    return command("STATUS", mailbox_argument(mailbox), _STATUS)


def list_statuses(mailboxes: Iterable[MailboxName]) -> tuple[Request, ...]:
    """The same of many mailboxes: LIST with STATUS (RFC 5819), in several commands where a line would be too long.

    Mailboxes whose name is a pattern or too long are asked for by STATUS.
    """
    batches: list[list[bytes]] = []
    others: list[Request] = []
    for mailbox in mailboxes:
        name = mailbox_argument(mailbox)
        if not can_be_quoted(name) or b"*" in name or b"%" in name:
            others.append(status_of(mailbox))
        elif batches and sum(map(len, batches[-1])) + len(name) < _SET_LIMIT:
            batches[-1].append(_quoted(name))
        else:
            batches.append([_quoted(name)])
    return (
        *(command("LIST", b"", _list(names), f"RETURN (STATUS {_STATUS})") for names in batches),
        *others,
    )


def _list(items: Iterable[bytes]) -> str:
    return f"({b' '.join(items).decode('ascii')})"


def notify(
    text_octets: int, others: Iterable[MailboxName] = (), *, more: bool = True, size: bool = False
) -> Request:
    """NOTIFY (RFC 5465): new messages of the selected mailbox are sent with header, and so many octets of the text.

    Some fields of the header would do; but Dovecot 2.3.19 crashes if it sends these after another mailbox was opened.

    What happens in the mailboxes `others` is told by STATUS; with `more` also changes of flags, and that one is gone,
    by LIST. Names that are too many or too long are not sent: then all of the user's own mailboxes are meant.
    EXPUNGE comes only where it could come without NOTIFY (``selected-delayed``), because sequence numbers are used.
    """
    text = f" BODY.PEEK[TEXT]<0.{text_octets}>" if text_octets else ""
    items = f"UID FLAGS{' RFC822.SIZE' * size} INTERNALDATE BODY.PEEK[HEADER]<0.{PUSHED_HEADER}>{text}"
    selected = f"(MessageNew ({items}) MessageExpunge FlagChange)"
    arguments = ["SET", f"(selected-delayed {selected})"]
    names = [mailbox_argument(mailbox) for mailbox in others]
    if names:
        sent = all(map(can_be_quoted, names)) and len(names) <= _NAMES and sum(map(len, names)) < _SET_LIMIT
        which = f"mailboxes {_list(map(_quoted, names))}" if sent else "personal"
        arguments.append(f"({which} (MessageNew MessageExpunge{' FlagChange MailboxName' * more}))")
    return command("NOTIFY", *arguments)


def list_mailboxes(pattern: str = "*", returning: Iterable[str] = ()) -> Request:
    """LIST; ``*`` and ``%`` in `pattern` are wildcards, `returning` is for servers with LIST-EXTENDED (RFC 5258)."""
    wanted = " ".join(map(atom, returning))
    return command("LIST", b"", mailbox_argument(pattern), *([f"RETURN ({wanted})"] if wanted else []))


def xlist_mailboxes(pattern: str = "*") -> Request:
    """XLIST: the form of Gmail and others before RFC 6154, with attributes such as ``\\AllMail``."""
    return command("XLIST", b"", mailbox_argument(pattern))


def namespace() -> Request:
    """NAMESPACE (RFC 2342): the prefixes of the user's own mailboxes, of other users' and of shared ones."""
    return command("NAMESPACE")


def client_id(name: str, version: str) -> Request:
    """ID (RFC 2971) with the client's name and version; LocalProtocolError unless both are atoms."""
    return command("ID", f'("name" "{atom(name)}" "version" "{atom(version)}")')


def _items(gmail: bool, extra: ExtraItems) -> str:
    others = sorted({atom(name.upper()) for name in extra.headers}.difference(_ENVELOPE))
    more = f"{'X-GM-MSGID ' if gmail else ''}{'RFC822.SIZE ' if extra.size else ''}"
    fields = " ".join((*_ENVELOPE, *others))
    return f"(UID FLAGS {more}INTERNALDATE BODY.PEEK[HEADER.FIELDS ({fields})])"


def fetch_newest_envelopes(exists: int, count: int, gmail: bool, extra: ExtraItems = NO_EXTRAS) -> Request:
    """Envelopes of the newest `count` of `exists` messages; both are at least 1."""
    if count < 1:
        raise LocalProtocolError("nothing to fetch")
    return command("FETCH", f"{_range(max(1, exists - count + 1), exists)} {_items(gmail, extra)}")


def uid_fetch_envelopes(first: int, last: int | None, gmail: bool, extra: ExtraItems = NO_EXTRAS) -> Request:
    """Envelopes by UID; without `last` the newest message is always included (RFC 3501, 6.4.8)."""
    return command("UID FETCH", f"{_range(first, last)} {_items(gmail, extra)}")


def uid_fetch_envelopes_of(uids: Collection[int], gmail: bool, extra: ExtraItems = NO_EXTRAS) -> Request:
    """Envelopes of these messages; all UIDs must fit into a line."""
    return command("UID FETCH", f"{','.join(_ranges(uids))} {_items(gmail, extra)}")


def uid_fetch_texts(uids: Collection[int], octets: int) -> Request:
    """The first `octets` of the body of these messages, with the headers that say how to read them.

    The headers are all those of an envelope, so that an answer cannot be taken for one with an empty subject.
    """
    fields = " ".join((*_ENVELOPE, "CONTENT-TRANSFER-ENCODING"))
    items = f"(UID BODY.PEEK[HEADER.FIELDS ({fields})] BODY.PEEK[TEXT]<0.{octets}>)"
    return command("UID FETCH", f"{','.join(_ranges(uids))} {items}")


def uid_fetch_previews(uids: Collection[int]) -> Request:
    """The previews that the server makes of these messages (RFC 8970)."""
    return command("UID FETCH", f"{','.join(_ranges(uids))} (UID PREVIEW)")


def search_text(text: str, first: int, last: int, *, whole: bool) -> Request:
    """Which of the messages from one sequence number to another contain `text`: in sender or subject, or anywhere.

    LocalProtocolError for NUL, CR, LF and lone surrogates. Servers without UTF-8 refuse text that is not ASCII.
    """
    raw = utf8(text, "\0\r\n")
    charset = () if text.isascii() else ("CHARSET UTF-8",)
    keys: tuple[str | bytes, ...] = ("TEXT", raw) if whole else ("OR SUBJECT", raw, "FROM", raw)
    return command("UID SEARCH", *charset, _range(first, last), *keys, secret=True)


def uid_fetch_flags(first: int, without: Collection[int] = (), also: Collection[int] = ()) -> Request:
    """Flags of all messages from UID `first` up, except `without`, and of the older ones in `also`.

    If `without` is empty, the newest is always included.
    """
    spans, low = _ranges(also), first
    for uid in sorted(uid for uid in set(without) if uid >= first):
        if low < uid:
            spans.append(_range(low, uid - 1))
        low = uid + 1
    if low <= _MAX_UID:
        spans.append(_range(low, _MAX_UID if without else None))
    return command("UID FETCH", f"{','.join(spans) or _range(_MAX_UID, None)} (UID FLAGS)")


def fetch_flags_of(sequence: int) -> Request:
    """Flags of one message."""
    return command("FETCH", f"{uid_argument(sequence)} (UID FLAGS)")


def count_unseen_extended(first_uid: int | None = None, last_uid: int | None = None) -> Request:
    """How many messages are unread, in all or between two UIDs (ESEARCH, RFC 4731)."""
    return command("UID SEARCH", f"RETURN (COUNT) {_unseen(first_uid, last_uid)}")


def search_unseen(first_uid: int | None = None, last_uid: int | None = None) -> Request:
    """Which messages are unread, in all or between two UIDs."""
    return command("UID SEARCH", _unseen(first_uid, last_uid))


def search_unseen_at(first: int, last: int | None) -> Request:
    """Which of the messages from one sequence number to another, or to the end, are unread."""
    return command("UID SEARCH", f"{_range(first, last)} UNSEEN UNDELETED")


def search_from(sequence: int) -> Request:
    """The UIDs of all messages from one sequence number up."""
    return command("UID SEARCH", _range(sequence, None))


def search_uids_from(first: int) -> Request:
    """The UIDs of all messages from UID `first` up; the newest is always included."""
    return command("UID SEARCH", f"UID {_range(first, None)}")


def _unseen(first_uid: int | None, last_uid: int | None) -> str:
    if first_uid is None and last_uid is None:
        return "UNSEEN UNDELETED"
    return f"UID {_range(1 if first_uid is None else first_uid, last_uid)} UNSEEN UNDELETED"


def _ranges(uids: Collection[int]) -> list[str]:
    """`uids` as the shortest list of ranges, ascending."""
    spans: list[tuple[int, int]] = []
    for uid in sorted(set(map(uid_argument, uids))):
        if spans and spans[-1][1] == uid - 1:
            spans[-1] = (spans[-1][0], uid)
        else:
            spans.append((uid, uid))
    return [f"{first}:{last}" if first != last else f"{first}" for first, last in spans]


def uid_sets(uids: Collection[int]) -> list[str]:
    """`uids` as UID sets, several where one line would be too long (RFC 7162, 4)."""
    sets: list[str] = []
    for span in _ranges(uids):
        if sets and len(sets[-1]) + len(span) < _SET_LIMIT:
            sets[-1] += f",{span}"
        else:
            sets.append(span)
    return sets
