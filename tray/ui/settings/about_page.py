"""The page *About*: version, licence, links, and a report for those who help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tray import __version__
from tray.i18n import tr
from tray.ui.rows.controls import Push
from tray.ui.rows.description import Page
from tray.ui.rows.page_view import PageView, title_label
from tray.ui.rows.row_widget import RowWidget, SecondText
from tray.ui.widgets.icons import application_icon
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.mail.presentation.summary import Summary
    from tray.ui.ports import SettingsServices

HOME_PAGE = "https://github.com/mailbell/mailbell"
LICENCE = "https://www.gnu.org/licenses/gpl-3.0.html"
DOCTOR = "mailbell doctor"
_ICON = 64


def about() -> Page:
    """The entry in the list of pages."""
    return Page("about", tr("About"), "info", ())


class AboutPage(PageView):
    """What the program is."""

    def __init__(self, services: SettingsServices) -> None:
        super().__init__(tr("About"))
        self._services = services
        self._summary: Summary | None = None
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(_ICON, _ICON))
        texts = QVBoxLayout()
        texts.addWidget(title_label("Mailbell"))
        self.version = SecondText(tr("Version {version}").format(version=__version__), on_card=False)
        self.version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        texts.addWidget(self.version)
        head = QWidget()
        layout = QHBoxLayout(head)
        layout.setContentsMargins(0, 0, 0, 12)
        layout.setSpacing(12)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        self.add(head)
        self.add(
            plain_label(tr("Watches your mail from the tray and shows what is new the moment it arrives.")), 6
        )
        self.add(plain_label(tr("It connects only to your mail providers and to servers that you name.")), 6)
        self._make_rows()
        self.add(QWidget(), 12)
        self.add_card("", self.rows)

    def _make_rows(self) -> None:
        show = tr("Open")
        self.home = RowWidget(
            tr("Home page, questions and reports of faults"),
            Push(show, lambda: self._open(HOME_PAGE)),
            HOME_PAGE,
        )
        self.licence = RowWidget(
            tr("Free software, without warranty"),
            Push(show, lambda: self._open(LICENCE)),
            tr("GNU General Public License, version 3 or later"),
        )
        self.doctor = RowWidget(
            tr("Something does not work?"),
            Push(tr("Copy the command"), self._copy_command),
            tr("In a terminal, “{command}” looks at everything and says what to do.").format(command=DOCTOR),
        )
        self.report = RowWidget(
            tr("A report for somebody who helps"),
            Push(tr("Copy a report"), self._copy),
            tr("Versions, and the state of each account, without passwords; names are shortened"),
        )
        self.rows = [self.doctor, self.report, self.home, self.licence]

    def show_summary(self, summary: Summary) -> None:
        """Keep the state of the accounts for a report."""
        self._summary = summary

    def _open(self, url: str) -> None:
        row = self.home if url == HOME_PAGE else self.licence
        sentence = tr("No browser could be started. Open {url} by hand.").format(url=url)
        row.show_error("")
        self._services.sign_in.open_page(url, lambda: row.show_error(sentence))

    def _copy_command(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(DOCTOR)
            self.doctor.explain(tr("The command is copied. Paste it into a terminal."))

    def _copy(self) -> None:
        from tray.ui.account.check_view import qt_versions

        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._services.tests.program_report(self._summary, qt_versions()))
            self.report.explain(tr("The report is copied. Look through it before you send it."))
