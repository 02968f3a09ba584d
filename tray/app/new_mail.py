"""Which messages came since the user last looked at menu or window, for the count on the icon."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from tray.desktop.storage.files import read_own, write_atomically
from tray.mail.presentation.status_json import message_id, message_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from tray.mail.model.message import MessageKey
    from tray.mail.presentation.summary import MessageLine, Summary


log = logging.getLogger(__name__)

_LIMIT = 500
"""Messages that are kept, the newest: the icon shows no larger number, and who never looks has ever more of them."""
_FILE_LIMIT = 1024 * 1024


class NewMail:
    """Counts them. They are written to a file at the end of the program: a crash makes them no longer new."""

    def __init__(self, path: Path) -> None:
        """Go on from the file at `path`, where there is one."""
        self._path = path
        self._keys: dict[MessageKey, None] = {}
        """In the order in which they came."""
        with suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
            self._keep(message_key(text) for text in json.loads(read_own(path, _FILE_LIMIT)))
        self._changed: Callable[[], None] = lambda: None

    def connect(self, changed: Callable[[], None]) -> None:
        """Call `changed` when a look has made the count zero."""
        self._changed = changed

    def arrived(self, _account: str, messages: Sequence[MessageLine]) -> None:
        """These messages are new."""
        self._keep(message.key for message in messages)

    def looked(self) -> None:
        """The user has opened the menu or the window."""
        if self._keys:
            self._keys.clear()
            self._changed()

    def count(self, summary: Summary) -> int:
        """How many are new and still unread, as far as `summary` knows."""
        if self._keys:
            for account in summary.accounts:
                for line in account.latest:
                    if not line.unseen:
                        self._keys.pop(line.key, None)
        return min(len(self._keys), summary.unseen)

    def save(self) -> None:
        """Keep for the next run which are new."""
        try:
            if self._keys:
                write_atomically(self._path, json.dumps([*map(message_id, self._keys)]).encode())
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("Which mail is new could not be kept: %s", error.strerror)

    def _keep(self, keys: Iterable[MessageKey]) -> None:
        self._keys |= dict.fromkeys(keys)
        for key in [*self._keys][:-_LIMIT]:
            del self._keys[key]
