"""One account's part of the tray menu: how it is doing, what it asks for, its newest titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QAction, QMenu

from tray.i18n import tr
from tray.mail import wording
from tray.mail.status import NeedsCredentials, mailbox_refused, untrusted_certificate
from tray.ui.dots import dot
from tray.ui.labels import LabelStyle, menu_label, title_label

if TYPE_CHECKING:
    from tray.mail.account import AccountId
    from tray.mail.message import MessageKey
    from tray.mail.summary import AccountSummary, Title
    from tray.ui.commands import TrayCommands

_TITLE_LIMIT = 80


class AccountSection:
    """A run of lasting actions in a menu, closed by a separator; spare title lines are hidden, not removed."""

    def __init__(self, menu: QMenu, before: QAction, commands: TrayCommands) -> None:
        self._menu = menu
        self._commands = commands
        self._account: AccountId | None = None
        self._colour = ""
        self._titles: list[_TitleLine] = []
        self.first = QAction(menu)
        # It opens something, also because panels draw what opens nothing in pale letters and colours.
        self.first.triggered.connect(lambda _checked=False: self._open())
        self._credentials = QAction(menu)
        self._credentials.setVisible(False)
        self._credentials.triggered.connect(lambda _checked=False: self._give_password())
        self._certificate = QAction(menu)
        self._certificate.setVisible(False)
        self._certificate.triggered.connect(lambda _checked=False: self._show_certificate())
        self._folders = QAction(menu)
        self._folders.setVisible(False)
        self._folders.triggered.connect(lambda _checked=False: self._choose_folders())
        self._end = QAction(menu)
        self._end.setSeparator(True)
        menu.insertActions(
            before, [self.first, self._credentials, self._certificate, self._folders, self._end]
        )

    def render(self, account: AccountSummary, now: float, titles: int, style: LabelStyle) -> None:
        """Show `account` with at most so many titles."""
        self._account = account.id
        self.first.setText(menu_label(wording.account_line(account, now), style))
        if account.colour != self._colour:
            self._colour = account.colour
            self.first.setIcon(dot(account.colour))
            self.first.setIconVisibleInMenu(bool(account.colour))
        needs = isinstance(account.status, NeedsCredentials)
        if needs:
            self._credentials.setText(menu_label(wording.credentials_line(account), style))
        self._credentials.setVisible(needs)
        untrusted = untrusted_certificate(account.status) is not None
        if untrusted:
            text = tr("Show the certificate of {name}…").format(name=account.name)
            self._certificate.setText(menu_label(text, style))
        self._certificate.setVisible(untrusted)
        refused = mailbox_refused(account.status)
        if refused:
            text = tr("Choose the folders of {name}…").format(name=account.name)
            self._folders.setText(menu_label(text, style))
        self._folders.setVisible(refused)
        shown = account.latest[:titles]
        while len(self._titles) < len(shown):
            line = _TitleLine(self._menu, self._commands)
            self._menu.insertAction(self._end, line.action)
            self._titles.append(line)
        for number, line in enumerate(self._titles):
            line.render(shown[number] if number < len(shown) else None, now, style)

    def close(self, apart: bool) -> None:
        """Set what follows apart from it, or have the two stand as lines of one list."""
        self._end.setVisible(apart)

    def remove(self) -> None:
        """Take every action out of the menu, for good."""
        fixed = (self.first, self._credentials, self._certificate, self._folders, self._end)
        for action in (*fixed, *(line.action for line in self._titles)):
            self._menu.removeAction(action)
            action.deleteLater()

    def _open(self) -> None:
        if self._account is not None:
            self._commands.open_account(self._account)

    def _give_password(self) -> None:
        if self._account is not None:
            self._commands.give_password(self._account)

    def _show_certificate(self) -> None:
        if self._account is not None:
            self._commands.show_certificate(self._account)

    def _choose_folders(self) -> None:
        if self._account is not None:
            self._commands.choose_folders(self._account)


class _TitleLine:
    """One line that opens the mail that it shows."""

    def __init__(self, menu: QMenu, commands: TrayCommands) -> None:
        self._commands = commands
        self._key: MessageKey | None = None
        self.action = QAction(menu)
        self.action.triggered.connect(lambda _checked=False: self._open())

    def render(self, title: Title | None, now: float, style: LabelStyle) -> None:
        self._key = title.key if title is not None else None
        if title is not None:
            self.action.setText(title_label(wording.title_parts(title, now, _TITLE_LIMIT), style))
        self.action.setVisible(title is not None)

    def _open(self) -> None:
        if self._key is not None:
            self._commands.open_message(self._key)
