"""TLS sessions that a later connection to the same server resumes (RFC 5077; RFC 8446, 2.2); in memory only.

Where a session is resumed, the server shows no certificate. So a session is kept only of a connection whose certificate
was trusted, and offered only while that certificate would still be.
"""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING
from weakref import WeakSet

from OpenSSL.crypto import X509StoreContext, X509StoreContextError
from OpenSSL.SSL import RECEIVED_SHUTDOWN, SENT_SHUTDOWN, Connection

from tray.net.tls.certificates import sha256
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from OpenSSL.crypto import X509
    from OpenSSL.SSL import Context, Session

_LIMIT = 4  # sessions of one server


@dataclass(frozen=True)
class _Kept:
    session: Session
    shown: X509
    chain: Sequence[X509]


class _Resumable(Connection):
    """A connection that leaves its session behind when it is gone, if it was trusted."""

    resumes: _Kept | None = None
    """The session that was offered."""
    sessions: Sessions | None = None
    """Set when it is trusted."""

    def __del__(self) -> None:
        if self.sessions is None or sys.is_finalizing():
            return
        # OpenSSL would make the session useless, because the connection was not closed in form. TLS 1.1 has dropped
        # that rule (RFC 4346, 7.2.1), and a connection that was lost is the one that will be made again soon.
        self.set_shutdown(SENT_SHUTDOWN | RECEIVED_SHUTDOWN)
        self.sessions.keep(self)


def is_resumed(connection: Connection) -> bool:
    """Whether a server whose certificate was not checked in the handshake is that of the session that was offered."""
    resumes = connection.resumes if isinstance(connection, _Resumable) else None
    shown = connection.get_peer_certificate()
    return resumes is not None and shown is not None and sha256(shown) == sha256(resumes.shown)


class Sessions:
    """The sessions of one server under one setting of certificates; each is used once (RFC 8446, C.4)."""

    def __init__(self, is_trusted: Callable[[X509, Sequence[tuple[int, int]]], bool]) -> None:
        """`is_trusted` decides about a certificate and OpenSSL's codes about it, with their depths."""
        self._is_trusted = is_trusted
        self._alive: WeakSet[_Resumable] = WeakSet()  # trusted, and not used yet; some may have ended
        self._kept: deque[_Kept] = deque(maxlen=_LIMIT)

    def connection(self, context: Context) -> Connection:
        """A new connection, which offers a session if there is one."""
        connection = _Resumable(context)
        # With TLS 1.3 the server sends its tickets at any time after the handshake: the session is asked for late.
        if not self._kept and self._alive:
            self.keep(self._alive.pop())
        while self._kept:
            kept = self._kept.pop()
            if self._still_trusted(context, kept):
                connection.set_session(kept.session)
                connection.resumes = kept
                break
        return connection

    def trust(self, connection: Connection) -> None:
        """The handshake of `connection` is over, and the server's certificate was accepted."""
        assert isinstance(connection, _Resumable)
        connection.sessions = self
        self._alive.add(connection)

    def keep(self, trusted: Connection) -> None:
        """Keep the session of a connection."""
        session, chain = trusted.get_session(), trusted.get_peer_cert_chain()
        if session is not None and chain:
            self._kept.append(_Kept(session, chain[0], chain[1:]))

    def clear(self) -> None:
        """Forget all sessions."""
        self._alive.clear()
        self._kept.clear()

    def _still_trusted(self, context: Context, kept: _Kept) -> bool:
        """Whether the certificate would be accepted now: it may have expired since."""
        failures = []
        store = context.get_cert_store()
        assert store is not None
        try:
            X509StoreContext(store, kept.shown, kept.chain).verify_certificate()
        except X509StoreContextError as error:
            failures.append((error.errors[0], error.errors[1]))
        return self._is_trusted(kept.shown, failures)
