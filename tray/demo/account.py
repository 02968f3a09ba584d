"""The demo's one account: its log-in and its mailboxes."""

# ruff: noqa: D102, N803, N815  # the names and meanings are those of Twisted's interfaces

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from twisted.cred.checkers import ICredentialsChecker
from twisted.cred.credentials import IUsernamePassword
from twisted.cred.error import UnauthorizedLogin
from twisted.cred.portal import IRealm
from twisted.mail.imap4 import IAccount, wildcardToRegexp
from zope.interface import implementer

from tray.demo.mailbox import Mailbox, SelectedMailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class NoSuchMailbox(Exception):  # noqa: N818
    """There is no mailbox of that name."""


class DemoAccount:
    """The mailboxes of one session; ``opened`` is called at each SELECT or EXAMINE.

    It has the methods of `IAccount` that the protocol calls: commands that change mailboxes are refused before.
    """

    def __init__(self, mailboxes: Mapping[str, Mailbox], opened: Callable[[], None]) -> None:
        self._mailboxes = mailboxes
        self._opened = opened

    def _find(self, raw_name: bytes) -> Mailbox:
        """The mailbox whose name in modified UTF-7 is ``raw_name``; raises NoSuchMailbox."""
        try:
            name = raw_name.decode("imap4-utf-7")
            return self._mailboxes["INBOX" if name.upper() == "INBOX" else name]
        except (UnicodeError, KeyError):
            raise NoSuchMailbox from None

    def status(self, raw_name: bytes, items: Sequence[str]) -> dict[str, int]:
        """STATUS of a mailbox; raises NoSuchMailbox and, for an unknown item, KeyError."""
        return self._find(raw_name).status(items)

    def select(self, raw_name: bytes, *, writeable: bool) -> SelectedMailbox:
        """A view of a mailbox; raises NoSuchMailbox."""
        found = self._find(raw_name)
        self._opened()
        return SelectedMailbox(found, writeable=writeable)

    def listMailboxes(self, ref: str, wildcard: str) -> list[tuple[str, Any]]:
        pattern = wildcardToRegexp(ref + wildcard, "/")
        return [(name, _Listed()) for name in self._mailboxes if pattern.fullmatch(name)]

    def isSubscribed(self, name: str) -> bool:
        return name in self._mailboxes


class _Listed:
    """The attributes and the delimiter of a mailbox, for LIST."""

    def getFlags(self) -> tuple[str, ...]:
        return ("\\HasNoChildren",)

    def getHierarchicalDelimiter(self) -> str:
        return "/"


@implementer(IRealm)
class DemoRealm:
    """Returns a new account over the same mailboxes for each log-in."""

    def __init__(self, account: Callable[[], DemoAccount]) -> None:
        self._account = account

    def requestAvatar(self, avatarId: object, mind: object, *interfaces: object) -> Any:  # noqa: ARG002
        return IAccount, self._account(), lambda: None


@implementer(ICredentialsChecker)
class OnePassword:
    """Accepts one user with one password."""

    credentialInterfaces = (IUsernamePassword,)

    def __init__(self, user: str, password: str) -> None:
        self._user = user.encode("utf-8")
        self._password = password.encode("utf-8")

    def requestAvatarId(self, credentials: Any) -> bytes:
        user_is_right = hmac.compare_digest(credentials.username, self._user)
        if not (hmac.compare_digest(credentials.password, self._password) and user_is_right):
            raise UnauthorizedLogin
        return self._user
