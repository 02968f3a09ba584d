"""The tray icon on the session bus: a StatusNotifierItem in place of Qt's, which lacks a title, a token and more."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import Q_CLASSINFO, QByteArray, QMetaType, QObject, pyqtSlot
from PyQt5.QtDBus import (
    QDBusAbstractAdaptor,
    QDBusArgument,
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusVariant,
)
from PyQt5.QtGui import QIcon, QImage, QPixmapCache
from PyQt5.QtWidgets import QApplication, QSystemTrayIcon

if TYPE_CHECKING:
    from collections.abc import Iterable

_Picture = tuple[int, int, QByteArray]
"""Width, height, and pixels as ARGB in network byte order."""
_OBJECT = "/StatusNotifierItem"
_MENU = "/MenuBar"
_INTERFACE = "org.kde.StatusNotifierItem"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_IMAGE = "QXdgDBusImageStruct"
"""Qt's name of the type ``(iiay)``, which it registers with its own item."""
_CONNECTIONS = 20
_ANSWERED_AFTER = 0.5
"""Seconds after which panels have asked for what they were told of, and have the answer."""
_TOKEN_SECONDS = 60.0
"""Plasma gives the token when it opens the menu, before the user has chosen an entry."""


class StatusItem(QObject):
    """Is registered in the place of the item that a QSystemTrayIcon has on its own connection to the bus.

    Qt 5.15 gives the application's name as the title, says nothing of `ItemIsMenu`, and knows no
    `ProvideXdgActivationToken`, by which Plasma lets what a click opens come to the front on Wayland. Qt's item and the
    menu remain, and Qt registers with the watcher.
    """

    def __init__(self, tray: QSystemTrayIcon, title: str, *, refusal_opens_menu: bool) -> None:
        """Stand for `tray` once `attach` was called; see `Panel` for the last."""
        super().__init__(tray)
        self._tray = tray
        self._title = title
        self._refusal_opens_menu = refusal_opens_menu
        self._connection: QDBusConnection | None = None
        self._token, self._token_at = "", float("-inf")
        self._told_at = float("-inf")
        self.is_menu = False
        """Whether a left click is to open the menu; panels ask for it when the icon appears."""
        self._icon_key, self._pictures = 0, list[_Picture]()
        """Of the icon that was asked for last: panels ask for it with each tooltip, too."""
        self._adaptors = (_Item(self), _Properties(self))

    def attach(self) -> bool:
        """Take the place of Qt's item, which is made when the icon is shown; whether there is one."""
        connection = _connection_of_item()
        if connection is None:
            return False
        connection.unregisterObject(_OBJECT)
        self._connection = connection
        self._told_at = time.monotonic()
        return connection.registerObject(_OBJECT, self)

    def changed(self, name: str) -> None:
        """Tell panels that the ``Icon`` or the ``ToolTip`` is another one."""
        if self._connection is not None:
            self._connection.send(QDBusMessage.createSignal(_OBJECT, _INTERFACE, f"New{name}"))
            self._told_at = time.monotonic()

    @property
    def awaited(self) -> float:
        """Seconds in which the item must not go, because panels may await answers; 0 for none.

        Xfce's panel (4.18) uses an item that has gone when the answer comes, and its tray crashes.
        """
        return max(0.0, self._told_at + _ANSWERED_AFTER - time.monotonic())

    def take_token(self) -> str:
        """The activation token of the click that is handled now, for one use; empty where the panel gave none."""
        fresh = time.monotonic() - self._token_at < _TOKEN_SECONDS
        token, self._token = self._token, ""
        return token if fresh else ""

    # For the adaptors

    @property
    def refuses_clicks(self) -> bool:
        """Whether the panel is to open the menu instead."""
        return self.is_menu and self._refusal_opens_menu

    def activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        """A click."""
        self._tray.activated.emit(reason)

    def keep_token(self, token: str) -> None:
        """The token of the click that comes next."""
        self._token, self._token_at = token, time.monotonic()

    def values(self) -> dict[str, Any]:
        """All properties (freedesktop.org, Status Notifier Item); the unused ones as Qt gives them."""
        return {
            "Category": "ApplicationStatus",
            "Id": QApplication.applicationName(),
            "Title": self._title,
            "Status": "Active",
            "WindowId": 0,
            "ItemIsMenu": self.is_menu,
            "Menu": QDBusObjectPath(_MENU),
            "IconThemePath": "",
            "IconName": "",
            "IconPixmap": _pixmaps(self._present_pictures()),
            "OverlayIconName": "",
            "OverlayIconPixmap": _pixmaps(()),
            "AttentionIconName": "",
            "AttentionIconPixmap": _pixmaps(()),
            "AttentionMovieName": "",
            "ToolTip": _tooltip(self._tray.toolTip()),
        }

    def _present_pictures(self) -> list[_Picture]:
        icon = self._tray.icon()
        if icon.cacheKey() != self._icon_key:
            self._icon_key, self._pictures = icon.cacheKey(), _pictures(icon)
        return self._pictures

    def reply(self, call: QDBusMessage, *values: object) -> None:
        """Answer `call`."""
        call.setDelayedReply(True)
        if self._connection is not None:
            self._connection.send(call.createReply(list(values)))

    def refuse(self, call: QDBusMessage, error: str) -> None:
        """Answer a call for what there is not, by that error of D-Bus."""
        call.setDelayedReply(True)
        if self._connection is not None:
            name = f"org.freedesktop.DBus.Error.{error}"
            self._connection.send(call.createErrorReply(name, "not offered"))


def _connection_of_item() -> QDBusConnection | None:
    """The connection of the newest item of this process: Qt numbers them (QDBusTrayIcon)."""
    for number in range(_CONNECTIONS, 0, -1):
        connection = QDBusConnection(f"{_INTERFACE}-{os.getpid()}-{number}")
        if connection.isConnected():
            return connection
    return None


def _pixmaps(pictures: Iterable[_Picture]) -> QDBusArgument:
    """``a(iiay)``."""
    argument = QDBusArgument()
    argument.beginArray(QMetaType.type(_IMAGE))
    for width, height, pixels in pictures:
        argument.beginStructure()
        argument.add(width)
        argument.add(height)
        argument.add(pixels, QMetaType.QByteArray)
        argument.endStructure()
    argument.endArray()
    return argument


def _pictures(icon: QIcon) -> list[_Picture]:
    """Each size of `icon`."""
    limit = QPixmapCache.cacheLimit()
    # What QIcon puts into Qt's cache is removed by a timer that wakes the program every ten seconds for minutes.
    QPixmapCache.setCacheLimit(0)
    pixmaps = [icon.pixmap(size) for size in icon.availableSizes()]
    QPixmapCache.setCacheLimit(limit)
    images = [pixmap.toImage().convertToFormat(QImage.Format_ARGB32) for pixmap in pixmaps]
    return [(each.width(), each.height(), QByteArray(_network_order(each))) for each in images]


def _network_order(image: QImage) -> bytes:
    bits = image.constBits()
    assert bits is not None

    pixels = bits.asstring(image.sizeInBytes())
    swapped = bytearray(len(pixels))
    for place in range(4):  # of a little-endian number; Qt runs nowhere else that has StatusNotifierItems
        swapped[place::4] = pixels[3 - place :: 4]
    return bytes(swapped)


def _tooltip(text: str) -> QDBusArgument:
    """``(sa(iiay)ss)``: no picture, `text` as the title, no description."""
    argument = QDBusArgument()
    argument.beginStructure()
    argument.add("", QMetaType.QString)
    argument.beginArray(QMetaType.type(_IMAGE))
    argument.endArray()
    argument.add(text, QMetaType.QString)
    argument.add("", QMetaType.QString)
    argument.endStructure()
    return argument


class _Item(QDBusAbstractAdaptor):
    Q_CLASSINFO("D-Bus Interface", _INTERFACE)

    def __init__(self, item: StatusItem) -> None:
        super().__init__(item)
        self._item = item

    @pyqtSlot(int, int, QDBusMessage)
    def Activate(self, _x: int, _y: int, call: QDBusMessage) -> None:
        if self._item.refuses_clicks:
            self._item.refuse(call, "UnknownMethod")
        else:
            self._item.activate(QSystemTrayIcon.Trigger)

    @pyqtSlot(int, int)
    def SecondaryActivate(self, _x: int, _y: int) -> None:
        self._item.activate(QSystemTrayIcon.MiddleClick)

    @pyqtSlot(int, int)
    def ContextMenu(self, _x: int, _y: int) -> None:
        self._item.activate(QSystemTrayIcon.Context)

    @pyqtSlot(int, str)
    def Scroll(self, _delta: int, _orientation: str) -> None:
        """There is nothing to scroll."""

    @pyqtSlot(str)
    def ProvideXdgActivationToken(self, token: str) -> None:
        self._item.keep_token(token)


class _Properties(QDBusAbstractAdaptor):
    """Instead of Qt's own: PyQt cannot declare properties of the types ``a(iiay)`` and ``(sa(iiay)ss)``."""

    Q_CLASSINFO("D-Bus Interface", _PROPERTIES)

    def __init__(self, item: StatusItem) -> None:
        super().__init__(item)
        self._item = item

    @pyqtSlot(str, str, QDBusMessage)
    def Get(self, _interface: str, name: str, call: QDBusMessage) -> None:
        values = self._item.values()
        if name in values:
            self._item.reply(call, QDBusVariant(values[name]))
        else:
            self._item.refuse(call, "InvalidArgs")

    @pyqtSlot(str, QDBusMessage)
    def GetAll(self, _interface: str, call: QDBusMessage) -> None:
        self._item.reply(call, self._item.values())
