"""The whole program on a server that takes fewer connections than there are mailboxes to watch."""

from __future__ import annotations

import re

from tests.real.dovecot import Dovecot
from tests.rig.processes import wait_until


def test_two_connections_for_four_mailboxes_are_enough_for_the_inbox(program, recorder):
    """It is said which mailbox waits; nobody is asked for a password, and new mail in INBOX is announced at once."""
    with Dovecot(extra="mail_max_userip_connections = 2") as server:
        for name in ("INBOX", "Lists", "Work", "Home"):
            server.deliver(f"Old in {name}", mailbox=name)
        program.add_account(server)
        (settings,) = program.profile.rglob("*.toml")
        with settings.open("a", encoding="utf-8") as file:
            file.write('mailboxes = ["INBOX", "Lists", "Work", "Home"]\n')
        program.start()
        limit = re.compile("too many connections|waits for its turn")  # refused, or not tried any more
        # The first refusal may come before the others are watched.
        wait_until(
            lambda: any(
                account["state"] == "watching" and limit.search(str(account["error"]))
                for account in program.status()
            ),
            "the limit in words",
            60,
        )
        server.deliver("At once")
        recorder.notifications.wait_toast("At once", 5)
        assert 1 <= server.log_text().count("Maximum number of connections") <= 2
        assert len(recorder.notifications.toasts()) == 1
        program.stop()
