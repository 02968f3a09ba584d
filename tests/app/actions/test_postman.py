"""Sending one reply for real, as far as a machine without a network can."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred
from twisted.protocols import tls

from tests.fakes.values import account
from tests.net.loopback import run
from tests.net.smtp.scripted import HOST, Smtp, listening, reply
from tests.net.wire import Reactor, result
from tray.app.actions.postman import Postman
from tray.app.actions.reply_ports import NotSent
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import ProblemKind


class Keys:
    """The secret store."""

    def __init__(self, secret=None):
        self.secret = secret or Secret("right")

    async def login_secret(self, _account):
        if isinstance(self.secret, Exception):
            raise self.secret
        return self.secret

    read = login_secret


def sends(folder, monkeypatch, server, secret=None, before=lambda: None, **fields):
    with listening(server, folder) as port:

        async def main(reactor):
            monkeypatch.setattr(tls, "_get_default_clock", lambda: reactor, raising=False)
            work = account(
                "work", ca_file=str(folder / "ca.pem"), outgoing=f"smtps://{HOST}:{port}", **fields
            )
            return await Postman(reactor, Keys(secret)).send(work, reply(), before)

        return run(main), port


def test_a_reply_is_sent_and_its_server_told(tmp_path, monkeypatch):
    server = Smtp()
    sent, port = sends(tmp_path, monkeypatch, server)
    assert sent == f"smtps://{HOST}:{port}"
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("answers", "kind", "passing", "unknown"),
    [
        ({"RCPT": "550 5.1.1 no\r\n"}, ProblemKind.SERVER, False, False),
        ({"RCPT": "451 4.7.1 later\r\n"}, ProblemKind.UNREACHABLE, True, False),
        ({"AUTH": "535 5.7.8 no\r\n"}, ProblemKind.REFUSED, False, False),
        ({"mail": None}, ProblemKind.UNREACHABLE, False, True),
        ({"greeting": None}, ProblemKind.UNREACHABLE, True, False),
    ],
)
def test_a_failure_says_whether_another_attempt_makes_sense(
    tmp_path, monkeypatch, answers, kind, passing, unknown
):
    with pytest.raises(NotSent) as failed:
        sends(tmp_path, monkeypatch, Smtp(**answers))
    assert (failed.value.problem.kind, failed.value.passing, failed.value.unknown) == (kind, passing, unknown)


def test_without_a_secret_nothing_is_connected_to(tmp_path, monkeypatch):
    server = Smtp()
    with pytest.raises(NotSent) as failed:
        sends(tmp_path, monkeypatch, server, SecretUnavailable.because("The keyring is locked."))
    assert failed.value.problem.sentence == "The keyring is locked."
    assert not failed.value.passing
    assert server.connections == 0


def test_what_stops_it_before_the_mail_is_handed_on(tmp_path, monkeypatch):
    from tray.mail.model.status import Problem

    stop = NotSent(Problem(ProblemKind.INTERNAL, "No disk.", ""), passing=True)

    def before():
        raise stop

    server = Smtp()
    with pytest.raises(NotSent) as failed:
        sends(tmp_path, monkeypatch, server, before=before)
    assert failed.value is stop
    assert server.mails == []


def test_a_copy_that_cannot_be_kept_is_a_problem():
    reactor = Reactor()
    keys = Keys(SecretUnavailable.because("The keyring is locked."))
    (failure,) = result(Deferred.fromCoroutine(Postman(reactor, keys).keep(account("work"), reply())))
    assert failure.problem.sentence == "The keyring is locked."


def test_an_account_without_an_outgoing_server_is_told_where_to_enter_it(monkeypatch):
    from tray.net.smtp import finding

    async def nothing(*_, **__):
        return None

    monkeypatch.setattr(finding, "find_outgoing", nothing)
    (failure,) = result(
        Deferred.fromCoroutine(Postman(Reactor(), Keys()).send(account("work"), reply(), lambda: None))
    )
    assert failure.problem.sentence == "No outgoing server was found for Work."
    assert not failure.passing
