"""Whatever clicks, undos, outages, lost answers and restarts follow, the server ends as the user last saw it."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from twisted.internet.defer import fail, succeed

from tests.app.house import House
from tests.fakes.ports import FakeStore, FakeWatcher
from tests.fakes.values import account, key, mail
from tray.imap.types import FLAGGED, INBOX, SEEN, Uid
from tray.mail.actions.pending import UNDO_SECONDS
from tray.mail.model.action import MessageAction as Do
from tray.mail.model.status import Problem, ProblemKind, Watching
from tray.net.errors import ActionFailed

WORK = account("work")
UIDS = range(1, 9)
LOST = Problem(ProblemKind.UNREACHABLE, "The connection was lost.")
MOVES = (Do.ARCHIVE, Do.DELETE, Do.JUNK)


class Server:
    """Where each message is, and with which flags."""

    def __init__(self):
        self.place = dict.fromkeys(UIDS, INBOX)
        self.flags = {uid: frozenset() for uid in UIDS}
        self.moves = Counter()
        self.fault = ""

    def perform(self, action):
        """Do an action, as the present fault allows."""
        fault, self.fault = self.fault, self.fault if self.fault == "down" else ""
        if fault == "down":
            return fail(ActionFailed(LOST))
        if fault != "command lost":
            self.do(action)
        return fail(ActionFailed(LOST, begun=True)) if fault else succeed(action.uids)

    def do(self, action):
        for uid in action.uids:
            if self.place[uid] == INBOX:
                if action.moves:
                    self.place[uid] = action.action
                    self.moves[uid] += 1
                else:
                    flag, present = action.flag
                    self.flags[uid] = self.flags[uid] | {flag} if present else self.flags[uid] - {flag}


class History(House):
    """One run of the program on the server."""

    def __init__(self, server, store, now):
        class Watcher(FakeWatcher):
            def perform(self, action, _before_copy):
                return server.perform(action)

        self.server = server
        super().__init__(WORK, watcher=Watcher, store=store, now=now, titles=20)
        self.mail_service.start()
        self.look()

    def look(self):
        """A session reads the mailbox."""
        present = [uid for uid in UIDS if self.server.place[uid] == INBOX]
        messages = [mail(uid, seen=SEEN in self.server.flags[uid]) for uid in present]
        flags = tuple((Uid(uid), self.server.flags[uid]) for uid in present)
        self.report(*messages, flags=flags, covers=Uid(1))

    def shown(self):
        """What the user sees: the flags of each message in the inbox."""
        lines = self.mail_service.summary().accounts[0].latest
        return {line.key.uid: (not line.unseen, line.flagged) for line in lines}

    def connected(self):
        self.server.fault = "" if self.server.fault == "down" else self.server.fault
        self.look()
        self.watcher("work").on_status(Watching(1.0, 1.0))


def step(run, chance):
    """Something happens; the run that goes on."""
    before = run.shown()
    match chance.choice(["act"] * 5 + ["undo"] * 3 + ["fault", "fault", "wait", "connect", "restart"]):
        case "act" if before:
            chosen = chance.sample(sorted(before), chance.randint(1, min(3, len(before))))
            run.actions.act(chance.choice(list(Do)[:7]), [key(uid) for uid in chosen])
        case "undo":
            run.actions.undo()
        case "wait":
            run.clock.advance(chance.choice([1, 5, UNDO_SECONDS]))
        case "fault":
            run.server.fault = chance.choice(["down", "command lost", "answer lost"])
        case "connect":
            run.connected()
            assert run.shown() == before
        case "restart":
            run.actions.stop()
            run = History(run.server, run.store, run.clock.seconds())
            assert run.shown() == before
    return run


@pytest.mark.parametrize("seed", range(60))
def test_the_server_ends_as_the_user_last_saw_it(seed):
    chance = random.Random(seed)
    server = Server()
    run = History(server, FakeStore(), 1_000_000)
    for _ in range(40):
        run = step(run, chance)
    seen = run.shown()
    run.clock.advance(UNDO_SECONDS)
    for _ in range(4):
        run.connected()
    assert run.store.queued == {}
    assert run.refused == []
    assert run.shown() == seen
    assert seen == {
        uid: (SEEN in server.flags[uid], FLAGGED in server.flags[uid])
        for uid in UIDS
        if server.place[uid] == INBOX
    }
    assert all(count == 1 for count in server.moves.values())
