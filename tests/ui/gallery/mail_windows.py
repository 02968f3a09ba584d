"""The window with the newest messages in all its states."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QPoint
from PyQt5.QtWidgets import QLineEdit

from tests.ui.gallery import mails
from tests.ui.summaries import Recorder, Sizes
from tray.mail.model.action import RefusedAction, UndoOffer
from tray.mail.settings.settings import Settings
from tray.ui.window.mail_window import MailWindow

if TYPE_CHECKING:
    from tests.ui.gallery.show import Gallery
    from tray.mail.presentation.summary import Summary

_OFFLINE = dict.fromkeys(("Work", "Home", "Club", "Shop"), mails.NO_NETWORK)
_REFUSED = tuple(
    RefusedAction(f"“{subject}” could not be archived.", f"{server} says: mailbox is read-only.")
    for subject, server in (
        ("Lunch on Friday?", "imap.example.org"),
        ("Minutes of the meeting on Monday", "imap.example.org"),
        ("Invoice 2019", "mail.example.com"),
    )
)


def show_mail_windows(gallery: Gallery) -> None:
    """A picture of each state."""
    mail = mails.summary()
    for name, summary, search in (
        ("latest", mail, ""),
        ("undo", replace(mail, undo=UndoOffer("Archived “Lunch on Friday?”", mails.NOW + 10)), ""),
        ("refused", replace(mail, refused=_REFUSED[:1]), ""),
        ("refused-several", replace(mail, refused=_REFUSED), ""),
        ("trouble", mails.summary(statuses={"Work": mails.REFUSED, "Home": mails.POLLED}), ""),
        ("offline", mails.summary(statuses=_OFFLINE), ""),
        ("paused", replace(mail, paused=True, paused_until=mails.NOW + 3600), ""),
        ("one", mails.summary(accounts=1), ""),
        ("nobody", mails.summary(accounts=0), ""),
        ("search", mail, "me"),
        ("nothing-found", mail, "invoice 2019"),
    ):
        window = _window(summary)
        if name == "latest":
            window.view._show_latest()
            window.view.list.choose(window.view.list.messages.index(1))
            window.view.list._set_ring(True)
            gallery.settled(window)
            below = window.view.list.visualRect(window.view.list.messages.index(2))
            window.view.list._hover(QPoint(below.right() - 30, below.center().y()))
        if name == "refused-several":
            window.view.bar._unfold()
        if search:
            window.view._begin_search()
            window.view._search.findChild(QLineEdit).setText(search)
        gallery.picture(window, f"window-{name}")
        window.hide()
        window.deleteLater()
    read = _window(mails.summary(read=True))
    read.view._choose_unread(True)
    gallery.picture(read, "window-all-read")
    read.hide()
    narrow = _window(mail, (320, 480))
    gallery.picture(narrow, "window-narrow")
    narrow.hide()
    icon_lost = _window(mail, has_tray=False)
    gallery.picture(icon_lost, "window-without-tray")
    icon_lost.hide()


def _window(summary: Summary, size: tuple[int, int] | None = None, *, has_tray: bool = True) -> MailWindow:
    sizes = Sizes()
    sizes.kept = size
    window = MailWindow(Recorder().commands, lambda: mails.NOW, Settings, sizes)
    window.show_summary(summary)
    window.bring_up(has_tray=has_tray)
    return window
