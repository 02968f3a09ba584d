"""What stands in dialogs, menus and windows is in the user's language."""

from __future__ import annotations

import re
from dataclasses import replace

from PyQt5.QtCore import QModelIndex, Qt
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QTableView,
    QTabWidget,
    QTreeView,
    QWidget,
)

from tests.translation.language import untranslated
from tests.ui.certificates import untrusted
from tests.ui.conftest import no_window_left, qapp, qt_messages  # noqa: F401 -- fixtures
from tests.ui.gallery.exhibits import (
    CERTIFICATE_FAILS,
    CODE,
    LOGIN_FAILS,
    PAGE,
    REFUSED,
    WORK,
    SigningIn,
    found,
)
from tests.ui.gallery.show import Gallery, show
from tray.mail.model.account import SecretSource
from tray.ui.dialogs.sign_in import SignInDialog

_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)


def texts_of(window):
    """Every text of a window that somebody could read or be read."""
    for widget in (window, *window.findChildren(QWidget)):
        yield from (widget.windowTitle(), widget.toolTip(), widget.whatsThis(), widget.statusTip())
        yield from (widget.accessibleName(), widget.accessibleDescription())
        for action in widget.actions():
            yield from (action.text(), action.toolTip())
        match widget:
            case QLabel() | QAbstractButton():
                yield widget.text()
            case QGroupBox():
                yield widget.title()
            case QLineEdit():
                yield widget.placeholderText()
            case QAbstractSpinBox():
                yield widget.specialValueText()
                yield from (widget.prefix(), widget.suffix()) if hasattr(widget, "prefix") else ()
            case QComboBox():
                yield from (widget.itemText(at) for at in range(widget.count()))
            case QTabWidget():
                for at in range(widget.count()):
                    yield from (widget.tabText(at), widget.tabToolTip(at))
            case QAbstractItemView() if widget.model() is not None:
                columns = widget.model().columnCount() if isinstance(widget, QTreeView | QTableView) else 1
                yield from _items(widget.model(), columns, QModelIndex())


def _items(model, columns, parent):
    for column in range(columns):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(model.rowCount(parent)):
            index = model.index(row, column, parent)
            yield from (str(model.data(index, role) or "") for role in _ROLES)
            if column == 0 and model.rowCount(index):
                yield from _items(model, columns, index)


class Reader(Gallery):
    """Walks through everything that the gallery shows, and keeps what is not translated."""

    def __init__(self, application, *exempt) -> None:
        super().__init__(None, application)
        self._exempt = exempt
        self.found: dict[str, str] = {}
        self.read = 0

    def picture(self, window, name):
        self.settled(window)
        for text in texts_of(window):
            self.read += "⟦" in str(text)
            left = untranslated(str(text or ""), *self._exempt)
            if left:
                self.found.setdefault(left, name)


EXEMPT = (
    *(re.escape(each.sentence) for each in (*LOGIN_FAILS.results, *CERTIFICATE_FAILS.results)),
    *(
        re.escape(text)
        for text in (REFUSED.advice, REFUSED.server_text, untrusted().advice, *found().complaints)
    ),
    *(re.escape(each) for offer in found().offers for each in (*offer.notes, offer.account.password_command)),
    r"The settings cannot be saved: the disk is full\. Make room and try again\.|The server refused the password\.",
    r"\b(?:Work|Home|jane|work|Big Mail|Own Server, mail|mail\.local|Entwürfe|Papierkorb|Ärger|受信箱|Lists|Python|Qt)\b",
    r"\{\w+\}|\bbell\.oga\b|\bWDJB-MJHT\b|\b(?:[A-F0-9]{2}[ :])+[A-F0-9]{2}\b",
    r"\S+@\S+|https?:\S*|/\S*|~/\S*|\b(?:imap|mail)(?:\.\w+)+\b",
    r"\b(?:Mailbell|Thunderbird|mbsync|INBOX|TLS|Scroll Left|Scroll Right)\b",
)
"""What the gallery's fakes say and what is called so in it; names; and Qt's own texts, which Qt translates."""


def test_every_page_and_dialog(qapp):  # noqa: F811
    """Those of the gallery."""
    reader = Reader(qapp, *EXEMPT)
    show(reader)
    assert reader.read > 500
    assert [f"{name}: {text}" for text, name in reader.found.items()] == []


def test_the_dialog_that_signs_in(qapp):  # noqa: F811
    """The gallery shows its panel only."""
    reader = Reader(qapp, *EXEMPT)
    for said in (None, PAGE, CODE):
        account = replace(WORK, secret=SecretSource.OAUTH, oauth="big")
        dialog = SignInDialog(account, "", SigningIn(said).service, lambda *_: None)
        dialog.panel.start(device=said is CODE)
        reader.picture(dialog, "sign-in")
        dialog.reject()
    assert [f"{name}: {text}" for text, name in reader.found.items()] == []
