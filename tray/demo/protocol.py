"""Twisted's IMAP4Server with the corrections that a modern client needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from twisted.internet.protocol import connectionDone
from twisted.mail.imap4 import (
    IllegalClientResponse,
    IMAP4Server,
    LOGINCredentials,
    PLAINCredentials,
    ReadOnlyMailbox,
)

from tray.demo.account import NoSuchMailbox
from tray.demo.fetch import FetchError, answer, marks_seen
from tray.demo.mailbox import FLAGS
from tray.demo.sample_messages import SEEN
from tray.demo.search import SearchError, search

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.mail.imap4 import MessageSet
    from twisted.python.failure import Failure

    from tray.demo.mailbox import SelectedMailbox

_QUOTED: Final = re.compile(rb'"((?:[^"\\]|\\["\\])*)"(?: |$)')
_KEEP_NUMBERS: Final = {b"FETCH", b"STORE", b"SEARCH"}
_REFUSALS: Final = {b"LOGIN failed", b"Authentication failed: unauthorized"}


class DemoProtocol(IMAP4Server):
    """One client's connection.

    Changes of the mailbox are sent while the client idles and before tagged responses only: Twisted sends them at any
    time, also between the responses of a FETCH. SELECT sends UIDNEXT and READ-WRITE, headers are raw bytes, and strings
    may contain quotes.
    """

    IDENT = b"Mailbell demo ready"
    mbox: Any = None
    account: Any = None
    portal: Any = None
    transport: Any = None

    def __init__(
        self,
        clock: Any,
        attached: Callable[[DemoProtocol], None],
        gone: Callable[[DemoProtocol], None],
    ) -> None:
        super().__init__(chal={b"LOGIN": LOGINCredentials, b"PLAIN": PLAINCredentials})
        self._clock = clock
        self._attached = attached
        self._gone = gone
        self._command = b""
        self._idle_tag: bytes | None = None

    def callLater(self, period: float, func: Callable[[], None]) -> Any:
        """Run time-outs on the given clock: TimeoutMixin would import the global reactor."""
        return self._clock.callLater(period, func)

    def connectionMade(self) -> None:
        """Register the connection, and greet."""
        self._attached(self)
        super().connectionMade()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Close the mailbox."""
        self._leave_mailbox()
        super().connectionLost(reason)
        self._gone(self)

    def shut_down(self) -> None:
        """Send BYE and close, as a server does that is being shut down."""
        self.sendUntaggedResponse(b"BYE The demo ends")
        self.transport.loseConnection()

    def abort(self) -> None:
        """Close the connection at once, without TLS's close_notify."""
        self.transport.abortConnection()

    def capabilities(self) -> dict[bytes, list[bytes] | None]:
        """The capabilities; Twisted's own have no UNSELECT."""
        return {b"AUTH": [b"LOGIN", b"PLAIN"], b"IDLE": None, b"UNSELECT": None}

    def lookupCommand(self, cmd: bytes) -> Any:
        """The handlers below; for CAPABILITY, NOOP, LOGOUT, AUTHENTICATE, EXPUNGE, UID and others Twisted's."""
        name = cmd.upper()
        if self.state == "select" and name in _SELECTED:
            return _SELECTED[name]
        if self.state in {"auth", "select"} and name in _LOGGED_IN:
            return _LOGGED_IN[name]
        if self.state == "unauth" and name == b"LOGIN":
            return _LOGIN
        return super().lookupCommand(cmd)

    def dispatchCommand(self, tag: bytes, cmd: bytes, rest: bytes | None, uid: int | None = None) -> None:
        """Remember the command: during some EXPUNGE must not be sent."""
        self._command = b"UID " + cmd if uid else cmd
        super().dispatchCommand(tag, cmd, rest, uid)

    def _respond(self, state: bytes, tag: bytes | None, message: bytes | None) -> None:
        if tag and state in {b"OK", b"NO", b"BAD"}:
            self._send_changes()
        super()._respond(state, tag, message)

    def _send_changes(self) -> None:
        if self.mbox is not None:
            for line in self.mbox.news(may_expunge=self._command not in _KEEP_NUMBERS):
                self.sendUntaggedResponse(line)

    def _on_change(self) -> None:
        if self._idle_tag is not None:
            self._send_changes()

    def sendNegativeResponse(self, tag: bytes | None = None, message: bytes = b"") -> None:
        """Give a refused password its response code (RFC 5530)."""
        if message in _REFUSALS:
            message = b"[AUTHENTICATIONFAILED] The user name or the password is wrong"
        super().sendNegativeResponse(tag, message)

    def idle(self, tag: bytes) -> None:
        """IDLE (RFC 2177): send changes as they happen, until DONE."""
        self.sendContinuationRequest(b"idling")
        self._idle_tag = tag
        self.parseState = "idle"
        self._send_changes()

    def parse_idle(self, line: bytes) -> None:
        """Accept only DONE while idling; Twisted accepts any line."""
        tag, self._idle_tag = self._idle_tag, None
        self.parseState = "command"
        if line.strip().upper() == b"DONE":
            self.sendPositiveResponse(tag, b"Idle completed")
        else:
            self.sendBadResponse(tag, b"Expected DONE")

    def open_mailbox(self, tag: bytes, raw_name: bytes, writeable: int, command: bytes) -> None:
        """SELECT and EXAMINE, with all responses that RFC 3501, section 6.3.1 requires."""
        self._leave_mailbox()
        try:
            view: SelectedMailbox = self.account.select(raw_name, writeable=bool(writeable))
        except NoSuchMailbox:
            self.sendNegativeResponse(tag, b"[NONEXISTENT] No such mailbox")
            return
        flags = " ".join(FLAGS).encode("ascii")
        kept = flags + b" \\*" if writeable else b""
        self.sendUntaggedResponse(b"FLAGS (%b)" % flags)
        self.sendPositiveResponse(None, b"[PERMANENTFLAGS (%b)] Flags that can be changed" % kept)
        self.sendUntaggedResponse(b"%d EXISTS" % len(view.mails))
        self.sendUntaggedResponse(b"0 RECENT")
        first = next((number for number, mail in enumerate(view.mails, 1) if SEEN not in mail.flags), None)
        if first is not None:
            self.sendPositiveResponse(None, b"[UNSEEN %d] First unseen" % first)
        self.sendPositiveResponse(None, b"[UIDVALIDITY %d] UIDs valid" % view.mailbox.uid_validity)
        self.sendPositiveResponse(None, b"[UIDNEXT %d] Predicted next UID" % view.mailbox.uid_next)
        mode = b"READ-WRITE" if writeable else b"READ-ONLY"
        self.sendPositiveResponse(tag, b"[%b] %b completed" % (mode, command))
        self.state = "select"
        self.mbox = view
        view.on_change = self._on_change

    def _leave_mailbox(self) -> None:
        if self.mbox is not None:
            self.mbox.close()
            self.mbox = None
            self.state = "auth"

    def close_mailbox(self, tag: bytes, expunge: int, command: bytes) -> None:
        """CLOSE, and UNSELECT (RFC 3691), which does not expunge."""
        if expunge and self.mbox.writeable:
            self.mbox.expunge()
        self._leave_mailbox()
        self.sendPositiveResponse(tag, command + b" completed")

    def status(self, tag: bytes, mailbox: bytes, names: list[bytes]) -> None:
        """STATUS, with the name in quotes, which Twisted omits."""
        try:
            found = self.account.status(mailbox, [name.decode("ascii", "replace") for name in names])
        except NoSuchMailbox:
            self.sendNegativeResponse(tag, b"[NONEXISTENT] No such mailbox")
        except KeyError:
            self.sendBadResponse(tag, b"Unknown status item")
        else:
            items = " ".join(f"{name} {value}" for name, value in found.items()).encode("ascii")
            name = mailbox.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            self.sendUntaggedResponse(b'STATUS "%b" (%b)' % (name, items))
            self.sendPositiveResponse(tag, b"STATUS completed")

    def refuse(self, tag: bytes, line: bytes | None) -> None:  # noqa: ARG002
        """Refuse a command that would change more than flags."""
        self.sendNegativeResponse(tag, b"[CANNOT] The demo keeps its mailboxes as they are")

    def fetch(self, tag: bytes, messages: MessageSet, query: list[Any], uid: int = 0) -> None:
        """FETCH; Twisted's needs one reactor iteration for each message, and fails with 8-bit headers."""
        view: SelectedMailbox = self.mbox
        try:
            for number, mail in view.chosen(messages, uid=bool(uid)):
                line = b"%d FETCH (%b)" % (number, answer(mail, query, uid=bool(uid)))
                if view.writeable and SEEN not in mail.flags and marks_seen(query):
                    view.mailbox.flag(mail, mail.flags | {SEEN})  # sent to this session, too, before the OK
                self.sendUntaggedResponse(line)
        except FetchError as error:
            self.sendBadResponse(tag, str(error).encode("ascii", "replace"))
        else:
            self.sendPositiveResponse(tag, b"FETCH completed")

    def search(self, tag: bytes, charset: bytes | None, query: list[Any], uid: int = 0) -> None:  # noqa: ARG002
        """SEARCH; an empty result is sent as well (RFC 3501, section 7.2.5)."""
        try:
            found = search(self.mbox, query)
        except SearchError as error:
            self.sendBadResponse(tag, str(error).encode("ascii", "replace"))
        else:
            numbers = [b"%d" % (mail.uid if uid else number) for number, mail in found]
            self.sendUntaggedResponse(b" ".join([b"SEARCH", *numbers]))
            self.sendPositiveResponse(tag, b"SEARCH completed")

    def store(self, tag: bytes, messages: MessageSet, item: bytes, flags: list[bytes], uid: int = 0) -> None:
        """STORE; on an examined mailbox it is refused with NO, not with BAD as by Twisted."""
        view: SelectedMailbox = self.mbox
        what, _, silent = item.upper().partition(b".")
        mode = {b"FLAGS": 0, b"+FLAGS": 1, b"-FLAGS": -1}.get(what)
        if mode is None or silent not in {b"", b"SILENT"}:
            self.sendBadResponse(tag, b"Unknown STORE item")
            return
        try:
            changed = view.store(messages, [flag.decode("ascii", "replace") for flag in flags], mode, uid)
        except ReadOnlyMailbox:
            self.sendNegativeResponse(tag, b"[READ-ONLY] The mailbox was opened by EXAMINE")
            return
        if not silent:
            for number, now in changed.items():
                shown = " ".join(now).encode("ascii", "replace")
                self.sendUntaggedResponse(
                    b"%d FETCH (UID %d FLAGS (%b))" % (number, view.mails[number - 1].uid, shown)
                )
        self.sendPositiveResponse(tag, b"STORE completed")


def _string(server: IMAP4Server, line: bytes, final: bool = False) -> Any:
    r"""Twisted's ``arg_astring``, for which ``"a\"b"`` ends at the first quote."""
    line = line.strip()
    if not line.startswith(b'"'):
        return server.arg_astring(line, final)
    match = _QUOTED.match(line)
    if match is None:
        raise IllegalClientResponse("Unmatched quotes")
    return re.sub(rb"\\(.)", rb"\1", match[1]), line[match.end() :]


def _last_string(server: IMAP4Server, line: bytes) -> Any:
    return _string(server, line, final=True)


# Handler, then its arguments: a parser for each that the client sends, else a value (IMAP4Server.dispatchCommand).
_Row = tuple[Any, ...]
_REFUSE: Final[_Row] = (DemoProtocol.refuse, IMAP4Server.arg_line)
_LOGIN: Final[_Row] = (IMAP4Server.do_LOGIN, _string, _last_string)
_LOGGED_IN: Final[dict[bytes, _Row]] = {
    b"IDLE": (DemoProtocol.idle,),
    b"SELECT": (DemoProtocol.open_mailbox, _last_string, 1, b"SELECT"),
    b"EXAMINE": (DemoProtocol.open_mailbox, _last_string, 0, b"EXAMINE"),
    b"STATUS": (DemoProtocol.status, _string, IMAP4Server.arg_plist),
    b"LIST": (IMAP4Server._listWork, _string, _last_string, 0, b"LIST"),  # noqa: SLF001
    b"LSUB": (IMAP4Server._listWork, _string, _last_string, 1, b"LSUB"),  # noqa: SLF001
    **dict.fromkeys((b"APPEND", b"CREATE", b"DELETE", b"RENAME", b"SUBSCRIBE", b"UNSUBSCRIBE"), _REFUSE),
}
_SELECTED: Final[dict[bytes, _Row]] = {
    b"FETCH": (DemoProtocol.fetch, IMAP4Server.arg_seqset, IMAP4Server.arg_fetchatt),
    b"SEARCH": (DemoProtocol.search, IMAP4Server.opt_charset, IMAP4Server.arg_searchkeys),
    b"STORE": (DemoProtocol.store, IMAP4Server.arg_seqset, IMAP4Server.arg_atom, IMAP4Server.arg_flaglist),
    b"CLOSE": (DemoProtocol.close_mailbox, 1, b"CLOSE"),
    b"UNSELECT": (DemoProtocol.close_mailbox, 0, b"UNSELECT"),
    b"COPY": _REFUSE,
}
