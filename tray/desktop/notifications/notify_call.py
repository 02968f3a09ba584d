"""Calls of the notification daemon, with D-Bus types as in the Desktop Notifications Specification 1.2."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from PyQt5.QtCore import QMetaType, QVariant
from PyQt5.QtDBus import QDBusArgument, QDBusMessage

from tray.assets import application_icon
from tray.desktop.bus import method_call
from tray.desktop.storage.paths import APP_ID, in_flatpak
from tray.i18n import tr
from tray.mail.model.toast import SILENT, ToastAction
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.mail.model.toast import Toast

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"

_SUMMARY_LIMIT = 100
_BODY_LIMIT = 300
"""Characters; longer toasts do not fit the screen, and very long ones freeze some daemons."""
_DUNST = "dunst"
"""It draws pictures pixel by pixel, and an SVG in its largest size, by default 128 pixels, which leaves half of the
toast to the text (dunst 1.9)."""
_AVATAR, _SMALL_AVATAR = 96, 48
_XFCE = "Xfce Notify Daemon"
"""It draws a click on the toast as a button, too (xfce4-notifyd 0.7.3)."""
_XFCE_BUTTONS = 3
"""With more it makes the toast wider."""
_REPLY = "x-kde-reply-"
"""What the hints begin with that describe the field of a reply (KDE Plasma 5.18, SwayNC 0.9)."""
_MAIL_SOUND = "message-new-email"
"""Of the sound theme (Sound Naming Specification)."""
_ORIGIN = "x-kde-origin-name"
"""Capability and hint of KDE Plasma: shown beside the name of the program."""
# C0 except the line feed, DEL, C1, and characters that reorder or hide the text around them (UAX 9).
_UNSHOWABLE = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"


@dataclass(frozen=True, slots=True)
class Daemon:
    """What is known of the notification daemon."""

    capabilities: frozenset[str]
    name: str = ""
    """As GetServerInformation returns it."""

    @property
    def takes_replies(self) -> bool:
        """Whether a toast can have a field to type a reply into."""
        return ToastAction.REPLY.value in self.capabilities


def notify_call(toast: Toast, replaces: int, daemon: Daemon) -> QDBusMessage:
    """The call that shows `toast` in place of that with the id `replaces`, 0 for none."""
    actions: list[str] = []
    if "actions" in daemon.capabilities:
        offered = [each for each in toast.actions if each[0] is not ToastAction.REPLY or daemon.takes_replies]
        for action, label in offered[: _XFCE_BUTTONS if daemon.name == _XFCE else None]:
            actions += [action.value, label]
    call = daemon_call("Notify")
    call.setArguments(
        [
            "Mailbell",
            QDBusArgument(replaces, QMetaType.UInt),
            _icon(daemon.name == _DUNST),
            # Plain text in every daemon: escapes would be visible.
            showable(toast.summary.replace("\n", " "), _SUMMARY_LIMIT),
            _body(toast, daemon.capabilities),
            QDBusArgument(actions, QMetaType.QStringList),
            _hints(toast, daemon),
            toast.timeout,
        ]
    )
    return call


def _body(toast: Toast, capabilities: frozenset[str]) -> str:
    """All below the summary, as markup where the daemon reads it, else as plain text."""
    text = toast.text if _ORIGIN not in capabilities else replace(toast, origin="").text
    text = showable(text, _BODY_LIMIT)
    if "body-markup" not in capabilities:
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if not toast.headline:
        return text
    headline, line_feed, rest = text.partition("\n")
    return f"<b>{headline}</b>{line_feed}{rest}"


@lru_cache(maxsize=2)
def _icon(of_fixed_size: bool) -> str:
    if in_flatpak():
        return APP_ID  # which Flatpak adds to the icons of the desktop
    return str(application_icon(64 if of_fixed_size else None))


def close_call(identity: int) -> QDBusMessage:
    """The call that closes the toast of that id."""
    return method_call(SERVICE, PATH, SERVICE, "CloseNotification", QDBusArgument(identity, QMetaType.UInt))


def daemon_call(method: str) -> QDBusMessage:
    """A call of a method of the notification daemon, which the bus starts if it can."""
    return QDBusMessage.createMethodCall(SERVICE, PATH, SERVICE, method)


def showable(text: str, limit: int) -> str:
    """`text` without control and direction characters, in at most `limit` characters."""
    text = re.sub(_UNSHOWABLE, "", text[: 4 * limit].replace("\t", " "))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _hints(toast: Toast, daemon: Daemon) -> dict[str, object]:
    urgency = QVariant(
        2 if toast.urgent else 1
    )  # critical or normal, by the Desktop Notifications Specification
    urgency.convert(QMetaType.UChar)
    hints: dict[str, object] = {"urgency": urgency, "desktop-entry": QVariant(APP_ID)}
    if toast.messages:
        hints["category"] = QVariant("email.arrived")
    if toast.origin and _ORIGIN in daemon.capabilities:
        hints[_ORIGIN] = QVariant(showable(toast.origin, _SUMMARY_LIMIT))
    if toast.initials:
        from tray.desktop.notifications.avatar import image_data  # not before the first toast

        size = _SMALL_AVATAR if daemon.name == _DUNST else _AVATAR
        hints["image-data"] = image_data(toast.initials, toast.colour, size)
    if toast.reply_to and daemon.takes_replies:
        placeholder = tr("Reply to {name}…").format(name=showable(toast.reply_to, _SUMMARY_LIMIT))
        hints |= {_REPLY + "placeholder-text": QVariant(placeholder)}
        hints |= {_REPLY + "submit-button-text": QVariant(tr("Send"))}
        hints |= {_REPLY + "submit-button-icon-name": QVariant("mail-send")}
    hints |= _sound_hints(toast)
    return hints


def _sound_hints(toast: Toast) -> dict[str, object]:
    """Hints for the sound; daemons without the capability ``sound`` ignore them."""
    if toast.sound == SILENT:
        return {"suppress-sound": QVariant(True)}
    if toast.sound:
        from tray.desktop.notifications.sounds import sound_file  # not loaded for the desktop's own

        path = sound_file(toast.sound)
        if path and in_flatpak():
            return {"sound-name": QVariant(_MAIL_SOUND)}
        if path:
            return {"sound-file": QVariant(path)}
        return {"sound-name": QVariant(toast.sound)}
    return {"sound-name": QVariant(_MAIL_SOUND)} if toast.messages else {}
