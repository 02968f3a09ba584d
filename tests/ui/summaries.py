"""Summaries to show, and commands that write down what was asked for."""

from __future__ import annotations

from tray.imap.types import INBOX, Uid, UidValidity
from tray.mail.model.account import AccountId
from tray.mail.model.message import MessageKey
from tray.mail.model.status import NeedsCredentials, Problem, ProblemKind, Status, Waiting, Watching
from tray.mail.presentation.summary import AccountSummary, IconState, MessageLine, Summary
from tray.ui.commands import TrayCommands
from tray.ui.ports import AccountCommands, MessageCommands, PauseCommands, ProgramCommands

NOW = 1_790_000_000.0


def now() -> float:
    """The time at which all these summaries are shown."""
    return NOW


class Sizes:
    """Remembers the size of the window, and nothing at first."""

    def __init__(self) -> None:
        self.kept: tuple[int, int] | None = None

    def last(self) -> tuple[int, int] | None:
        return self.kept

    def keep(self, width: int, height: int) -> None:
        self.kept = width, height


class Recorder:
    """`asked` holds a tuple for every command, its name first; `returned` what a command gives back, by its name."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.returned: dict[str, object] = {}
        self.commands = TrayCommands(
            messages=_Recorded(self, MessageCommands),
            accounts=_Recorded(self, AccountCommands),
            pause=_Recorded(self, PauseCommands),
            program=_Recorded(self, ProgramCommands),
        )


class _Recorded:
    """Has the methods of one protocol of the ports; each writes down its call."""

    def __init__(self, recorder: Recorder, protocol: type) -> None:
        self._recorder = recorder
        self._names = {name for name in vars(protocol) if not name.startswith("_")}

    def __getattr__(self, name: str):
        if name not in self._names:
            raise AttributeError(name)

        def record(*arguments: object) -> object:
            self._recorder.asked.append((name, *arguments))
            return self._recorder.returned.get(name)

        return record


def title(
    uid: int, subject: str = "Hello", sender: str = "Anna", *, account: str = "w", unseen: bool = True
) -> MessageLine:
    key = MessageKey(AccountId(account), INBOX, UidValidity(1), Uid(uid))
    return MessageLine(key, sender, subject, NOW - 60, unseen)


def account(key: str, *titles: MessageLine, name: str = "", status: Status | None = None) -> AccountSummary:
    unseen = sum(1 for one in titles if one.unseen)
    return AccountSummary(AccountId(key), name or key, status or Watching(NOW, NOW), unseen, titles, titles)


def summary(*accounts: AccountSummary, icon: IconState | None = None) -> Summary:
    unseen = sum(one.unseen for one in accounts)
    return Summary(icon or (IconState.UNSEEN if unseen else IconState.QUIET), unseen, accounts)


MISSING = Waiting(NOW, NOW + 60, Problem(ProblemKind.MAILBOX, "The mailbox Old does not exist."))
REFUSED = NeedsCredentials(NOW, Problem(ProblemKind.REFUSED, "The server refused the password."))
