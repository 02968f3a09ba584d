"""The copy of a sent mail, on a real server."""

from __future__ import annotations

import pytest
from twisted.internet import _producer_helpers
from twisted.internet.task import Cooperator
from twisted.protocols import tls

from tests.net.loopback import run
from tests.real.dovecot import Dovecot
from tray.mail.model.account import Account, AccountId
from tray.mail.model.secret import Secret
from tray.net.errors import ActionFailed
from tray.net.imap.mailbox.keep_sent import keep_sent

MAIL = b"Subject: Re: Hello\r\nMessage-ID: <token@example.org>\r\n\r\nYes {5}\r\n)\r\n"


@pytest.fixture
def keep(monkeypatch):
    """Keeps the mail, that many times one after the other; what each call returned."""

    def kept(server, times=1, **fields):
        async def main(reactor):
            # TLS and producers use the global reactor, which does not run here.
            monkeypatch.setattr(tls, "_get_default_clock", lambda: reactor, raising=False)
            cooperator = Cooperator(scheduler=lambda work: reactor.callLater(0, work))
            monkeypatch.setattr(_producer_helpers, "cooperate", cooperator.cooperate)
            values = {"host": server.host, "port": server.port_tls, "ca_file": server.ca_file} | fields
            work = Account(AccountId("a"), "Work", "", user=server.user, **values)
            secret = Secret(server.password)
            return [await keep_sent(reactor, work, secret, MAIL, "<token@example.org>") for _ in range(times)]

        return run(main)

    return kept


def mails(server, mailbox):
    client = server.imap(mailbox)
    _, numbers = client.search(None, "ALL")
    found = [client.fetch(number.decode(), "(FLAGS BODY.PEEK[])")[1][0] for number in numbers[0].split()]
    client.logout()
    return found


def test_a_copy_is_kept_once_as_read(keep):
    with Dovecot() as server:
        server.imap().create('"Gesendete Elemente"')
        assert keep(server, times=2) == [True, True]
        ((head, text),) = mails(server, '"Gesendete Elemente"')
        assert b"\\Seen" in head
        assert text == MAIL


def test_without_a_folder_for_sent_mails_none_is_made(keep):
    with Dovecot() as server:
        assert keep(server) == [False]
        assert len(server.imap().list()[1]) == 1


def test_gmail_and_outlook_keep_it_themselves(keep):
    with Dovecot(capability="IMAP4rev1 AUTH=PLAIN SASL-IR X-GM-EXT-1") as server:
        server.imap().create("Sent")
        assert keep(server) == [True]
        assert keep(server, host="Outlook.office365.com", port=1) == [True]
        assert mails(server, "Sent") == []


def test_a_refused_copy_is_a_sentence(keep):
    with Dovecot() as server:
        server.imap().create("Sent")
        for folder in (server.home / "mail" / server.user).rglob("*Sent*/tmp"):
            folder.chmod(0o500)
        with pytest.raises(ActionFailed) as refused:
            keep(server)
        assert refused.value.problem.sentence == "localhost refused it."
