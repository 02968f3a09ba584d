"""Text from elsewhere in menus, labels and tooltips: never read as markup, and safe beside right-to-left text."""

from __future__ import annotations

import enum
import unicodedata
from html import escape
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QSizePolicy

from tray.mail.presentation.message_texts import truncate

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QWidget

_LEFT_TO_RIGHT_MARK = "\u200e"
_FIRST_STRONG_ISOLATE = "\u2068"
_POP_DIRECTIONAL_ISOLATE = "\u2069"
_LOOKS_LIKE_LOW_LINE = "\u02cd"
_LABEL_LIMIT = 90


class LabelStyle(enum.Enum):
    """What draws the menu, which decides the meaning of ``&`` and ``_``."""

    QT = "qt"
    DBUS = "dbus"
    """A panel, over com.canonical.dbusmenu."""


def menu_label(text: str, style: LabelStyle) -> str:
    """`text` as one line of a menu, of limited length and without a mnemonic."""
    line = escaped(truncate(" ".join(text.splitlines()), _LABEL_LIMIT), style)
    # Panels give a whole line the direction of its first letter: a Hebrew sender would reverse the line.
    return _LEFT_TO_RIGHT_MARK + line if _has_right_to_left(line) else line


def escaped(line: str, style: LabelStyle) -> str:
    """`line` without a mnemonic.

    Qt reads ``&`` as the beginning of a mnemonic, so it is doubled. For dbusmenu, Qt 5.15 turns the first ``&`` of a
    label, and no other, into ``_`` and leaves the label's own ``_`` as it is (qdbusmenutypes.cpp, convertMnemonic),
    and the panel reads ``_`` as the beginning of a mnemonic: there the first ``&`` and every ``_`` are doubled.
    xfce4-panel 4.18 drops even ``__`` after a mnemonic, so beside a ``&`` a similar character replaces it.
    """
    if style is LabelStyle.QT:
        return line.replace("&", "&&")
    if "&" in line:
        return line.replace("&", "&&", 1).replace("_", _LOOKS_LIKE_LOW_LINE)
    return line.replace("_", "__")


def isolated(text: str) -> str:
    """`text`, isolated so that right-to-left script in it does not reorder the text beside it (UAX 9)."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_DIRECTIONAL_ISOLATE}" if _has_right_to_left(text) else text


def _has_right_to_left(text: str) -> bool:
    return not text.isascii() and any(
        unicodedata.bidirectional(character) in {"R", "AL"} for character in text
    )


def plain_label(text: str = "", parent: QWidget | None = None, *, narrow: bool = False) -> QLabel:
    """A label that wraps `text`; a `narrow` one does not widen its dialog."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if narrow:
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def plain_tooltip(*lines: str) -> str:
    """The `lines` that are not empty as a tooltip, escaped where Qt could read them as HTML."""
    shown = [line for line in lines if line]
    if not any(sign in line for line in shown for sign in "<&"):
        return "\n".join(shown)
    return f"<qt>{'<br>'.join(map(escape, shown))}</qt>"
