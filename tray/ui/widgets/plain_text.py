"""Foreign text as a menu label: shown as it is, cut, and in the right order beside right-to-left writing."""

from __future__ import annotations

import enum
import unicodedata
from html import escape
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QSizePolicy

from tray.mail.presentation.toasts import truncate

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QWidget

    from tray.mail.presentation.status_texts import MessageLineParts

_LEFT_TO_RIGHT_MARK = "\u200e"
_FIRST_STRONG_ISOLATE = "\u2068"
_POP_DIRECTIONAL_ISOLATE = "\u2069"
_LOOKS_LIKE_LOW_LINE = "\u02cd"
_LONGEST = 90
_GAP = "  "


class LabelStyle(enum.Enum):
    """Who draws the menu, as far as it matters for ``&`` and ``_``."""

    QT = "qt"
    DBUS = "dbus"
    """A panel, over com.canonical.dbusmenu."""


def menu_label(text: str, style: LabelStyle) -> str:
    """`text` as one line of a menu, of a bearable length and with no accidental mnemonic.

    Qt reads ``&`` as the mark of a mnemonic, so it is doubled. For dbusmenu, Qt 5.15 turns the first ``&`` of a
    label, and no other, into ``_`` and leaves the label's own ``_`` alone (qdbusmenutypes.cpp, convertMnemonic),
    and the panel reads ``_`` as the mark of a mnemonic: there the first ``&`` and every ``_`` are doubled. Seen
    with xfce4-panel 4.18: behind a mnemonic even ``__`` is eaten, so beside a ``&`` a look-alike stands for it.
    """
    line = truncate(" ".join(text.splitlines()), _LONGEST)
    if style is LabelStyle.QT:
        line = line.replace("&", "&&")
    elif "&" in line:
        line = line.replace("&", "&&", 1).replace("_", _LOOKS_LIKE_LOW_LINE)
    else:
        line = line.replace("_", "__")
    # Panels give a whole line the direction of its first letter: a Hebrew sender would turn the line around.
    return _LEFT_TO_RIGHT_MARK + line if _turns(line) else line


def title_label(parts: MessageLineParts, style: LabelStyle) -> str:
    """A mail's title as a menu label: mark, sender, subject, time from left to right whatever their writing."""
    shown = [isolated(part) for part in (parts.sender, parts.subject, parts.when) if part]
    return menu_label(parts.mark + _GAP.join(shown), style)


def isolated(text: str) -> str:
    """`text` such that right-to-left writing in it turns itself only, and not what stands beside it."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_DIRECTIONAL_ISOLATE}" if _turns(text) else text


def _turns(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)


def plain_label(text: str = "", parent: QWidget | None = None, *, narrow: bool = False) -> QLabel:
    """A label for `text`; a `narrow` one takes the width that is there, and asks for none."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if narrow:
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def plain_tooltip(*lines: str) -> str:
    """The `lines` that are not empty as a tooltip, which Qt would read as HTML where it looks like that."""
    shown = [line for line in lines if line]
    if not any(sign in line for line in shown for sign in "<&"):
        return "\n".join(shown)
    return f"<qt>{'<br>'.join(map(escape, shown))}</qt>"
