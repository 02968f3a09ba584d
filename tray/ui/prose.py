"""Sentences in dialogs: never taken for rich text, wherever their words come from, and wrapped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QSizePolicy

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QWidget


def prose(text: str = "", parent: QWidget | None = None, *, narrow: bool = False) -> QLabel:
    """A label for `text`; a `narrow` one takes the width that is there, and asks for none."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if narrow:
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def plain_tooltip(*lines: str) -> str:
    """The `lines` that are not empty as a tooltip, which Qt would read as HTML where a server's word is like it."""
    said = [line for line in lines if line]
    if not any(sign in line for line in said for sign in "<&"):
        return "\n".join(said)
    return f"<qt>{'<br>'.join(map(escape, said))}</qt>"
