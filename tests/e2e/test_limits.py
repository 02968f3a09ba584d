"""The whole program on a server that takes fewer connections than there are mailboxes to watch."""

from __future__ import annotations

import pytest

from tests.real.dovecot import Dovecot
from tests.rig.processes import wait_until

NAMES = ("INBOX", "Lists", "Work", "Home")


@pytest.mark.parametrize(
    ("capability", "most_refused"),
    [
        (None, 0),
        ("IMAP4rev1 SASL-IR IDLE ESEARCH", 3),  # or none: the first two may watch all before a third is tried
    ],
    ids=["with NOTIFY", "without"],
)
def test_two_connections_for_four_mailboxes_are_enough(program, recorder, capability, most_refused):
    """All are watched; nobody is asked for a password, and new mail in INBOX is announced at once."""
    with Dovecot(extra="mail_max_userip_connections = 2", capability=capability) as server:
        for name in NAMES:
            server.deliver(f"Old in {name}", mailbox=name)
        program.add_account(server)
        (settings,) = program.profile.rglob("*.toml")
        with settings.open("a", encoding="utf-8") as file:
            file.write(f"mailboxes = {list(NAMES)}\n")
        program.start()
        program.wait_unseen(len(NAMES))
        wait_until(
            lambda: all(
                account["state"] == "watching" and not account["error"] for account in program.status()
            ),
            "all are watched",
            60,
        )
        server.deliver("At once")
        recorder.notifications.wait_toast("At once", 5)
        assert server.log_text().count("Maximum number of connections") <= most_refused
        assert len(recorder.notifications.toasts()) == 1
        program.stop()
