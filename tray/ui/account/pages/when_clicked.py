"""The page of an account about what a click on one of its messages opens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel

from tray.i18n import tr
from tray.mail.settings.checks import account_errors
from tray.ui.account.pages.page import AccountPage
from tray.ui.widgets.forms import Field, line_edit, push_button
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.ui.ports import Previews


class WhenClickedPage(AccountPage):
    """A command is preferred to the webmail, and the webmail to the mail program."""

    def __init__(self, account: Account, previews: Previews) -> None:
        super().__init__()
        self.title = tr("When clicked")
        self._account = account
        self._previews = previews
        self.effect = plain_label(narrow=True)
        self.try_button = push_button(tr("Try it"), tr("Try what a click opens"))
        self.webmail = line_edit(account.webmail, tr("empty: open the mail program"))
        self.command = line_edit(account.open_command, tr("empty: open the web page"))
        placeholders = QLabel(_placeholders())
        placeholders.setTextFormat(Qt.TextFormat.PlainText)
        self.fields = {
            "webmail": Field(
                tr("Web page of the mail"),
                self.webmail,
                explanation=tr("Opened by a click on a mail."),
            ),
            "open_command": Field(
                tr("A command of my own"),
                self.command,
                below=placeholders,
                explanation=tr("Run by a click on a mail, instead of the web page. It may hold these:")
                + f" {_placeholders()}",
            ),
            "opens": Field(tr("A click"), self.effect, self.try_button),
        }
        label = self.fields["opens"].label
        assert label is not None
        label.setBuddy(self.try_button)
        self.lay_out(groups={"open_command"})
        self.listen("webmail", self.webmail)
        self.listen("open_command", self.command)
        self.try_button.clicked.connect(self._try)
        self.follow(account)

    def read(self, account: Account) -> Account:
        """With webmail and command."""
        return replace(account, webmail=self.webmail.text().strip(), open_command=self.command.text().strip())

    def suggest(self, account: Account) -> None:
        """Fill in the webmail of the provider."""
        self.fill("webmail", self.webmail, account.webmail)

    def follow(self, account: Account) -> None:
        """Show what a click does now."""
        self._account = account
        errors = account_errors(account, ()).keys() & self.fields.keys()
        if errors:
            text = tr("opens nothing yet: see above.")
        elif account.open_command:
            text = tr("runs your command.")
        elif account.webmail:
            text = tr("opens the web page in the browser.")
        else:
            text = tr("opens the mail program of the desktop.")
        self.effect.setText(text)
        self.effect.setAccessibleName(tr("A click {does}").format(does=text))
        self.try_button.setEnabled(not errors)

    def _try(self) -> None:
        self._previews.open_newest(self.read(self._account))


def _placeholders() -> str:
    """The placeholders of command and address, a line for each kind; short enough not to be wrapped."""
    return "\n".join(
        (
            tr("{uid}, {mailbox}: its number and folder"),
            tr("{message_id}: what its sender calls it"),
            tr("{account}, {email}: yours"),
            tr("In scripts: $MAILBELL_UID and so on"),
        )
    )
