"""The demo server as a child process, with clients of the standard library."""

from __future__ import annotations

import imaplib
import json
import ssl
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def line_of(client):
    return client.readline().rstrip(b"\r\n")


class RunningDemo:
    """`python -m tray.demo` as a child process."""

    def __init__(self, interval="0"):
        self.process = subprocess.Popen(
            [
                sys.executable,
                *["-W", "error::DeprecationWarning", "-m", "tray.demo", "--seed", "1", "--interval"],
                interval,
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.facts = json.loads(self.process.stdout.readline())
        self._clients = []

    def order(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def deliver(self, subject):
        self.order(subject)
        word, uid = self.process.stdout.readline().split()
        assert word == "delivered"
        return int(uid)

    def connect(self):
        trust = ssl.create_default_context(cadata=self.facts["ca_pem"])
        trust.verify_flags |= ssl.VERIFY_X509_STRICT
        client = imaplib.IMAP4_SSL(self.facts["host"], self.facts["port"], ssl_context=trust, timeout=10)
        self._clients.append(client)
        return client

    def select(self, *, readonly=False):
        client = self.connect()
        client.login(self.facts["user"], self.facts["password"])
        assert client.select("INBOX", readonly=readonly)[0] == "OK"
        return client

    def examine(self):
        return self.select(readonly=True)

    def idle(self):
        client = self.examine()
        client.send(b"i1 IDLE\r\n")
        assert line_of(client) == b"+ idling"
        return client

    def stop(self):
        for client in self._clients:
            client.shutdown()
        if self.process.poll() is None:
            self.order("/stop")
        _, complaints = self.process.communicate(timeout=10)
        assert not complaints
