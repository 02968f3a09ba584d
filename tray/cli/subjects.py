"""``mailbell subjects``: connect, print the newest subjects, exit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tray.cli import reactor as headless
from tray.cli.exit_codes import DONE, CommandFailed, failed
from tray.cli.profile import open_account, where_listed
from tray.cli.terminal import print_json
from tray.imap.types import MailboxName

if TYPE_CHECKING:
    import argparse

    from tray.mail.model.message import Message


def run(arguments: argparse.Namespace) -> int:
    """Print the newest subjects of one mailbox, newest first, one a line."""
    paths, settings, account = open_account(arguments)
    mailbox = MailboxName("INBOX" if arguments.mailbox.upper() == "INBOX" else arguments.mailbox)

    from tray.cli.credentials import ProfileCredentials
    from tray.mail.model.status import ProblemKind
    from tray.net.imap.mailbox.subjects import newest_subjects
    from tray.net.problems import problem_of

    async def fetch(reactor: Any) -> tuple[Message, ...]:
        credentials = ProfileCredentials(reactor, paths, settings)
        try:
            secret = await credentials.secret(account)
            return await newest_subjects(
                reactor, account, mailbox, secret, arguments.count, credentials.proxy
            )
        except Exception as error:  # noqa: BLE001 -- each kind of error has its sentence
            problem = problem_of(error, account, mailbox)
            if problem.kind is ProblemKind.MAILBOX:
                # The problem's own advice is for watched mailboxes.
                raise CommandFailed(f"{problem.sentence} {where_listed(account)}") from None
            raise failed(problem) from None

    messages = headless.run(fetch)
    if arguments.json:
        return print_json([_record(message) for message in messages])
    for message in messages:
        print(message.envelope.subject)
    return DONE


def _record(message: Message) -> dict[str, object]:
    envelope = message.envelope
    date = envelope.date
    return {
        "uid": message.uid,
        "subject": envelope.subject,
        "from": envelope.sender.name or envelope.sender.address,
        "address": envelope.sender.address,
        "date": None if date is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(date)),
        "unseen": message.unseen,
    }
