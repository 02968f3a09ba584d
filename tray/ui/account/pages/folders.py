"""The page of an account about which of its folders are watched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from tray.i18n import tr, trn
from tray.mail.folders.folders import MAX_FOLDERS, FolderList, folder_warning, without_prefix
from tray.mail.model.account import Login, SecretSource
from tray.mail.settings.checks import account_errors
from tray.ui.account.pages.folder_tree import FolderTree
from tray.ui.account.pages.page import AccountPage
from tray.ui.widgets.forms import ErrorText, Field, push_button
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtGui import QShowEvent

    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.ui.ports import FolderLists

    Draft = Callable[[], tuple[Account, Secret | None]]
    """The account as all pages read now, and the password to log in with: None means the stored one."""

_USUAL_LIMIT = 5
"""Connections of an account to a server without NOTIFY (`tray.net.watch.connections.connection_plan`)."""
_ROWS = 9
_TYPED = {SecretSource.KEYRING, SecretSource.FILE, SecretSource.ASK}
_SIGN_IN = ("host", "port", "security", "user", "password_command")


class FoldersPage(AccountPage):
    """Lists the folders when it is first shown with a usable sign-in, and again at the press of a button."""

    def __init__(self, account: Account, draft: Draft, service: FolderLists) -> None:
        super().__init__()
        self.title = tr("Folders")
        self._account = account
        self._new = not account.host
        self._draft = draft
        self._service = service
        self._cancel: Callable[[], None] | None = None
        self._loading = False
        self._tried: object = None
        """The sign-in that was tried last: the same one is tried again by the button only."""
        self._origin = ""
        """A sentence about where the list comes from."""
        self._found = ""
        """A sentence about how many folders a search has found."""
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("part of a name"))
        self.search.setClearButtonEnabled(True)
        self.refresh = push_button(tr("Refresh"), tr("Refresh the list of folders"))
        self.tree = FolderTree(account.mailboxes)
        self.state = plain_label()
        self.failure = ErrorText(self)
        self.count = plain_label()
        self.fields = {"mailboxes": Field(tr("Folders to watch"), self.tree, explanation=_help())}
        self._lay_out()
        self._connect()
        self._show_count()
        self._show_state("")

    def read(self, account: Account) -> Account:
        """With the ticked folders."""
        return replace(account, mailboxes=self.tree.chosen)

    def close_down(self) -> None:
        """End a listing, and drop the password."""
        self._stop()
        self._tried = None

    def showEvent(self, event: QShowEvent) -> None:
        """List the folders, unless that was tried with this sign-in."""
        super().showEvent(event)
        self._load(again=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search, Down and Enter move to the tree, and Escape empties it before it closes the dialog."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() in {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride}
            and self._search_key(event.key(), pressed=event.type() == QEvent.Type.KeyPress)
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def _search_key(self, key: int, *, pressed: bool) -> bool:
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if pressed:
                self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if key == Qt.Key.Key_Escape and self.search.text():
            if pressed:
                self.search.clear()
            return True
        return False

    def _lay_out(self) -> None:
        caption = QLabel(tr("Find"))
        caption.setBuddy(self.search)
        self.search.setAccessibleName(tr("Find a folder"))
        above = QHBoxLayout()
        above.addWidget(caption)
        above.addWidget(self.search, 1)
        above.addWidget(self.refresh)
        field = self.fields["mailboxes"]
        assert field.label is not None
        self.tree.setMinimumHeight(self.fontMetrics().lineSpacing() * _ROWS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(above)
        layout.addWidget(self.state)
        layout.addWidget(self.failure)
        layout.addWidget(field.label)
        layout.addWidget(field, 1)
        layout.addWidget(self.count)

    def _connect(self) -> None:
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._search)
        self.refresh.clicked.connect(lambda: self._load(again=True))
        self.tree.typed.connect(self._typed)
        self.tree.ticked.connect(self._ticked)

    def _typed(self, text: str) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(text)

    def _search(self, text: str) -> None:
        found = self.tree.search(text)
        sentence = trn("{n} folder is found.", "{n} folders are found.", found).format(n=found)
        self._found = sentence if text.strip() else ""
        self._show_state(self._origin)

    def _ticked(self) -> None:
        self._show_count()
        self.settle("mailboxes")

    # Listing

    def _load(self, *, again: bool) -> None:
        account, secret = self._draft()
        sign_in = account.connection_key, secret
        if sign_in == self._tried and (self._loading or not again):
            return
        self._stop()
        if not self._can_sign_in(account, secret):
            self._show_state(tr("Give the password of this account first."))
            return
        if sign_in != self._tried:
            self.tree.show_chosen()  # the list may be that of another server
        self._tried = sign_in
        self._loading = True
        self.failure.show_text("")
        self._show_state(tr("Loading…"))
        self._cancel = self._service.load(account, secret, self._loaded)

    def _loaded(self, outcome: FolderList | Problem) -> None:
        self._loading = False
        if not isinstance(outcome, FolderList):
            self.failure.show_text(" ".join(part for part in (outcome.sentence, outcome.advice) if part))
            self._show_state(tr("Only the folders that are ticked already are shown."))
            return
        self.tree.show_folders(outcome.folders)
        self.tree.search(self.search.text())
        self._show_count()
        incomplete = tr("There are more than {limit} folders: the rest is not shown.")
        self._show_state("" if outcome.complete else incomplete.format(limit=MAX_FOLDERS))

    def _stop(self) -> None:
        if self._loading and self._cancel is not None:
            self._loading = False
            self._tried = None
            self._cancel()

    def _can_sign_in(self, account: Account, secret: Secret | None) -> bool:
        if any(name in _SIGN_IN for name in account_errors(account, ())):
            return False
        typed = account.secret in _TYPED and account.login is not Login.CERTIFICATE
        return secret is not None or not (self._new and typed)

    # Sentences about the list

    def _show_state(self, origin: str) -> None:
        """Show `origin`, and how many folders a search has found."""
        self._origin = origin
        shown = " ".join(part for part in (origin, self._found) if part)
        self.state.setText(shown)
        self.state.setVisible(bool(shown))
        self.search.setAccessibleDescription(self._found)
        self.refresh.setEnabled(not self._loading)
        self.fields["mailboxes"].explain(" ".join(part for part in (origin, _help()) if part))

    def _show_count(self) -> None:
        chosen = self.tree.chosen_folders
        count = len(chosen)
        lines = [trn("{n} folder is watched.", "{n} folders are watched.", count).format(n=count)]
        lines += [
            tr("{name} is no longer on the server.").format(name=without_prefix(name).path)
            for name in self.tree.missing
        ]
        lines += [
            f"{folder.label}: {warning}" for folder in chosen if (warning := folder_warning(folder.use))
        ]
        limit = self._service.connection_limit(self._account)
        if limit is not None and count > limit:
            lines.append(
                trn(
                    "The server takes {n} connection at once: new mail in some folders may be noticed a minute later.",
                    "The server takes {n} connections at once: new mail in some folders may be noticed a minute later.",
                    limit,
                ).format(n=limit)
            )
        elif limit is None and count > _USUAL_LIMIT:
            lines.append(
                tr(
                    "Folders share connections: on some servers, new mail in some of them is noticed a minute later."
                )
            )
        self.count.setText("\n".join(lines))


def _help() -> str:
    return tr("Space ticks a folder; typing searches.")
