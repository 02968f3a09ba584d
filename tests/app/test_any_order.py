"""Threads, keyring, servers, notification server and clock answer late and in any order, while the user acts.

Fakes that answer at once hide what goes wrong between a question and its answer. Here a seeded schedule decides what
happens next; whatever it is, no mail may be lost, no setting undone, no password dropped, and no connection overlap.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from tests.app.settings.test_settings_service import FakeFile
from tests.fakes.ports import FakeSecrets, FakeStore, FakeToasts
from tests.fakes.values import VALIDITY, account, mail
from tray.app.accounts.mail_service import MailService
from tray.app.accounts.pause import Pause
from tray.app.accounts.pending_actions import PendingActions
from tray.app.credentials.secret_store import SecretStore
from tray.app.credentials.sign_in import SignIn
from tray.app.notifications.announcements import Announcements
from tray.app.notifications.gate import NotificationGate
from tray.app.notifications.notification_center import NotificationCenter
from tray.app.prompts import Prompts
from tray.app.settings.dialog_sign_in import DialogSignIn
from tray.app.settings.settings_service import SettingsService
from tray.imap.types import INBOX, SEEN, MailboxName, Uid
from tray.mail.arrivals.mailbox_state import MailboxReport
from tray.mail.model.account import SecretSource
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import Connecting, NeedsCredentials, Paused, Problem, ProblemKind, Watching
from tray.mail.model.toast import Show
from tray.mail.settings.settings import Settings

FOLDERS = (INBOX, MailboxName("Lists"), MailboxName("Alerts"))
RIGHT, WRONG, OLD = Secret("right"), Secret("wrong"), Secret("old")
TYPED = (SecretSource.KEYRING, SecretSource.ASK, SecretSource.FILE)
ACCOUNTS = (
    account("keyring", mailboxes=FOLDERS),
    account("ask", secret=SecretSource.ASK, mailboxes=FOLDERS),
    account("file", secret=SecretSource.FILE, mailboxes=FOLDERS),
    account("command", secret=SecretSource.COMMAND, password_command="true", mailboxes=FOLDERS),
)
STEPS, CALM = 250, 3000


class LateSecrets(FakeSecrets):
    """What is kept; an account that asks has nothing, a command prints what is right."""

    def read(self, account):
        if account.secret is SecretSource.COMMAND:
            return RIGHT
        if account.secret is SecretSource.ASK or account.id not in self.kept:
            raise SecretUnavailable(Problem(ProblemKind.NO_SECRET, "There is no password yet."))
        return self.kept[account.id]

    def write(self, account, secret):
        if account.secret is not SecretSource.ASK:
            super().write(account, secret)


class LateThread:
    """Does what it is asked, one after the other or (`in_order` is false) side by side, and answers later."""

    def __init__(self, chance, *, in_order=True):
        self.chance, self.in_order, self.jobs, self.answers = chance, in_order, [], []

    def run(self, job):
        result = Deferred()
        self.jobs.append((result, job))
        return result

    def step(self):
        """Go on a little; whether there was anything to do."""
        if self.jobs and (not self.answers or self.chance.random() < 0.5):
            result, job = self._next(self.jobs)
            try:
                outcome = job()
            except Exception:  # noqa: BLE001 -- handed to whoever waits
                outcome = Failure()
            self.answers.append((result, outcome))
        elif self.answers:
            result, outcome = self._next(self.answers)
            (result.errback if isinstance(outcome, Failure) else result.callback)(outcome)
        else:
            return False
        return True

    def _next(self, these):
        return these.pop(0 if self.in_order else self.chance.randrange(len(these)))


class LateWatcher:
    """Connects, logs in, reports and says goodbye, each when the schedule comes to it."""

    last_confirmed = None

    def __init__(self, world, account, mailbox, on_status):
        self.world, self.account, self.mailbox, self.on_status = world, account, mailbox, on_status
        self.life, self.waits, self.paused, self.connected = 0, False, False, False

    def start(self):
        self.paused, self.connected = False, True
        there = [
            each for each in self.world.watchers if each.account.id == self.account.id and each.connected
        ]
        assert len(there) <= len(FOLDERS), "old and new connections at once"
        self._attempt()

    def stop(self):
        self.life += 1
        over = Deferred()
        self.world.later.append(lambda: self._gone(over))
        return over

    def check_now(self):
        if self.waits:
            self._attempt()

    def check(self):
        """Tell of what is there now."""
        self.world.report(self)

    def pause(self, until):
        self.life += 1
        self.waits, self.paused = False, True
        self.world.later.append(lambda: self.world.report(self))  # its last words, before the goodbye
        self.on_status(Paused(0.0, until))

    def resume(self):
        if self.paused:
            self.start()

    def _gone(self, over):
        self.connected = False
        over.callback(None)

    def _attempt(self):
        self.life, self.waits = self.life + 1, False
        life = self.life
        self.on_status(Connecting(self.world.clock.seconds()))

        def then(call):
            return lambda value: call(value) if life == self.life else None

        def log_in(secret):
            if self.world.typed.get(self.account.id) == RIGHT:
                assert secret == RIGHT, "what was typed is not used"
            self.world.later.append(lambda: then(logged_in)(secret))

        def logged_in(secret):
            if secret == RIGHT:
                self.on_status(Watching(0.0, 0.0), [secret])
                self.check()
            else:
                self._needs(ProblemKind.REFUSED, [secret])

        asked = Deferred.fromCoroutine(self.world.secret_store.login_secret(self.account))
        asked.addCallbacks(then(log_in), then(lambda _: self._needs(ProblemKind.NO_SECRET, [])))

    def _needs(self, kind, tried):
        if kind is ProblemKind.NO_SECRET:
            assert self.world.typed.get(self.account.id) != RIGHT, "what was typed is gone"
        self.waits = True
        self.on_status(NeedsCredentials(0.0, Problem(kind, "The password is wrong.")), tried)


class World:
    """The program between its ports, and a user."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.clock = Clock()
        self.clock.advance(1_000_000)
        self.later, self.watchers, self.questions, self.done = [], [], {}, []
        self.boxes = {(each.id, name): [] for each in ACCOUNTS for name in FOLDERS}
        self.known, self.read, self.serial, self.seen = set(), set(), 1, {}
        self.threads = [LateThread(self.chance), LateThread(self.chance)]
        self.threads.append(LateThread(self.chance, in_order=False))
        self.secrets = LateSecrets()
        self.secrets.kept = {"keyring": OLD, "file": RIGHT}
        self.kept, self.typed = dict(self.secrets.kept), {}
        self.secret_store = SecretStore(self.secrets, *self.threads)
        self.toasts, self.told = FakeToasts(), set()
        self.toasts.hand_over_at_once = False
        self.announcements = Announcements(FakeStore(), {}, pytest.fail)
        self.notification_center = NotificationCenter(self.clock, self.toasts, self)
        self.quiet = NotificationGate(
            self.clock, self.notification_center, self, lambda: self.settings_service.current, lambda: None
        )
        self.credentials = Prompts(self.secret_store, None, self, None, pytest.fail)
        settings = Settings(accounts=ACCOUNTS)
        self.mail_service = MailService(
            settings,
            make_watcher=self.make_watcher,
            announcements=self.announcements,
            pending=PendingActions(FakeStore()),
            gate=self.quiet,
            now=self.clock.seconds,
            changed=lambda: None,
            confirmed=lambda: None,
            status_changed=self.credentials.status_changed,
        )
        self.settings_service = SettingsService(
            self.clock,
            FakeFile(),
            settings,
            self.secret_store,
            None,
            pytest.fail,
        )
        self.settings_service.connect(self.mail_service)
        self.sign_in = DialogSignIn(
            SignIn(
                self.clock,
                self.secret_store,
                lambda: self.settings_service.current.oauth,
                now=self.clock.seconds,
            ),
            self.secret_store,
            self.settings_service,
            None,
        )
        self.pauses = Pause(self.clock, self.mail_service, self.quiet, FakeStore())
        self.wanted = {
            each.id: {"muted": False, "port": each.port, "mailboxes": FOLDERS} for each in ACCOUNTS
        }
        self.client = None

    # The ports.

    def make_watcher(self, account, mailbox, _titles, on_status):
        self.watchers.append(LateWatcher(self, account, mailbox, on_status))
        return self.watchers[-1]

    def ask_password(self, account, _reason, answer, *, asked_for):
        self.questions.setdefault(account.id, answer)

    def mark_announced(self, keys):
        self.told |= set(keys)
        self.announcements.mark_announced(keys)

    # The servers.

    def report(self, watcher):
        """What is in its mailbox now, if its watcher is still listened to."""
        place = watcher.account.id, watcher.mailbox
        watch = self.mail_service.watch(watcher.account.id)
        if watch is None or not watch.is_current(watcher.account, watcher.mailbox):
            return
        mails = [
            replace(each, flags=frozenset({SEEN})) if each.uid in self.seen_in(place) else each
            for each in self.boxes[place]
        ]
        if self.announcements.state(*place) is None:
            self.known |= {each.envelope.message_id for each in mails}
        self.mail_service.on_report(
            watcher.account, watcher.mailbox, MailboxReport(VALIDITY, tuple(mails), covers=Uid(1))
        )

    def seen_in(self, place):
        return self.seen.setdefault(place, set())

    def mail_comes(self):
        """To one folder, or to several at once."""
        whose = self.chance.choice(ACCOUNTS).id
        self.serial += 1
        now = self.clock.seconds()
        for folder in self.chance.sample(FOLDERS, self.chance.randint(1, len(FOLDERS))):
            self.boxes[whose, folder].append(
                mail(self.serial, f"News {self.serial}", message_id=f"<{self.serial}@x>", date=now)
            )

    def mail_is_read(self):
        place = self.chance.choice(list(self.boxes))
        if self.boxes[place]:
            one = self.chance.choice(self.boxes[place])
            self.seen_in(place).add(one.uid)
            self.read.add(one.envelope.message_id)

    def server_speaks(self):
        watching = [each for each in self.watchers if isinstance(self.status(each), Watching)]
        if watching:
            self.chance.choice(watching).check()

    def status(self, watcher):
        """Of the watcher of a mailbox that is there now."""
        watch = self.mail_service.watch(watcher.account.id)
        post = None if watch is None else watch._mailboxes.get(watcher.mailbox)
        return post.status if post is not None and post.watcher is watcher else None

    def notification_server(self):
        waiting = self.toasts.waiting
        if waiting:
            waiting.pop(self.chance.randrange(len(waiting)))()

    # The user.

    def change(self, **fields):
        whose = self.chance.choice(ACCOUNTS).id
        self.wanted[whose] |= fields
        now = self.settings_service.current
        accounts = tuple(replace(each, **fields) if each.id == whose else each for each in now.accounts)
        self.settings_service.apply(replace(now, accounts=accounts), {}, self.done.append)

    def edits(self):
        self.change(port=self.chance.choice((993, 1993, 2993)))

    def ticks(self):
        folders = (INBOX, *self.chance.sample(FOLDERS[1:], self.chance.randint(0, 2)))
        self.change(mailboxes=tuple(folders))

    def mutes(self):
        muted = self.chance.random() < 0.5
        self.wanted["command"]["muted"] = muted
        self.settings_service.mute("command", muted)

    def signs_in(self):
        self.client = f"client {self.chance.random()}"
        self.sign_in.set_client("google", self.client, Secret("hush"), self.done.append)

    def types(self):
        if self.questions:
            whose = self.chance.choice(sorted(self.questions))
            self.answer(whose, self.chance.choice((RIGHT, RIGHT, WRONG, None)), self.chance.random() < 0.5)

    def answer(self, whose, secret, remember):
        if secret is not None:
            self.typed[whose] = secret
            if remember and whose != "ask":
                self.kept[whose] = secret
        self.questions.pop(whose)(secret, remember)

    def gives(self):
        """A click on “Enter password…”."""
        whose = self.chance.choice(ACCOUNTS)
        if whose.secret in TYPED:
            self.credentials.ask_credentials_or_retry(self.mail_service.watch(whose.id))

    def pauses_or_resumes(self):
        if self.pauses.current is None:
            self.pauses.pause(self.chance.choice((None, 20.0)))
        else:
            self.pauses.resume()

    # The schedule.

    def goes_on(self):
        """One answer that somebody waits for; whether there was one."""
        threads = [each for each in self.threads if each.jobs or each.answers]
        choices = [*(each.step for each in threads)]
        if self.later:
            choices.append(self.something_comes)
        if self.toasts.waiting:
            choices.append(self.notification_server)
        if choices:
            self.watched(self.chance.choice(choices))
        return bool(choices)

    def something_comes(self):
        self.later.pop(self.chance.randrange(len(self.later)))()

    def watched(self, step):
        """Take a step, in which no toast appears during the user's pause."""
        paused, before = self.pauses.current is not None, len(self.toasts.orders)
        step()
        if paused and self.pauses.current is not None:
            assert not any(isinstance(order, Show) for order in self.toasts.orders[before:])

    def lives(self):
        acts = (
            *(self.mail_comes, self.mail_comes, self.server_speaks, self.server_speaks, self.mail_is_read),
            *(self.types, self.types, self.gives, self.edits, self.ticks, self.mutes, self.signs_in),
            *(self.pauses_or_resumes, lambda: self.clock.advance(self.chance.choice((0.5, 3.0, 30.0)))),
        )
        for _ in range(STEPS):
            if self.chance.random() < 0.6:
                self.goes_on()
            else:
                self.watched(self.chance.choice(acts))

    def calms_down(self):
        """Everybody answers at last, and the user with what is right."""
        self.pauses.resume()
        for _ in range(CALM):
            if self.goes_on():
                continue
            if self.questions:
                whose = next(iter(self.questions))
                self.answer(whose, RIGHT, True)
            elif needy := [
                each.account
                for each in self.mail_service.watches
                if isinstance(each.status, NeedsCredentials)
            ]:
                self.credentials.ask_credentials_or_retry(self.mail_service.watch(needy[0].id))
            elif self.clock.getDelayedCalls():
                self.clock.advance(5)
            else:
                return
        pytest.fail("it never comes to rest")


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_order_nothing_is_lost_dropped_or_undone(seed):
    world = World(seed)
    world.mail_service.start()
    world.lives()
    world.calms_down()
    for watcher in world.watchers:
        if world.status(watcher) is not None:
            assert isinstance(world.status(watcher), Watching)
            watcher.check()
    world.calms_down()

    now = {each.id: each for each in world.settings_service.current.accounts}
    assert {
        name: {key: getattr(each, key) for key in ("muted", "port", "mailboxes")}
        for name, each in now.items()
    } == world.wanted
    assert [each.client_id for each in world.settings_service.current.oauth] == (
        [world.client] if world.client else []
    )
    assert set(world.done) <= {None}
    assert {name: secret for name, secret in world.secrets.kept.items() if name in now} == world.kept
    for name, secret in world.typed.items():
        if secret == RIGHT:  # a wrong one may wait for the next connection
            assert world.secret_store._remembered[name] == RIGHT
    assert world.announcements._duplicates._pending == {}
    told = {
        mail.envelope.message_id
        for (name, folder), mails in world.boxes.items()
        for mail in mails
        if any((key.account, key.mailbox, key.uid) == (name, folder, mail.uid) for key in world.told)
    }
    for (name, folder), mails in world.boxes.items():
        if folder in now[name].mailboxes:
            assert not world.announcements._mailboxes[name, folder].pending
            due = {each.envelope.message_id for each in mails} - world.known - world.read
            if name != "command":  # it is muted now and then
                assert due <= told
