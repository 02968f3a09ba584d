"""The interface on the session bus: what runs, what is new, and what may be done (docs/dbus.md)."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import Q_CLASSINFO, QMetaType, QObject, pyqtProperty, pyqtSlot
from PyQt5.QtDBus import QDBusAbstractAdaptor, QDBusArgument, QDBusConnection, QDBusMessage

from tray import __version__
from tray.desktop.bus import PROPERTIES
from tray.desktop.storage.paths import APP_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

NAME = APP_ID
OBJECT = "/io/github/mailbell/Mailbell"
INTERFACE = "io.github.mailbell.Mailbell1"
REFUSED = "io.github.mailbell.Error.Refused"
_XML = f"""
<interface name="{INTERFACE}">
  <property name="Version" type="s" access="read"/>
  <property name="State" type="s" access="read"/>
  <property name="Unread" type="u" access="read"/>
  <method name="GetAccounts"><arg name="accounts" type="aa{{sv}}" direction="out"/></method>
  <method name="GetMessages">
    <arg name="account" type="s" direction="in"/>
    <arg name="messages" type="aa{{sv}}" direction="out"/>
  </method>
  <method name="Open"><arg name="message" type="s" direction="in"/><arg name="token" type="s" direction="in"/></method>
  <method name="Act">
    <arg name="action" type="s" direction="in"/>
    <arg name="messages" type="as" direction="in"/>
  </method>
  <method name="Undo"/>
  <method name="MarkAllRead"/>
  <method name="CheckNow"/>
  <method name="Pause"><arg name="minutes" type="u" direction="in"/></method>
  <method name="Resume"/>
  <method name="ShowWindow"/>
  <method name="Quit"/>
  <signal name="Changed"/>
  <signal name="NewMail"><arg name="message" type="a{{sv}}"/></signal>
</interface>
"""


def bus_name(profile: Path | None) -> str:
    """The name for a profile: that of the program, and behind it the name of the folder given by ``--profile``."""
    if profile is None:
        return NAME
    return f"{NAME}.P_{re.sub('[^A-Za-z0-9_]', '_', profile.name)[:60]}"


class BusService(QObject):
    """Serves the interface at `OBJECT` on a connection."""

    def __init__(
        self,
        execute: Callable[[dict[str, Any]], dict[str, Any]],
        connection: QDBusConnection | None = None,
    ) -> None:
        """`execute` answers requests as the control socket does; by default on the session bus."""
        super().__init__()
        self._connection = QDBusConnection.sessionBus() if connection is None else connection
        self._execute = execute
        self._name = ""
        self._status: dict[str, Any] = {"accounts": []}
        self._adaptor = _Adaptor(self)

    def start(self, name: str) -> bool:
        """Serve under `name`; whether nobody else has it."""
        if not self._connection.registerObject(OBJECT, self):
            return False
        if not self._connection.registerService(name):
            log.warning("The name %s on the session bus belongs to another program", name)
            self._connection.unregisterObject(OBJECT)
            return False
        self._name = name
        return True

    def stop(self) -> None:
        """Serve no more."""
        if self._name and self._connection.isConnected():
            self._connection.unregisterService(self._name)
            self._connection.unregisterObject(OBJECT)
        self._name = ""

    def on_status(self, record: dict[str, Any]) -> None:
        """Tell of a new status, a record of ``status --json``."""
        before, self._status = self._status, record
        if not self._name:
            return
        changed: dict[str, object] = {}
        if _state(before) != self.state:
            changed["State"] = self.state
        if _unread(before) != self.unread:
            changed["Unread"] = _uint(self.unread)
        if changed:
            self._emit(PROPERTIES, "PropertiesChanged", INTERFACE, changed, _strings([]))
        self._emit(INTERFACE, "Changed")

    def on_new_mail(self, record: dict[str, Any]) -> None:
        """Tell of a new message, a record of ``status --json`` with its account."""
        if self._name:
            self._emit(INTERFACE, "NewMail", _plain(record))

    def _emit(self, interface: str, name: str, *arguments: object) -> None:
        signal = QDBusMessage.createSignal(OBJECT, interface, name)
        signal.setArguments(list(arguments))
        self._connection.send(signal)

    # For the adaptor

    @property
    def state(self) -> str:
        """One of none, unread, trouble, paused and offline."""
        return _state(self._status)

    @property
    def unread(self) -> int:
        """How many messages are unread, on all accounts."""
        return _unread(self._status)

    def answer(self, call: QDBusMessage, **request: object) -> None:
        """Execute a request, and reply with nothing, or with its error."""
        call.setDelayedReply(True)
        reply = self._execute(request)
        if reply.get("ok"):
            self._connection.send(call.createReply())
        else:
            self._connection.send(call.createErrorReply(REFUSED, str(reply.get("error", ""))))

    def reply_with(self, call: QDBusMessage, records: Sequence[dict[str, Any]]) -> None:
        """Reply with a list of records, ``aa{sv}``, which Python's values alone do not make."""
        call.setDelayedReply(True)
        argument = QDBusArgument()
        argument.beginArray(QMetaType.QVariantMap)
        for record in records:
            argument.add(_plain(record), QMetaType.QVariantMap)
        argument.endArray()
        self._connection.send(call.createReply([argument]))

    def accounts(self) -> list[dict[str, Any]]:
        """The accounts, without their messages."""
        return [{**account, "latest": None} for account in self._current()]

    def messages(self, account: str) -> list[dict[str, Any]]:
        """The newest messages of the account of that name, or of all (empty)."""
        return [
            {"account": each["name"], **message}
            for each in self._current()
            if account in {"", each["name"]}
            for message in each["latest"]
        ]

    def _current(self) -> list[dict[str, Any]]:
        reply = self._execute({"command": "status"})
        accounts: list[dict[str, Any]] = reply["status"]["accounts"]
        return accounts


class _Adaptor(QDBusAbstractAdaptor):
    Q_CLASSINFO("D-Bus Interface", INTERFACE)
    Q_CLASSINFO("D-Bus Introspection", _XML)

    def __init__(self, service: BusService) -> None:
        super().__init__(service)
        self._service = service

    @pyqtProperty(str)  # type: ignore[type-var]
    def Version(self) -> str:
        return __version__

    @pyqtProperty(str)  # type: ignore[type-var]
    def State(self) -> str:
        return self._service.state

    @pyqtProperty("uint")  # type: ignore[type-var]
    def Unread(self) -> int:
        return self._service.unread

    @pyqtSlot(QDBusMessage)
    def GetAccounts(self, call: QDBusMessage) -> None:
        self._service.reply_with(call, self._service.accounts())

    @pyqtSlot(str, QDBusMessage)
    def GetMessages(self, account: str, call: QDBusMessage) -> None:
        self._service.reply_with(call, self._service.messages(account))

    @pyqtSlot(str, str, QDBusMessage)
    def Open(self, message: str, token: str, call: QDBusMessage) -> None:
        self._service.answer(call, command="open", message=message or None, token=token)

    @pyqtSlot(str, "QStringList", QDBusMessage)
    def Act(self, action: str, messages: list[str], call: QDBusMessage) -> None:
        self._service.answer(call, command="act", action=action, messages=list(messages))

    @pyqtSlot(QDBusMessage)
    def Undo(self, call: QDBusMessage) -> None:
        self._service.answer(call, command="undo")

    @pyqtSlot(QDBusMessage)
    def MarkAllRead(self, call: QDBusMessage) -> None:
        self._service.answer(call, command="mark-all-read")

    @pyqtSlot(QDBusMessage)
    def CheckNow(self, call: QDBusMessage) -> None:
        self._service.answer(call, command="check")

    @pyqtSlot("uint", QDBusMessage)
    def Pause(self, minutes: int, call: QDBusMessage) -> None:
        self._service.answer(call, command="pause", minutes=minutes or None)

    @pyqtSlot(QDBusMessage)
    def Resume(self, call: QDBusMessage) -> None:
        self._service.answer(call, command="resume")

    @pyqtSlot(QDBusMessage)
    def ShowWindow(self, call: QDBusMessage) -> None:
        self._service.answer(call, command="show")

    @pyqtSlot(QDBusMessage)
    def Quit(self, call: QDBusMessage) -> None:
        self._service.answer(call, command="quit")


def _state(record: dict[str, Any]) -> str:
    return str(record.get("state", ""))


def _unread(record: dict[str, Any]) -> int:
    return int(record.get("unseen", 0))


def _uint(value: int) -> QDBusArgument:
    return QDBusArgument(value, QMetaType.UInt)


def _strings(values: list[str]) -> QDBusArgument:
    return QDBusArgument(values, QMetaType.QStringList)


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known (D-Bus has no null), and with numbers as unsigned ones."""
    return {
        key: _uint(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for key, value in record.items()
        if value is not None
    }
