"""The least tray program on our stack: PyQt5, qt5reactor and Twisted, with nothing of ours in it.

Called with PORT and CA-FILE; user and password are in the environment (BENCH_USER, BENCH_PASSWORD).
"""

from __future__ import annotations

import base64
import os
import re
import sys

from PyQt5.QtCore import QMetaType, Qt
from PyQt5.QtDBus import QDBusArgument, QDBusConnection, QDBusMessage
from PyQt5.QtGui import QIcon, QPixmap
from PyQt5.QtWidgets import QApplication, QMenu, QSystemTrayIcon

application = QApplication(sys.argv)
application.setQuitOnLastWindowClosed(False)

import qt5reactor  # noqa: E402 -- a QApplication must exist

qt5reactor.install()

from twisted.internet import endpoints, protocol, reactor, ssl  # noqa: E402 -- after the install
from twisted.protocols.basic import LineReceiver  # noqa: E402

ITEMS = b"(UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE)])"
NOTIFICATIONS = "org.freedesktop.Notifications"


def notify(subject: str) -> None:
    """Show a toast by a call of our own, as `showMessage` is no use on Linux."""
    replaces = QDBusArgument(0, QMetaType.UInt)
    actions = QDBusArgument([], QMetaType.QStringList)
    call = QDBusMessage.createMethodCall(
        NOTIFICATIONS, "/org/freedesktop/Notifications", NOTIFICATIONS, "Notify"
    )
    call.setArguments(["floor", replaces, "", subject, "", actions, {}, -1])
    QDBusConnection.sessionBus().asyncCall(call)


class Client(LineReceiver):
    """IMAP by lines (a header literal is lines too), one command at a time."""

    MAX_LENGTH = 1 << 20
    idling = watching = False

    def connectionMade(self) -> None:  # noqa: N802 -- Twisted's name
        self.steps = self.opening()
        self.transport.setTcpNoDelay(True)

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 -- Twisted's name
        found = re.match(rb"\* (\d+) EXISTS", line)
        if found:
            self.exists = int(found[1])
            if self.idling:
                self.idling = False
                self.sendLine(b"DONE\r\nb FETCH %d:* %s\r\nc IDLE" % (self.exists, ITEMS))
        elif line.lower().startswith(b"subject: ") and self.watching:
            notify(line[9:].decode())
        elif line.startswith((b"* OK [CAPABILITY", b"a ")) and not self.watching:
            self.sendLine(b"a " + next(self.steps))
        elif line.startswith(b"+"):
            self.idling = self.watching = True

    def opening(self):
        """The commands up to the first IDLE; each is due when the one before was answered."""
        user, password = os.environ["BENCH_USER"], os.environ["BENCH_PASSWORD"]
        yield b"AUTHENTICATE PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode())
        yield b"EXAMINE INBOX"
        yield b"FETCH %d:* %s" % (max(1, self.exists - 19), ITEMS)
        yield b"IDLE"


picture = QPixmap(22, 22)
picture.fill(Qt.red)
menu = QMenu()
menu.addAction("Quit", reactor.stop)
icon = QSystemTrayIcon(QIcon(picture))
icon.setContextMenu(menu)
icon.show()

with open(sys.argv[2], "rb") as file:  # noqa: PTH123 -- pathlib is no part of the least
    root = ssl.Certificate.loadPEM(file.read())
options = ssl.optionsForClientTLS("localhost", trustRoot=root)
connecting = endpoints.wrapClientTLS(
    options, endpoints.HostnameEndpoint(reactor, "localhost", int(sys.argv[1]))
)
connecting.connect(protocol.Factory.forProtocol(Client))
reactor.run()
