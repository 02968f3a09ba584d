"""The demo's one account: who may log in, and which mailboxes there are."""

# ruff: noqa: D102, N803, N815  # the names and meanings are those of Twisted's interfaces

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from twisted.cred.checkers import ICredentialsChecker
from twisted.cred.credentials import IUsernamePassword
from twisted.cred.error import UnauthorizedLogin
from twisted.cred.portal import IRealm
from twisted.mail.imap4 import IAccount, MailboxException, wildcardToRegexp
from zope.interface import implementer

from tray.demo.mailbox import Mailbox, SelectedMailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class DemoMailboxError(MailboxException):
    """There is no such mailbox, or it cannot be changed so."""


@implementer(IAccount)
class DemoAccount:
    """The mailboxes as one login sees them; ``opened`` is called at each SELECT or EXAMINE."""

    def __init__(self, mailboxes: Mapping[str, Mailbox], opened: Callable[[], None]) -> None:
        self._mailboxes = mailboxes
        self._opened = opened

    def _find(self, name: str) -> Mailbox | None:
        return self._mailboxes.get("INBOX" if name.upper() == "INBOX" else name)

    def status(self, raw_name: bytes, items: Sequence[str]) -> dict[str, int]:
        """STATUS of a mailbox named in modified UTF-7; raises DemoMailboxError and, for an unknown item, KeyError."""
        try:
            name = raw_name.decode("imap4-utf-7")
        except UnicodeError:
            name = ""
        found = self._find(name)
        if found is None:
            raise DemoMailboxError("[NONEXISTENT] No such mailbox")
        return found.status(items)

    # IAccount, in Twisted's spelling

    def select(self, name: str, rw: bool = True) -> SelectedMailbox | None:
        found = self._find(name)
        if found is None:
            return None
        self._opened()
        return SelectedMailbox(found, writeable=bool(rw))

    def listMailboxes(self, ref: str, wildcard: str) -> list[tuple[str, Any]]:
        pattern = wildcardToRegexp(ref + wildcard, "/")
        return [(name, _Listed()) for name in self._mailboxes if pattern.fullmatch(name)]

    def isSubscribed(self, name: str) -> bool:
        return self._find(name) is not None

    def addMailbox(self, name: str, mbox: object = None) -> None:  # noqa: ARG002
        raise DemoMailboxError(name)

    def create(self, pathspec: str) -> None:
        raise DemoMailboxError(pathspec)

    def delete(self, name: str) -> None:
        raise DemoMailboxError(name)

    def rename(self, oldname: str, newname: str) -> None:  # noqa: ARG002
        raise DemoMailboxError(oldname)

    def subscribe(self, name: str) -> None:
        raise DemoMailboxError(name)

    def unsubscribe(self, name: str) -> None:
        raise DemoMailboxError(name)


class _Listed:
    """What LIST asks of a mailbox: its attributes, not its message flags."""

    def getFlags(self) -> tuple[str, ...]:
        return ("\\HasNoChildren",)

    def getHierarchicalDelimiter(self) -> str:
        return "/"


@implementer(IRealm)
class DemoRealm:
    """Gives every login an account of its own over the same mailboxes."""

    def __init__(self, account: Callable[[], DemoAccount]) -> None:
        self._account = account

    def requestAvatar(self, avatarId: object, mind: object, *interfaces: object) -> Any:  # noqa: ARG002
        return IAccount, self._account(), lambda: None


@implementer(ICredentialsChecker)
class OnePassword:
    """Lets in one user with one password."""

    credentialInterfaces = (IUsernamePassword,)

    def __init__(self, user: str, password: str) -> None:
        self._user = user.encode("utf-8")
        self._password = password.encode("utf-8")

    def requestAvatarId(self, credentials: Any) -> bytes:
        user_is_right = hmac.compare_digest(credentials.username, self._user)
        if not (hmac.compare_digest(credentials.password, self._password) and user_is_right):
            raise UnauthorizedLogin
        return self._user
