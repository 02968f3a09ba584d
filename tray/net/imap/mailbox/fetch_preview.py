"""Fetches previews of messages: by PREVIEW (RFC 8970) where the server has it, else the first bytes of the text.

Whatever a server answers, the watch of the mailbox goes on: after a refusal, or an answer that took long, there are no
more previews on the connection; after two connections in a row that were lost while one was requested, none in the
mailbox.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, DeferredLock

from tray.imap import commands
from tray.imap.envelope import envelope
from tray.imap.text import decode_bytes, display_safe
from tray.mail.model.message import Preview

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tray.imap.commands import Request
    from tray.imap.events import Fetched
    from tray.imap.types import Uid
    from tray.net.clock import Clock
    from tray.net.imap.mailbox.preview_memory import PreviewMemory, Previews
    from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox

log = logging.getLogger(__name__)

DEADLINE = 60.0
"""Seconds for an answer."""
NEW_OCTETS = 16_384
"""Bytes of the text of a new message, whose one-time code may stand further below."""
LISTED_OCTETS = 4096
"""The same of a message that a window lists."""
PAGE_OCTETS = 49_152
"""The same of a page that begins with more styles than that."""
_DIGITS = re.compile(r"\d[ \d\u00a0-]{2}")
_SLOW = 5.0  # seconds
_PREVIEW_LIMIT = 200  # characters; RFC 8970, 3


class PreviewFetch:
    """Requests previews on one connection, one request after the other."""

    def __init__(self, clock: Clock, selected: SelectedMailbox, memory: PreviewMemory) -> None:
        self._clock = clock
        self._selected = selected
        self._memory = memory
        self._is_off = False
        self._lock = DeferredLock()
        self._wanted: Collection[Uid] = ()
        self._headers: dict[Uid, bytes] = {}
        self._octets = 0
        self._found: Previews = {}
        self.cut: set[Uid] = set()
        """Messages without a preview, perhaps because their text has not begun in the bytes that were read."""

    @property
    def is_off(self) -> bool:
        """Whether no previews can be had."""
        return self._is_off or self._memory.is_off

    def new(self, uids: Collection[Uid]) -> Deferred[Previews]:
        """The previews of new messages, of which some may not exist; never fails."""
        return Deferred.fromCoroutine(self._fetch(uids, NEW_OCTETS))

    def listed(self, uids: Collection[Uid]) -> Deferred[Previews]:
        """The previews of messages that a window lists; never fails. Pages that were `cut` are requested apart."""
        by_server = "PREVIEW" in (self._selected.protocol.capabilities or ())
        octets = PAGE_OCTETS if self.cut.issuperset(uids) else 0 if by_server else LISTED_OCTETS
        return Deferred.fromCoroutine(self._fetch(uids, octets))

    async def _fetch(self, uids: Collection[Uid], octets: int) -> Previews:
        await self._lock.acquire()
        try:
            return {} if self.is_off or not uids else await self._request(uids, octets)
        finally:
            self._lock.release()

    async def _request(self, uids: Collection[Uid], octets: int) -> Previews:
        self._wanted, self._octets, self._found = uids, octets, {}
        self._selected.on_text = self._on_text
        request = commands.uid_fetch_texts(uids, octets) if octets else commands.uid_fetch_previews(uids)
        began = self._clock.seconds()
        try:
            await self._answer(request)
        except Exception as error:  # noqa: BLE001 -- the end of the connection concerns the session alone
            log.debug("No previews: %s", type(error).__name__)
            self._is_off = True
            return {}
        finally:
            self._wanted, self._selected.on_text = (), None
            self._headers.clear()
        if self._clock.seconds() - began > _SLOW:
            log.info("Previews take long; none are requested on this connection any more")
            self._is_off = True
        found, self._found = self._found, {}
        self._memory.keep(found)
        return found

    async def _answer(self, request: Request) -> None:
        self._memory.sent()
        answer = await self._selected.fetch(request, DEADLINE)
        self._memory.answered()
        if answer.refused is not None or (answer.unsure and not self._found):
            log.info("The server sends no previews; none are requested on this connection any more")
            self._is_off = True

    def _on_text(self, event: Fetched) -> None:
        """Read a FETCH response, perhaps with a preview; parsing many at once would block the program."""
        uid = event.uid
        if uid is None or uid not in self._wanted:
            return
        if event.preview is not None and not self._octets:
            self._found[uid] = Preview(display_safe(decode_bytes(event.preview), _PREVIEW_LIMIT))
            if not self._found[uid].line:  # Dovecot, where an empty text stands beside a page
                self.cut.add(uid)
        if event.headers is not None:
            self._headers[uid] = event.headers
        if event.text is not None and self._octets:
            self._found[uid] = self._read(uid, self._headers.get(uid, b""), event.text, self._octets)

    def pushed(self, events: Iterable[Fetched]) -> Previews:
        """The previews of new messages whose texts the server has sent without a request, `NEW_OCTETS` of each."""
        found = {
            event.uid: self._read(event.uid, event.headers or b"", event.text, NEW_OCTETS)
            for event in events
            if event.uid is not None and event.text is not None
        }
        self._memory.keep(found)
        return found

    def _read(self, uid: Uid, headers: bytes, text: bytes, octets: int) -> Preview:
        from tray.mail.preview.body_text import body_text
        from tray.mail.preview.first_line import first_line

        text = text[:octets]
        body = body_text(headers, text, complete=len(text) < octets)
        self.cut.discard(uid)
        if body.cut and octets < PAGE_OCTETS:
            self.cut.add(uid)
        is_new = octets == NEW_OCTETS
        return Preview(first_line(body.text), _code(headers, body.text) if is_new else "")


def _code(headers: bytes, text: str) -> str:
    """The one-time code in a message, or empty."""
    if not _DIGITS.search(text):
        return ""
    from tray.mail.notifications.one_time_code import find_code  # its patterns take long to compile

    found = find_code(envelope(headers, None).subject, text)
    return "" if found is None else found.text


def pairs(previews: Previews, uids: Iterable[Uid]) -> tuple[tuple[Uid, Preview], ...]:
    """Those of `previews` that are of `uids`, for a report."""
    return tuple((uid, previews[uid]) for uid in uids if uid in previews)
