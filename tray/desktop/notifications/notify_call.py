"""Calls of the notification daemon, with D-Bus types as in the Desktop Notifications Specification 1.2."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from PyQt5.QtCore import QByteArray, QMetaType, QPointF, Qt, QVariant
from PyQt5.QtDBus import QDBusArgument, QDBusMessage
from PyQt5.QtGui import QBrush, QColor, QImage, QImageReader, QPainter

from tray.assets import resource
from tray.desktop.bus import method_call
from tray.desktop.storage.paths import APP_ID
from tray.mail.model.account import SWATCHES
from tray.mail.model.toast import SILENT

if TYPE_CHECKING:
    from tray.mail.model.toast import Toast

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"

_SUMMARY_LIMIT = 100
_BODY_LIMIT = 300
"""Characters; longer toasts do not fit the screen, and very long ones freeze some daemons."""
_DAEMON_DECIDES = -1
_DUNST = frozenset({"x-dunst-stack-tag", "body-hyperlinks"})
"""Capabilities by which dunst is detected (mako has only the first). It draws an SVG in its largest size, by default
128 pixels, which leaves half of the toast to the text (dunst 1.9)."""
# C0 except the line feed, DEL, C1, and characters that reorder or hide the text around them (UAX 9).
_UNSHOWABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def notify_call(toast: Toast, replaces: int, capabilities: frozenset[str]) -> QDBusMessage:
    """The call that shows `toast` in place of that with the id `replaces`, 0 for none."""
    body = showable(toast.body, _BODY_LIMIT)
    if "body-markup" in capabilities:
        body = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    actions: list[str] = []
    if "actions" in capabilities:
        for action, label in toast.actions:
            actions += [action.value, label]
    call = daemon_call("Notify")
    call.setArguments(
        [
            "Mailbell",
            QDBusArgument(replaces, QMetaType.UInt),
            _icon(capabilities >= _DUNST),
            # Plain text in every daemon: escapes would be visible.
            showable(toast.summary.replace("\n", " "), _SUMMARY_LIMIT),
            body,
            QDBusArgument(actions, QMetaType.QStringList),
            _hints(toast),
            _DAEMON_DECIDES,
        ]
    )
    return call


@lru_cache(maxsize=2)
def _icon(of_fixed_size: bool) -> str:
    return str(resource("icons/app/64.png" if of_fixed_size else f"icons/{APP_ID}.svg"))


def close_call(identity: int) -> QDBusMessage:
    """The call that closes the toast of that id."""
    return method_call(SERVICE, PATH, SERVICE, "CloseNotification", QDBusArgument(identity, QMetaType.UInt))


def daemon_call(method: str) -> QDBusMessage:
    """A call of a method of the notification daemon, which the bus starts if it can."""
    return QDBusMessage.createMethodCall(SERVICE, PATH, SERVICE, method)


def showable(text: str, limit: int) -> str:
    """`text` without control and direction characters, in at most `limit` characters."""
    text = _UNSHOWABLE.sub("", text[: 4 * limit].replace("\t", " "))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _hints(toast: Toast) -> dict[str, object]:
    urgency = QVariant(1)  # normal, by the Desktop Notifications Specification
    urgency.convert(QMetaType.UChar)
    hints: dict[str, object] = {"urgency": urgency, "desktop-entry": QVariant(APP_ID)}
    if toast.messages:
        hints["category"] = QVariant("email.arrived")
    if toast.colour:
        hints["image-data"] = image_data(toast.colour)
    hints |= _sound_hints(toast)
    return hints


def _sound_hints(toast: Toast) -> dict[str, object]:
    """Hints for the sound; daemons without the capability ``sound`` ignore them."""
    if toast.sound == SILENT:
        return {"suppress-sound": QVariant(True)}
    if toast.sound:
        from tray.desktop.notifications.sounds import sound_file  # not loaded for the desktop's own

        path = sound_file(toast.sound)
        if path:
            return {"sound-file": QVariant(path)}
        return {"sound-name": QVariant(toast.sound)}
    return {"sound-name": QVariant("message-new-email")} if toast.messages else {}


SIZE = 64
"""Pixels: the size in toasts."""


def picture(colour: str) -> QImage:
    """The program's icon with a dot of `colour` (``#rrggbb``) in its corner."""
    reader = QImageReader(str(resource(f"icons/app/{SIZE}.png")), b"png")
    reader.setAutoDetectImageFormat(False)
    image = reader.read().convertToFormat(QImage.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(Qt.NoPen)
    radius = SIZE * 0.22
    middle = QPointF(SIZE - radius - 1, SIZE - radius - 1)
    for shade, part in ((SWATCHES[0], 1.0), (SWATCHES[1], 0.84), (colour, 0.7)):
        painter.setBrush(QBrush(QColor(shade)))
        painter.drawEllipse(middle, radius * part, radius * part)
    painter.end()
    return image


@lru_cache(maxsize=16)
def _pixels(colour: str) -> tuple[int, int, int, bytes]:
    image = picture(colour).convertToFormat(QImage.Format_RGBA8888)
    bits = image.constBits()
    assert bits is not None
    return image.width(), image.height(), image.bytesPerLine(), bits.asstring(image.sizeInBytes())


def image_data(colour: str) -> QDBusArgument:
    """The hint ``image-data``, D-Bus type ``(iiibiiay)``: width, height, row stride, alpha, bits, channels, pixels."""
    width, height, stride, pixels = _pixels(colour)
    argument = QDBusArgument()
    argument.beginStructure()
    for number in (width, height, stride):
        argument.add(number, QMetaType.Int)
    argument.add(True, QMetaType.Bool)
    for number in (8, 4):
        argument.add(number, QMetaType.Int)
    argument.add(QByteArray(pixels), QMetaType.QByteArray)
    argument.endStructure()
    return argument
