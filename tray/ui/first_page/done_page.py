"""The end of the first page: what is watched, whether a notification was seen, and the start at log-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen, QPolygonF
from PyQt5.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from tray.i18n import tr, trn
from tray.imap.types import INBOX
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.status import Watching
from tray.ui.first_page.action_card import ActionCard
from tray.ui.widgets.labelled_field import Note, Tone
from tray.ui.widgets.symbols import Symbol
from tray.ui.widgets.tones import tones

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from PyQt5.QtGui import QPaintEvent

    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account, AccountId
    from tray.mail.presentation.summary import AccountSummary

_PICTURE = 112


def folders_text(mailboxes: Sequence[MailboxName]) -> str:
    """Which folders are watched."""
    if tuple(mailboxes) == (INBOX,):
        return tr("Watching Inbox")
    return trn("Watching {n} folder", "Watching {n} folders", len(mailboxes)).format(n=len(mailboxes))


def watched_text(account: Account, summary: AccountSummary | None) -> str:
    """What Mailbell does now, with the newest message as the proof, once the mailbox was read."""
    told = tr("Mailbell tells you when mail comes to {address}.").format(
        address=account.email or account.user
    )
    if summary is None or not isinstance(summary.status, Watching):
        return told
    if summary.latest:
        state = tr("The newest is from {sender}.").format(sender=summary.latest[0].sender)
    else:
        state = tr("It is empty now.")
    return f"{told} {state}"


def imported_text(accounts: Sequence[Account], given: Collection[AccountId] = ()) -> str:
    """What happened to these accounts of other programs, and what they still need."""
    count = len(accounts)
    sentence = trn("{n} account was imported.", "{n} accounts were imported.", count).format(n=count)
    lacking = [
        account
        for account in accounts
        if account.enabled
        and account.id not in given
        and account.secret not in {SecretSource.COMMAND, SecretSource.ONLINE}
        and account.login is not Login.CERTIFICATE
    ]
    if not lacking:
        return sentence
    needed = trn(
        "Mailbell’s menu asks for the password or sign-in of {n} of them.",
        "Mailbell’s menu asks for the passwords or sign-ins of {n} of them.",
        len(lacking),
    ).format(n=len(lacking))
    return f"{sentence} {needed}"


class DonePicture(QWidget):
    """An open envelope whose letter has a tick; it has no name for screen readers."""

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(_PICTURE, _PICTURE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it in the accent colour of the desktop."""
        shades = tones(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.translate((self.width() - _PICTURE) / 2, 0)
        highlight = self.palette().color(QPalette.Active, QPalette.Highlight)
        disc = _mixed(shades.window, highlight, 0.28 if shades.dark else 0.12)
        line = QPen(shades.ring_on(disc), 2)
        line.setJoinStyle(Qt.RoundJoin)
        line.setCapStyle(Qt.RoundCap)
        painter.setPen(Qt.NoPen)
        painter.setBrush(disc)
        painter.drawEllipse(QRectF(0, 0, _PICTURE, _PICTURE))
        back = _mixed(shades.window, highlight, 0.45 if shades.dark else 0.4)
        paper, front = (shades.base, disc) if shades.dark else (shades.card, _mixed(disc, shades.base, 0.4))
        painter.setPen(line)
        painter.setBrush(back)
        painter.drawPolygon(QPolygonF([QPointF(16, 54), QPointF(56, 28), QPointF(96, 54), QPointF(56, 82)]))
        painter.setBrush(paper)
        painter.drawRoundedRect(QRectF(27, 17, 58, 62), 5, 5)
        painter.setBrush(front)
        envelope = QPainterPath(QPointF(16, 54))
        envelope.lineTo(56, 79)
        envelope.lineTo(96, 54)
        envelope.lineTo(96, 92)
        envelope.lineTo(16, 92)
        envelope.closeSubpath()
        painter.drawPath(envelope)
        painter.drawLine(QPointF(16, 92), QPointF(44, 72))
        painter.drawLine(QPointF(96, 92), QPointF(68, 72))
        tick = QPen(shades.good, 4.5)
        tick.setCapStyle(Qt.RoundCap)
        tick.setJoinStyle(Qt.RoundJoin)
        painter.setPen(tick)
        painter.drawPolyline(QPolygonF([QPointF(45, 43), QPointF(53, 51), QPointF(69, 33)]))
        painter.end()


def _mixed(one: QColor, other: QColor, part: float) -> QColor:
    return QColor(
        *(round(a + (b - a) * part) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))
    )


class DonePage(QWidget):
    """The cards and the check box."""

    change_folders = pyqtSignal()
    send_again = pyqtSignal()
    how_to_get_a_tray = pyqtSignal()
    start_at_login = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folders = ActionCard(Symbol.MAIL, self)
        self.test = ActionCard(Symbol.BELL, self)
        self.tray = ActionCard(Symbol.WINDOW, self)
        self.starts = QCheckBox(tr("&Start Mailbell when I log in"), self)
        self.note = Note(self)
        self.folders.pressed.connect(self.change_folders)
        self.test.pressed.connect(self.send_again)
        self.tray.pressed.connect(self.how_to_get_a_tray)
        self.starts.clicked.connect(self.start_at_login)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for widget in (self.folders, self.test, self.tray, self.starts, self.note):
            layout.addWidget(widget)

    def begin(self, *, has_tray: bool, first: bool) -> None:
        """Show the cards without the one about folders; `first` offers the start at log-in, which is on."""
        self.folders.show_text("", "", "")
        self.show_test(held_back=False)
        if has_tray:
            self.tray.show_text("", "", "")
        else:
            self.tray.show_text(
                tr("There is no place for an icon on this desktop"),
                tr("Mailbell shows its window instead."),
                tr("&How to get one…"),
            )
        self.starts.setVisible(first)
        self.starts.setChecked(first)
        self.show_note("")

    def show_test(self, *, held_back: bool) -> None:
        """Show that the test notification was sent; or that the desktop holds it back."""
        self.test.show_symbol(Symbol.MOON if held_back else Symbol.BELL)
        if held_back:
            title = tr("“Do not disturb” is on")
            explanation = tr("The test notification waits until it is off.")
        else:
            title = tr("A test notification was sent")
            explanation = tr("Seen nothing? Your desktop may hold them back.")
        self.test.show_text(title, explanation, tr("Send a&gain"))

    def show_folders(self, mailboxes: Sequence[MailboxName]) -> None:
        """Show which folders are watched."""
        self.folders.show_text(folders_text(mailboxes), tr("Junk and Trash stay silent"), tr("&Change…"))

    def show_note(self, sentence: str) -> None:
        """Show what was not kept; empty for nothing."""
        self.note.show_text(Tone.BAD, sentence)
        self.note.setAccessibleName(sentence)
