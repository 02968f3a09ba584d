"""The least there is: one socket, one thread, no toolkit; announces new mail as fast as Python can.

Called with PORT and CA-FILE; user and password are in the environment (BENCH_USER, BENCH_PASSWORD).
"""

from __future__ import annotations

import base64
import os
import re
import socket
import ssl
import sys

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection

ITEMS = b"(UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE)])"
SUBJECT = re.compile(rb"^Subject: (.*)\r$", re.MULTILINE | re.IGNORECASE)
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

    def read(self, until: bytes) -> bytes:
        """Everything up to the line that starts with `until`."""
        said = b""
        for line in self.lines:
            said += line
            if line.startswith(until):
                return said
        sys.exit("the server went away")


def main() -> None:
    """Log in, read the newest titles, idle; at each EXISTS read that mail and show it."""
    bus = open_dbus_connection("SESSION")
    client = Client(int(sys.argv[1]), sys.argv[2])
    user, password = os.environ["BENCH_USER"], os.environ["BENCH_PASSWORD"]
    client.ask(b"AUTHENTICATE PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()))
    opened = client.ask(b"EXAMINE INBOX")
    count = int(re.findall(rb"\* (\d+) EXISTS", opened)[0])
    client.ask(b"FETCH %d:* %s" % (max(1, count - 19), ITEMS))
    client.ask(b"IDLE", until=b"+")
    while True:
        while not (found := re.match(rb"\* (\d+) EXISTS", client.lines.readline())):
            pass
        client.socket.sendall(b"DONE\r\nb FETCH %s:* %s\r\nc IDLE\r\n" % (found[1], ITEMS))
        mail = client.read(b"b ")
        for subject in SUBJECT.findall(mail):
            body = ("floor", 0, "", subject.decode(), "", [], {}, -1)
            bus.send(new_method_call(NOTIFICATIONS, "Notify", "susssasa{sv}i", body))
        client.read(b"+")


if __name__ == "__main__":
    main()
