"""Whatever happens to mails and files, in any order: none is lost, and none announced twice but where it is said."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tray.app.notifications.announcements import Announcements
from tray.desktop.storage.state_store import StateStore
from tray.imap.types import INBOX, SEEN, Address, Envelope, MailboxName, Uid, UidValidity
from tray.mail.arrivals.mailbox_state import MailboxReport, advance, may_have_missed, not_announced
from tray.mail.model.account import AccountId
from tray.mail.model.message import Message, UncountedBatch

WORK = AccountId("work")
BOXES = (INBOX, MailboxName("Lists"))
TITLES = 3
CATCH_UP = 5
STEPS = (
    "arrive",
    "arrive",
    "look",
    "look",
    "tell",
    "tell one",
    "toast and kill",
    "kill",
    "back up",
    "put back",
    "read",
    "expunge",
)
histories = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 1), st.integers(0, 7)), max_size=40)


class Box:
    """A mailbox on a server: UID and number of each mail, which are unseen."""

    def __init__(self):
        self.validity, self.next, self.mails, self.unseen = 7, 1, {}, set()

    def add(self, mail, *, unseen=True):
        self.mails[self.next] = mail
        if unseen:
            self.unseen.add(self.next)
        self.next += 1

    def remove(self, uid):
        unseen = uid in self.unseen
        self.unseen.discard(uid)
        return self.mails.pop(uid), unseen

    def renumber(self):
        there = [(mail, uid in self.unseen) for uid, mail in sorted(self.mails.items())]
        self.validity, self.next, self.mails, self.unseen = self.validity + 1, 1, {}, set()
        for mail, unseen in there:
            self.add(mail, unseen=unseen)


class World:
    """A server, a program that may be killed, its file, and backups of it."""

    def __init__(self, folder, catch_up):
        self.catch_up = catch_up
        self.file = folder / "state.sqlite3"
        self.backups = []
        self.boxes = {name: Box() for name in BOXES}
        self.mails = 0
        self.told, self.permitted, self.read, self.counted = [], Counter(), set(), set()
        self.unnoticed = {name: {} for name in BOXES}
        """UID and number of mails that have left, as far as nobody can have noticed it."""
        self.start()
        for name in BOXES:
            self.look(name)

    # The program.

    def start(self):
        self.store = StateStore(self.file)
        self.announcements = Announcements(self.store, self.store.load(), pytest.fail, time.time)
        self.waiting = {}

    def kill(self):
        self.store.close()

    def message(self, box, uid):
        mail = box.mails[uid]
        envelope = Envelope(f"mail {mail}", Address("", "a@x"), 1_000_000.0 + mail, f"<{mail}@x>")
        return Message(Uid(uid), envelope, frozenset(() if uid in box.unseen else {SEEN}))

    def look(self, name):
        """A session opens the mailbox and reads what it needs."""
        box, known = self.boxes[name], self.announcements.state(WORK, name)
        titles = {message.uid for message in known.latest} if known is not None else ()
        self.unnoticed[name] = {uid: mail for uid, mail in self.unnoticed[name].items() if uid not in titles}
        newest = sorted(box.mails)[-TITLES:]
        lowest = Uid(newest[0] if len(box.mails) > TITLES else 1)
        messages = tuple(self.message(box, uid) for uid in newest)
        if may_have_missed(known, UidValidity(box.validity), messages, lowest):
            messages = tuple(self.message(box, uid) for uid in sorted(box.mails)[-self.catch_up :])
        below = set()
        if known is not None and known.uid_validity == box.validity and len(messages) == self.catch_up:
            below = box.unseen & set(not_announced(known, Uid(messages[0].uid - 1)))
        report = MailboxReport(
            UidValidity(box.validity),
            messages,
            covers=lowest,
            unseen=len(box.unseen),
            uid_next=Uid(box.next),
            empty=not box.mails,
            passed_over=len(below),
        )
        change = advance(known, report, TITLES, time.time())
        found = self.announcements.sort_arrivals(WORK, name, change, report)
        for key in found.done:
            self.waiting.pop(key, None)
        for key, message in found.new:
            self.waiting[key] = int(message.envelope.subject.split()[1])
        for batch in found.batches:
            self.waiting[batch] = {box.mails[uid] for uid in below}
        self.announcements.save(WORK, name)

    def toast(self, keys):
        for key in keys:
            if isinstance(
                key, UncountedBatch
            ):  # which they were nobody knows: what was announced may be counted once more
                self.counted |= self.waiting.pop(key)
            else:
                self.told.append(self.waiting.pop(key))

    # What happens.

    def step(self, what, name, which):
        box = self.boxes[name]
        uid = sorted(box.mails)[which % len(box.mails)] if box.mails else None
        if what == "arrive":
            self.mails += 1
            box.add(self.mails)
        elif what == "look":
            self.look(name)
        elif what in {"tell", "tell one"}:
            keys = list(self.waiting) if what == "tell" else list(self.waiting)[which:][:1]
            self.toast(keys)
            self.announcements.mark_announced(keys)
        elif what == "toast and kill":  # the one window in which a mail may be repeated
            keys = list(self.waiting)
            self.permitted.update(self.waiting[key] for key in keys if not isinstance(key, UncountedBatch))
            self.toast(keys)
            self.restart()
        elif what in {"kill", "back up", "put back"}:
            self.restart(what, which)
        elif uid is not None:
            self.happen(what, name, uid)

    def happen(self, what, name, uid):
        box = self.boxes[name]
        (other_name,) = (each for each in BOXES if each != name)
        other = self.boxes[other_name]
        if what == "read":
            box.unseen.discard(uid)
            self.read.add(box.mails[uid])
        elif what == "expunge":
            self.leaves(name, uid)
        elif what == "renumber":
            box.renumber()
        elif box.mails[uid] in other.mails.values():
            pass  # two that are alike in one mailbox are two
        elif what == "move":
            self.comes(box.mails[uid], other_name)
            mail, unseen = self.leaves(name, uid)
            other.add(mail, unseen=unseen)
        elif what == "copy":
            self.comes(box.mails[uid], other_name)
            other.add(box.mails[uid], unseen=uid in box.unseen)

    def leaves(self, name, uid):
        mail, unseen = self.boxes[name].remove(uid)
        self.unnoticed[name][uid] = mail
        return mail, unseen

    def comes(self, mail, name):
        """Back to where it was, and nobody has seen that it had left: to us they are two that are alike."""
        if mail in self.unnoticed[name].values():
            self.permitted[mail] += 1

    def restart(self, what="kill", which=0):
        self.kill()
        if what == "back up":
            backup = self.file.with_name(f"backup{len(self.backups)}")
            shutil.copy(self.file, backup)
            self.backups.append((backup, len(self.told)))
        elif what == "put back" and self.backups:
            backup, told = self.backups[which % len(self.backups)]
            shutil.copy(backup, self.file)
            self.permitted.update(self.told[told:])  # nothing knows what was announced since
        self.start()

    def end(self):
        """Everything calms down, and the user looks at his toasts."""
        for _ in range(2):
            for name in BOXES:
                self.look(name)
        self.step("tell", INBOX, 0)

    def lost(self):
        unseen = {box.mails[uid] for box in self.boxes.values() for uid in box.unseen}
        return unseen - self.read - set(self.told) - self.counted

    def repeated(self):
        return {mail for mail, count in Counter(self.told).items() if count > 1 + self.permitted[mail]}


@pytest.fixture(autouse=True)
def fast_disk(monkeypatch):
    """Thousands of saves, in memory where there is such a folder: a power loss is not the question here."""
    if Path("/dev/shm").is_dir():
        monkeypatch.setattr(tempfile, "tempdir", "/dev/shm")
    monkeypatch.setattr(logging.getLogger("tray.desktop.storage.state_store"), "disabled", True)


@pytest.mark.parametrize(
    ("more", "catch_up"), [(("move", "copy"), CATCH_UP), (("move", "copy"), 99), (("renumber",), 99)]
)
@seed(7)
@settings(
    max_examples=120,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories)
def test_no_history_loses_a_mail_or_repeats_one_outside_the_stated_windows(more, catch_up, history):
    steps = (*STEPS, *more)
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), catch_up)
        with closing(world.store):
            for number, box, which in history:
                world.step(steps[number % len(steps)], BOXES[box], which)
            world.end()
            assert world.lost() == set()
            assert world.repeated() == set()
        world.kill()
