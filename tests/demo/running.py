"""The demo server as a child process, with clients of the standard library."""

from __future__ import annotations

import imaplib
import json
import ssl
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class RunningDemo:
    """`python -m tray.demo` that delivers only what it is told."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "error::DeprecationWarning",
                "-m",
                "tray.demo",
                "--print-json",
                "--seed",
                "1",
                *options,
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.facts = json.loads(self.process.stdout.readline())
        self._clients: list[imaplib.IMAP4_SSL] = []

    def order(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def deliver(self, subject: str = "") -> int:
        self.order(subject)
        word, uid = self.process.stdout.readline().split()
        assert word == "delivered"
        return int(uid)

    def connect(self) -> imaplib.IMAP4_SSL:
        trust = ssl.create_default_context(cadata=self.facts["ca_pem"])
        trust.verify_flags |= ssl.VERIFY_X509_STRICT
        client = imaplib.IMAP4_SSL(self.facts["host"], self.facts["port"], ssl_context=trust, timeout=10)
        self._clients.append(client)
        return client

    def login(self) -> imaplib.IMAP4_SSL:
        client = self.connect()
        client.login(self.facts["user"], self.facts["password"])
        return client

    def examine(self, mailbox: str = "INBOX") -> imaplib.IMAP4_SSL:
        client = self.login()
        assert client.select(mailbox, readonly=True)[0] == "OK"
        return client

    def stop(self) -> str:
        """End it as a person would; what it complained about."""
        for client in self._clients:
            client.shutdown()
        if self.process.poll() is None:
            self.order("/stop")
        _, complaints = self.process.communicate(timeout=10)
        return complaints
