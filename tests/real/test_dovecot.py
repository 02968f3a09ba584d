"""The private server does what tests and benchmarks need of it."""

from __future__ import annotations

import pytest

from tests.real.dovecot import Dovecot


def test_mail_is_delivered_and_read(dovecot: Dovecot) -> None:
    dovecot.deliver("Grüße", mailbox="Lists/one")
    client = dovecot.imap('"Lists/one"')
    assert b"=?utf-8?" in client.fetch("1", "(BODY.PEEK[HEADER])")[1][0][1]
    client.logout()


def test_mail_is_saved_while_the_server_hangs(dovecot: Dovecot) -> None:
    dovecot.make_mailbox("Lists/two", 700)
    dovecot.freeze()
    dovecot.save("Late", "Lists/two")
    dovecot.thaw()
    client = dovecot.imap('"Lists/two"')
    assert b"UID 700" in client.fetch("1", "(UID)")[1][0]
    client.logout()


@pytest.mark.parametrize("storage", ["maildir", "mbox", "sdbox"])
def test_every_storage_takes_mail(storage: str) -> None:
    with Dovecot(storage=storage) as server:
        if storage != "sdbox":
            server.bulk(50)
        server.deliver("One more")
        client = server.imap("INBOX")
        assert client.response("EXISTS")[1] == [b"1" if storage == "sdbox" else b"51"]
        client.logout()
        server.restart()
        server.imap().logout()
        server.kill()


def test_its_files_and_processes_are_gone_afterwards(dovecot: Dovecot) -> None:
    dovecot.close()
    assert not dovecot.home.exists()
    dovecot.close()
