"""What the settings' page of folders asks."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred, fail, succeed

from tests.net.accounts import CLEAR, SECRET
from tests.net.wire import Reactor
from tray.app.settings.dialog_services import FolderLists
from tray.mail.folders.folders import FolderList
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind

LOCKED = Problem(ProblemKind.NO_SECRET, "The keyring is locked.", "Unlock it.")


class KeptSecrets:
    """A secret store whose answer is given."""

    def __init__(self, answer):
        self.answer = answer
        self.given = []

    async def login_secret(self, _account, given=None):
        self.given.append(given)
        return await self.answer if given is None else given

    async def read_draft(self, _account):
        raise AssertionError("there is no proxy")


def load(answer, secret=None):
    """A listing under way: reactor, secret store, outcomes, and what cancels it."""
    reactor, secret_store, outcomes = Reactor(), KeptSecrets(answer), []
    cancel = FolderLists(reactor, secret_store, None).load(CLEAR, secret, outcomes.append)
    return reactor, secret_store, outcomes, cancel


def answer(reactor):
    wire = reactor.accept().s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
    wire.serve(lambda said: (r'* LIST () "/" INBOX', "OK") if said.startswith("LIST") else ("OK",))
    reactor.advance(0)


@pytest.mark.parametrize("secret", [None, Secret("typed")])
def test_the_folders_come_with_the_secret_that_is_kept_or_typed(secret):
    reactor, secret_store, outcomes, _ = load(succeed(SECRET), secret)
    answer(reactor)
    (found,) = outcomes
    assert isinstance(found, FolderList)
    assert [folder.name for folder in found.folders] == ["INBOX"]
    assert secret_store.given == [secret]
    assert not reactor.getDelayedCalls()


def test_what_went_wrong_is_said():
    reactor, _, outcomes, _ = load(fail(SecretUnavailable(LOCKED)))
    assert outcomes == [LOCKED]
    assert not reactor.tcpClients


@pytest.mark.expects_log("Internal error while listing folders")
def test_a_fault_of_ours_is_said_and_logged():
    _, _, outcomes, _ = load(fail(ZeroDivisionError()))
    assert [problem.kind for problem in outcomes] == [ProblemKind.INTERNAL]


def test_what_is_cancelled_is_not_heard_of_again():
    reactor, _, outcomes, cancel = load(Deferred())
    cancel()
    assert outcomes == []
    reactor, _, outcomes, cancel = load(succeed(SECRET))
    wire = reactor.accept()
    cancel()
    assert wire.transport.aborted
    reactor.advance(0)
    assert outcomes == []
    assert not reactor.getDelayedCalls()
