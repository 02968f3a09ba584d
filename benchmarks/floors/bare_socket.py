"""The least there is: one socket, one thread, no toolkit; announces new mail as fast as Python can.

Called with PORT and CA-FILE; user and password are in the environment (BENCH_USER, BENCH_PASSWORD).
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import socket
import ssl
import sys
import time

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

ITEMS = b"(UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE)])"
SUBJECT = re.compile(rb"^Subject: (.*)\r$", re.MULTILINE | re.IGNORECASE)
AGAIN = 0.05  # seconds until the next try
NOTIFICATIONS = DBusAddress(
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications"
)


class Client:
    """Blocking IMAP, without care for what a server may also say."""

    def __init__(self, port: int, ca_file: str) -> None:
        context = ssl.create_default_context(cafile=ca_file)
        raw = socket.create_connection(("localhost", port))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw, server_hostname="localhost")
        self.lines = self.socket.makefile("rb")
        self.lines.readline()

    def ask(self, command: bytes, until: bytes = b"a ") -> bytes:
        """Send a command; everything up to the line that starts with `until`."""
        self.socket.sendall(b"a " + command + b"\r\n")
        return self.read(until)

    def line(self) -> bytes:
        """The next line; ConnectionError where the server went away."""
        line = self.lines.readline()
        if not line:
            raise ConnectionError
        return line

    def read(self, until: bytes) -> bytes:
        """Everything up to the line that starts with `until`."""
        said = line = b""
        while not line.startswith(until):
            line = self.line()
            said += line
        return said

    def opened(self) -> int:
        """Log in and open INBOX; how many mails it holds."""
        user, password = os.environ["BENCH_USER"], os.environ["BENCH_PASSWORD"]
        self.ask(b"AUTHENTICATE PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()))
        return int(re.findall(rb"\* (\d+) EXISTS", self.ask(b"EXAMINE INBOX"))[0])


def main() -> None:
    """Log in, read the newest titles, idle; show what is new, also after the connection was lost."""
    bus = open_dbus_connection("SESSION")
    known: int | None = None
    while True:
        with contextlib.suppress(OSError):
            client = Client(int(sys.argv[1]), sys.argv[2])
            count = client.opened()
            titles = client.ask(b"FETCH %d:* %s" % (max(1, count - 19), ITEMS))
            new = 0 if known is None else count - known
            known = count
            show(bus, SUBJECT.findall(titles)[-new:] if new > 0 else [])
            client.ask(b"IDLE", until=b"+")
            while True:
                while not (found := re.match(rb"\* (\d+) EXISTS", client.line())):
                    pass
                client.socket.sendall(b"DONE\r\nb FETCH %s:* %s\r\nc IDLE\r\n" % (found[1], ITEMS))
                show(bus, SUBJECT.findall(client.read(b"b ")))
                known = int(found[1])
                client.read(b"+")
        time.sleep(AGAIN)


def show(bus: DBusConnection, subjects: list[bytes]) -> None:
    """A toast for each."""
    for subject in subjects:
        body = ("floor", 0, "", subject.decode(), "", [], {}, -1)
        bus.send(new_method_call(NOTIFICATIONS, "Notify", "susssasa{sv}i", body))


if __name__ == "__main__":
    main()
