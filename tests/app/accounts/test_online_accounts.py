"""Whom a sign-in at the desktop wakes."""

from __future__ import annotations

from tests.app.accounts.test_mail_service import House
from tests.fakes.values import account
from tray.app.accounts.online_accounts import OnlineWait
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import SecretSource
from tray.mail.model.status import NeedsCredentials, Problem, ProblemKind, Watching

LACKING = NeedsCredentials(0.0, Problem(ProblemKind.NO_SECRET, "Sign in again."))
REFUSED = NeedsCredentials(0.0, Problem(ProblemKind.REFUSED, "The server refused the token."))


def test_those_that_need_another_secret_from_there_ask_again():
    folders = {"mailboxes": (INBOX, MailboxName("Lists"))}
    online = {"secret": SecretSource.ONLINE, "online_account": "x", **folders}
    house = House(
        account("lacking", **online),
        account("refused", **online),
        account("fine", **online),
        account("keyring", **folders),
    )
    for name, status in (
        ("lacking", LACKING),
        ("refused", REFUSED),
        ("fine", Watching(0, 0)),
        ("keyring", LACKING),
    ):
        house.watcher(name).heard(status)
    OnlineWait(house.room).mended()
    assert [watcher.account.id for watcher in house.watchers if "check" in watcher.calls] == [
        *("lacking", "lacking"),
        *("refused", "refused"),
    ]
