"""Keeps long secrets in a keyring of short entries.

The Credential Manager of Windows holds 2560 bytes of UTF-16 in an entry (CRED_MAX_CREDENTIAL_BLOB_SIZE); the tokens of
a sign-in at Microsoft are longer. Tried with a keyring of the tests only: see the table of systems in the README.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from typing import Any

_BYTES = 2400
"""What one entry may take."""
_PART = 500
"""Characters in a part: of four bytes each at most, they fit with what stands before the first one."""
_HEAD = re.compile(r"mailbell-parts:(\d{1,3}):([0-9a-f]{64}):", re.ASCII)
"""Before the first part: how many there are, and the SHA-256 of the whole."""


class SplitKeyring:
    """A keyring with the methods of `keyring.backend.KeyringBackend` that Mailbell calls, over `backend`."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def get_password(self, service: str, username: str) -> str | None:
        """The secret; None where there is none, or where parts of another one are among its parts."""
        first: str | None = self._backend.get_password(service, username)
        head = _HEAD.match(first or "")
        if first is None or head is None:
            return first
        more = [self._backend.get_password(service, name) for name in _names(username, int(head[1]))]
        whole = first[head.end() :] + "".join(part or "" for part in more)
        return whole if _digest(whole) == head[2] else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Write the secret; the entry that is read first is written last."""
        before = self._count(service, username)
        first, more = password, []
        if len(password.encode("utf-16-le", "surrogatepass")) > _BYTES:
            first, *more = (password[place : place + _PART] for place in range(0, len(password), _PART))
            first = f"mailbell-parts:{len(more) + 1}:{_digest(password)}:{first}"
        for name, part in zip(_names(username, len(more) + 1), more, strict=True):
            self._backend.set_password(service, name, part)
        self._backend.set_password(service, username, first)
        self._remove(service, _names(username, before)[len(more) :])

    def delete_password(self, service: str, username: str) -> None:
        """Remove the secret with all parts; raises keyring.errors.PasswordDeleteError where there is none."""
        names = _names(username, self._count(service, username))
        self._backend.delete_password(service, username)
        self._remove(service, names)

    def _count(self, service: str, username: str) -> int:
        head = _HEAD.match(self._backend.get_password(service, username) or "")
        return int(head[1]) if head is not None else 1

    def _remove(self, service: str, names: list[str]) -> None:
        from keyring.errors import PasswordDeleteError

        for name in names:
            with suppress(PasswordDeleteError):
                self._backend.delete_password(service, name)


def _names(username: str, count: int) -> list[str]:
    """The user names of all parts but the first, whose name is `username` itself."""
    return [f"{username}/part-{number}" for number in range(2, count + 1)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
