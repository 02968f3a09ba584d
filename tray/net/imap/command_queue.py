"""Sends commands in order, several in one write if possible; IDLE is sent last, and DONE before the next command."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.mail.imap4 import IMAP4Exception
from twisted.python import log as twisted_log

from tray.imap import commands
from tray.imap.commands import Request
from tray.imap.errors import LocalProtocolError, RemoteProtocolError
from tray.net.clock import Timer
from tray.net.errors import DeadlineExceeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.mail.imap4 import Command
    from twisted.python.failure import Failure

    from tray.imap.events import Continuation
    from tray.net.clock import Clock
    from tray.net.imap.connection import Connection

    Respond = Callable[[bytes], bytes]
    """From the text of a continuation request to the line to send (with CR LF)."""

log = logging.getLogger(__name__)

DEADLINE = 30.0
"""Seconds a command may take by default."""
DONE_DEADLINE = 20.0
"""Seconds that the answer to DONE may take."""
PROBE_DEADLINE = 10.0
"""Seconds for an answer when the connection is checked: by the user, after sleep or in a new network."""
_IN_FLIGHT = 20  # commands; Exchange Online accepts 25
_COLLECTED_LIMIT = 16 * 2**20  # bytes of untagged responses to one stock command
_RESPONSE = 100  # approximate bytes of memory for one of them, without its text


class PendingCommand:
    """A `Request` without its tagged response: sent in chunks, within a deadline."""

    timer: Timer
    """Runs out if the server does not answer; made by the queue."""

    def __init__(self, request: Request, deadline: float, respond: Respond | None = None) -> None:
        self.name = request.name
        self.request = request
        self.rest = list(request.chunks)
        """Chunks that were not sent yet."""
        self.deadline = deadline
        """Seconds from the last chunk or line that was sent."""
        self.respond = respond
        self.pipelined = False
        """Whether other commands were unanswered at the same time."""
        self.data_since = False
        """Whether data arrived since it was sent."""
        self.alone = False
        """Whether no other command may be unanswered at the same time."""
        self.number = float("inf")
        """Its place among the commands that were sent; infinite before."""
        self.defer: Deferred[Any] = Deferred()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def next_chunk(self) -> bytes:
        """The next chunk to send; the last one with CR LF."""
        chunk = self.rest.pop(0)
        return chunk if self.rest else chunk + b"\r\n"

    @property
    def holds_line(self) -> bool:
        """Whether no other command may be sent before ``+`` or the tagged response."""
        return bool(self.rest) or self.respond is not None

    def start_again(self) -> None:
        """Prepare a second attempt, alone."""
        self.rest = list(self.request.chunks)
        self.alone = True
        self.pipelined = self.data_since = False


class PendingIdle(PendingCommand):
    """IDLE (RFC 2177): from the server's ``+`` until DONE, or until the server ends it."""

    def __init__(self, deadline: float, begun: Callable[[], None] | None = None) -> None:
        super().__init__(commands.idle(), deadline)
        self.begun = begun
        self.idling = False
        """Between the server's ``+`` and our DONE."""
        self.done = False
        """Whether DONE was sent."""

    @property
    def holds_line(self) -> bool:
        """While idling, only DONE may be sent."""
        return True


class StockCommand(PendingCommand):
    """A `Command` of Twisted, sent alone: untagged responses do not say which command they answer."""

    def __init__(self, command: Command) -> None:
        line = command.format(b"*").removeprefix(b"* ")
        if any(byte in line for byte in b"\r\n\0"):
            raise LocalProtocolError("a line break or NUL in a command")
        # Only the first word may be logged: the others may contain a secret.
        name = line.split(b" ", 1)[0].decode("ascii", "replace").upper()
        super().__init__(Request(name, (line,), secret=True), DEADLINE)
        command.defer = self.defer  # type: ignore[assignment]  # None in the base class, until it is sent
        self.alone = True
        self.sending = False
        """Whether its continuation is being sent, which may take long for a large message."""
        self._command = command
        self._collected = 0

    @property
    def holds_line(self) -> bool:
        """Until its tagged response, as in the base class."""
        return True

    def collect(self, response: bytes) -> None:
        """Keep an untagged response, without ``*`` and its last line end, for `Command.finish`."""
        self._collected += len(response) + _RESPONSE
        if self._collected > _COLLECTED_LIMIT:
            raise RemoteProtocolError(f"{self.name}: an answer of more than {_COLLECTED_LIMIT} bytes")
        self._command.lines.append(response)

    def go_on(self, text: bytes) -> Deferred[Any]:
        """Call the command's continuation, which sends the data; fires when that is done."""
        return maybeDeferred(self._command.continuation, text)

    def answer(self, status: str, line: bytes, unused: Callable[[Any], None]) -> None:
        """Finish as in IMAP4Client; `line` is the tagged response without its tag.

        Data that Twisted cannot read make the command fail; the connection goes on.
        """
        if status != "OK":
            self.defer.errback(IMAP4Exception(line.partition(b" ")[2]))
            return
        try:
            self._command.finish(line, unused)
        except Exception as error:
            if self.defer.called:  # then `unused` has raised
                raise
            self.defer.errback(error)


class CommandQueue:
    """The commands of one connection; several are sent in one write, unless `pipelining` is off."""

    def __init__(self, protocol: Connection, clock: Clock, *, pipelining: bool) -> None:
        self.pipelining = pipelining
        """Turned off if the server refuses a command that it accepts when sent alone."""
        self.tags: dict[bytes, PendingCommand] = {}
        """Commands without their tagged response, by tag."""
        self.queued: list[PendingCommand] = []
        """Commands that were not sent yet."""
        self._protocol = protocol
        self._clock = clock
        self._open: PendingCommand | None = None  # waits for `+`, idles or is alone: no other may be sent
        self._gathering = 0  # while positive, commands are only queued
        self._sent = 0

    @property
    def will_idle(self) -> bool:
        """Whether IDLE is under way, or follows the commands that are queued."""
        return isinstance(self.queued[-1] if self.queued else self._open, PendingIdle)

    @property
    def is_idling(self) -> bool:
        """Whether IDLE is under way and DONE was not sent: data that arrives now is pushed."""
        return isinstance(self._open, PendingIdle) and self._open.idling

    @property
    def busy(self) -> bool:
        """Whether a command waits to be sent or to be answered."""
        return bool(self.tags or self.queued)

    @property
    def awaits_answers(self) -> bool:
        """Whether data that arrives may be the answer to a command."""
        return any(not isinstance(command, PendingIdle) for command in self.tags.values())

    @property
    def stock(self) -> StockCommand | None:
        """The stock command that is under way, to which all untagged responses belong."""
        return self._open if isinstance(self._open, StockCommand) else None

    def together(self) -> CommandQueue:
        """A context: commands added inside are sent in one write at the end."""
        return self

    def __enter__(self) -> None:
        self._gathering += 1

    def __exit__(self, *_: object) -> None:
        self._gathering -= 1
        self._flush()

    def add(self, command: PendingCommand) -> Deferred[Any]:
        """Send `command` as soon as possible; a queued IDLE stays last."""
        command.timer = Timer(self._clock)
        at = len(self.queued)
        if self.queued and isinstance(self.queued[-1], PendingIdle):
            at -= 1
        self.queued.insert(at, command)
        self._flush()
        return command.defer

    def hurry(self, seconds: float) -> None:
        """Limit the deadline of every command to `seconds`, from now or from when it is sent."""
        for command in (*self.tags.values(), *self.queued):
            command.deadline = min(command.deadline, seconds)
            command.timer.hurry(seconds)

    def data_arrived(self) -> None:
        """Record that data arrived; the deadline of a stock command, whose answer may be long, starts again."""
        for command in self.tags.values():
            command.data_since = True
        if self.stock is not None and not self.stock.sending:
            self._arm(self.stock)

    def continue_(self, event: Continuation) -> None:
        """Handle ``+``: send the rest of a command, or IDLE has begun."""
        command = self._open
        if command is None:
            if any(each.request.secret and each.pipelined for each in self.tags.values()):
                raise RemoteProtocolError("a challenge to a log-in that is complete")
            log.debug("A continuation request without a command that waits for it")
        elif isinstance(command, StockCommand):
            self._continue_stock(command, event.text)
        elif command.rest:
            self._write(command.next_chunk())
            self._arm(command)
            if not command.holds_line:
                self._open = None
        elif isinstance(command, PendingIdle):
            if not command.idling:
                command.timer.clear()
                command.idling = True
                if command.begun is not None:
                    command.begun()
        else:
            assert command.respond is not None
            self._write(command.respond(event.text))
            self._arm(command)

    def answered(self, tag: bytes) -> PendingCommand | None:
        """Remove and return the command of `tag`; None if there is none."""
        command = self.tags.pop(tag.upper(), None)
        if command is not None:
            command.timer.clear()
            if command is self._open:
                self._open = None
        return command

    def end(self) -> list[PendingCommand]:
        """Remove and return all commands."""
        pending = [*self.tags.values(), *self.queued]
        self.tags.clear()
        self.queued.clear()
        self._open = None
        for command in pending:
            command.timer.clear()
        return pending

    def refuse_all(self, error: Exception) -> None:
        """A log-in was refused with all behind it: send nothing again; what was not sent yet fails with `error`."""
        for command in self.tags.values():
            command.alone = True
        queued = list(self.queued)
        self.queued.clear()
        for command in queued:
            command.timer.clear()
            command.defer.errback(error)

    def try_alone(self, command: PendingCommand) -> None:
        """Send `command` again, before those that followed it, and from now on one command at a time."""
        self.pipelining = False
        command.start_again()
        self.queued.insert(sum(each.number < command.number for each in self.queued), command)

    def _continue_stock(self, command: StockCommand, text: bytes) -> None:
        def done(_: object) -> None:
            command.sending = False
            if command in self.tags.values():
                self._arm(command)

        def failed(failure: Failure) -> None:  # as in the base class
            if self._protocol.ended is None:
                twisted_log.err(failure)
                self._protocol.transport.loseConnection()

        command.timer.clear()
        command.sending = True
        command.go_on(text).addCallbacks(done, failed)

    def _flush(self) -> None:
        """Send all commands that may be sent, in one write."""
        if self._gathering or self._protocol.ended is not None:
            return
        out: list[bytes] = []
        while self.queued and self._line_is_free(out) and self._has_room(self.queued[0]):
            command = self.queued.pop(0)
            tag = self._protocol.makeTag()
            self.tags[tag] = command
            self._sent += 1
            command.number = min(command.number, self._sent)
            out.append(tag + b" " + command.next_chunk())
            self._arm(command)
            log.debug("C: %s %s", tag, command.name)
            if command.holds_line:
                self._open = command
        if len(self.tags) > 1:
            for command in self.tags.values():
                command.pipelined = True
        if out:
            self._write(b"".join(out))

    def _line_is_free(self, out: list[bytes]) -> bool:
        """Whether a command may be sent now; ends IDLE if necessary."""
        idle = self._open
        if idle is None:
            return True
        if not isinstance(idle, PendingIdle) or not idle.idling:
            return False  # DONE before `+` could reach a server that refuses IDLE
        out.append(commands.DONE)
        idle.idling, idle.done = False, True
        idle.name = "DONE"
        self._arm(idle, min(DONE_DEADLINE, *(command.deadline for command in self.queued)))
        self._open = None
        return True

    def _has_room(self, command: PendingCommand) -> bool:
        return len(self.tags) < _IN_FLIGHT if self.pipelining and not command.alone else not self.tags

    def _write(self, data: bytes) -> None:
        self._protocol.transport.write(data)

    def _arm(self, command: PendingCommand, seconds: float | None = None) -> None:
        seconds = command.deadline if seconds is None else seconds
        command.timer.set(seconds, self._overdue, command, seconds)

    def _overdue(self, command: PendingCommand, seconds: float) -> None:
        suspect = command.pipelined and command.data_since
        self._protocol.abort(DeadlineExceeded(command.name, seconds, pipelined=suspect))
