"""Tries all actions on any IMAP server, for servers that the suite cannot start; the account is filled with mails.

``python -m tests.real.other_server HOST PORT CA_FILE USER PASSWORD [ADMIN COMMAND…]``; it prints what it saw, and
raises at what is wrong. COMMAND is sent by ADMIN, who has the same password, before a last action that has to be
refused. Cyrus 3.6 was tried so, with ``admin SETACL user.anna anna lrs``.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.real.dovecot import mail
from tests.real.queue_scenarios import Run
from tests.real.scenarios import run_one, until
from tray.app.actions import action_queue
from tray.imap.types import MailboxName
from tray.mail.model.account import Account, AccountId
from tray.mail.model.action import MessageAction


class OtherServer:
    """The server as another client sees it, and one run of ours."""

    def __init__(self, reactor: Any, host: str, port: str, ca_file: str, user: str, password: str) -> None:
        self._reactor = reactor
        context = ssl.create_default_context(cafile=ca_file)

        def log_in(name: str) -> imaplib.IMAP4_SSL:
            client = imaplib.IMAP4_SSL(host, int(port), ssl_context=context, timeout=20)
            client.login(name, password)
            return client

        self._log_in = log_in
        self._client = log_in(user)
        folder = tempfile.mkdtemp(prefix="other-server-")
        account = Account(
            AccountId("a"), "Other", "anna@example.org", host, user, port=int(port), ca_file=ca_file
        )
        self._started = lambda: Run(reactor, account, password, Path(folder) / "state.sqlite3")
        self.run: Run

    def deliver(self, *subjects: str) -> None:
        """Append mails to the inbox."""
        for number, subject in enumerate(subjects):
            text = mail(subject, "Bob <bob@example.org>", "Hello.\n", hash(subject) % 10**6 + number, None)
            self._client.append("INBOX", None, None, text)  # type: ignore[arg-type]

    def send(self, user: str, *command: str) -> None:
        """Another user sends a command as it is written."""
        client = self._log_in(user)
        print(f"{user}: {client.xatom(*command)}")
        client.logout()

    def folders(self) -> dict[str, list[str]]:
        """The subjects in every folder."""
        found = {}
        for line in self._client.list()[1]:
            assert isinstance(line, bytes)
            name = line.rsplit(b" ", 1)[1].decode().strip('"')
            self._client.select(f'"{name}"', readonly=True)
            _, answers = self._client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            found[name] = sorted(
                re.sub(r"^Subject: |\s+$", "", each[1].decode("utf-8", "replace"))
                for each in answers
                if isinstance(each, tuple)
            )
        return {name: subjects for name, subjects in found.items() if subjects or name != "INBOX"}

    async def act(self, action: MessageAction, subject: str, target: str = "") -> None:
        """Do an action on a mail once it is shown, and wait for its end."""
        run = self.run
        await until(self._reactor, lambda: run.shows(subject))
        run.queue.act(action, [run.key(subject)], MailboxName(target) if target else None)
        assert run.shows(subject) is action.is_flag
        await until(self._reactor, lambda: not run.pending.of(run.account.id))
        print(f"{action.value:8} {subject}: {[each.reason for each in run.refused] or self.folders()}")

    async def start(self) -> None:
        """Watch the inbox."""
        self.run = self._started()
        await until(self._reactor, lambda: self.run.watching)


async def try_all(reactor: Any) -> None:
    """Each action once, then one that has to be refused."""
    action_queue.UNDO_SECONDS = 0.0  # type: ignore[attr-defined]
    server = OtherServer(reactor, *sys.argv[1:6])
    server.deliver("to archive", "to delete", "to junk", "to move", "to flag")
    await server.start()
    await server.act(MessageAction.ARCHIVE, "to archive")
    await server.act(MessageAction.DELETE, "to delete")
    await server.act(MessageAction.JUNK, "to junk")
    archive = next(name for name, subjects in server.folders().items() if "to archive" in subjects)
    await server.act(MessageAction.MOVE, "to move", archive)
    await server.act(MessageAction.FLAG, "to flag")
    await until(reactor, lambda: any(line.flagged for line in server.run.lines))
    await server.act(MessageAction.READ, "to flag")
    await until(
        reactor, lambda: not any(line.unseen for line in server.run.lines if line.subject == "to flag")
    )
    assert {"to archive", "to move"} <= {*server.folders()[archive]}
    assert server.run.refused == []
    if sys.argv[6:]:
        server.deliver("to be refused")
        await until(reactor, lambda: server.run.shows("to be refused"))
        server.send(*sys.argv[6:])
        await server.act(MessageAction.ARCHIVE, "to be refused")
        assert server.run.shows("to be refused")
        assert len(server.run.refused) == 1
        print(server.run.refused[0].headline)
    server.run.queue.stop()
    await server.run.service.stop()


if __name__ == "__main__":
    sys.exit(run_one(try_all))
