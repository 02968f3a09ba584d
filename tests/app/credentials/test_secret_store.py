"""Secrets are fetched in a thread, kept where that is right, and never shown."""

from __future__ import annotations

import threading

import pytest
from twisted.internet.defer import Deferred

from tests.fakes.ports import AtOnce, FakeSecrets
from tests.fakes.values import account
from tray.app.credentials.secret_store import SecretStore
from tray.app.credentials.worker_thread import WorkerThread
from tray.mail.model.account import SecretSource
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind

WORK = account("work")
NONE = SecretUnavailable(Problem(ProblemKind.NO_SECRET, "There is no keyring."))


@pytest.fixture
def secrets():
    secrets = FakeSecrets()
    secrets.kept["work"] = Secret("first")
    return secrets


@pytest.fixture
def secret_store(secrets):
    return SecretStore(secrets, AtOnce(), AtOnce())


def result(coroutine):
    out = []
    Deferred.fromCoroutine(coroutine).addBoth(out.append)
    (value,) = out
    return value


def test_a_keyring_secret_is_asked_for_once(secret_store, secrets):
    """A reconnect must not depend on a keyring that was locked meanwhile."""
    assert result(secret_store.login_secret(WORK)) == Secret("first")
    secrets.error = NONE
    assert result(secret_store.login_secret(WORK)) == Secret("first")


def test_a_command_is_run_anew_each_time(secret_store, secrets):
    """The tokens that it prints expire."""
    command = account("work", secret=SecretSource.COMMAND, password_command="true")
    assert result(secret_store.login_secret(command)) == Secret("first")
    secrets.kept["work"] = Secret("second")
    assert result(secret_store.login_secret(command)) == Secret("second")


def test_a_refused_secret_is_fetched_again(secret_store, secrets):
    """The user may have changed it in the keyring."""
    result(secret_store.login_secret(WORK))
    secrets.kept["work"] = Secret("second")
    secret_store.forget("work")
    assert result(secret_store.login_secret(WORK)) == Secret("second")


def test_what_cannot_be_kept_is_used_until_we_end(secret_store, secrets):
    secrets.error = NONE
    kept = []
    secret_store.write(WORK, Secret("typed")).addErrback(lambda failure: kept.append(failure.value))
    assert kept == [NONE]
    assert result(secret_store.login_secret(WORK)) == Secret("typed")


@pytest.mark.expects_log("A secret could not be removed: SecretUnavailable")
def test_forgetting_fails_softly(secret_store, secrets):
    secrets.error = NONE
    told = []
    secret_store.remove(WORK).addCallback(told.append)
    assert told == [NONE.problem]


class Queued:
    """A thread that does its work when the test says so."""

    def __init__(self):
        self.jobs = []

    def run(self, job):
        result = Deferred()
        self.jobs.append((result, job))
        return result

    def give_up(self, error):
        jobs, self.jobs = self.jobs, []
        for waiting, _ in jobs:
            waiting.errback(error)

    def work(self):
        jobs, self.jobs = self.jobs, []
        for waiting, job in jobs:
            AtOnce().run(job).chainDeferred(waiting)


def ask(secret_store, account):
    """Ask for a secret; the list that its answer will be in."""
    out = []
    Deferred.fromCoroutine(secret_store.login_secret(account)).addBoth(out.append)
    return out


def test_a_dismissed_prompt_answers_for_all_accounts_that_wait(secrets):
    """Fifty accounts are no reason to ask fifty times; who asks later is asked for again."""
    keyring = Queued()
    secret_store = SecretStore(secrets, keyring, AtOnce())
    secrets.error = KeyringUnavailable(Problem(ProblemKind.NO_SECRET, "The keyring is locked."))
    answers = [ask(secret_store, account(name)) for name in ("work", "home", "club")]
    keyring.work()
    assert [answer[0].value.problem.sentence for answer in answers] == ["The keyring is locked."] * 3
    assert secrets.asked == ["work"]
    secrets.error = None
    (answer,) = [ask(secret_store, WORK)]
    keyring.work()
    assert answer == [Secret("first")]


def test_an_account_without_a_password_does_not_answer_for_others(secrets):
    keyring = Queued()
    secret_store = SecretStore(secrets, keyring, AtOnce())
    secrets.error = NONE
    answers = [ask(secret_store, account("home")), ask(secret_store, WORK)]
    first, second = keyring.jobs
    keyring.jobs = [first]
    keyring.work()
    secrets.error = None
    keyring.jobs = [second]
    keyring.work()
    assert answers[0][0].value is NONE
    assert answers[1] == [Secret("first")]


def test_nobody_waits_for_the_keyring_of_somebody_else(secrets):
    """Its prompt may stay open for hours."""
    secret_store = SecretStore(secrets, Queued(), AtOnce())
    secrets.kept["home"] = Secret("printed")
    assert ask(secret_store, WORK) == []
    assert ask(secret_store, account("home", secret=SecretSource.COMMAND)) == [Secret("printed")]


def test_a_keyring_that_is_gone_answers_all_who_wait(secrets):
    secret_store = SecretStore(secrets, Queued(), AtOnce())
    waiting = ask(secret_store, WORK)
    secret_store.keyring_vanished()
    assert waiting[0].value.problem.kind is ProblemKind.NO_SECRET


def test_a_secret_shows_itself_to_nobody():
    """Nor in a traceback's locals."""
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret!r} {secret} {secret!s} {[secret]}"


class Turnstile:
    """Stands for the reactor: takes calls from the thread, and makes them when the test says so."""

    def __init__(self):
        self.calls = []
        self.came = threading.Semaphore(0)

    def __call__(self, function, *arguments):
        self.calls.append((function, arguments))
        self.came.release()

    def turn(self):
        assert self.came.acquire(timeout=10)
        function, arguments = self.calls.pop(0)
        function(*arguments)


def test_blocking_calls_run_one_after_the_other_in_a_thread_of_their_own():
    """Two keyring prompts at once would confuse a person."""
    turnstile = Turnstile()
    thread = WorkerThread(turnstile, "test")
    out = []
    for number in range(2):
        thread.run(lambda number=number: (number, threading.current_thread().name)).addBoth(out.append)
    assert out == []
    turnstile.turn()
    turnstile.turn()
    assert out == [(0, "test"), (1, "test")]


def test_what_a_blocking_call_raises_arrives_as_a_failure():
    turnstile = Turnstile()
    thread = WorkerThread(turnstile, "test")
    out = []

    def refuse():
        raise NONE

    thread.run(refuse).addErrback(lambda failure: out.append(failure.value))
    turnstile.turn()
    assert out == [NONE]


def test_a_call_that_hangs_does_not_hold_up_the_exit():
    """A keyring prompt that nobody answers."""
    turnstile = Turnstile()
    thread = WorkerThread(turnstile, "hanging")
    gate = threading.Event()
    out = []
    thread.run(gate.wait).addBoth(out.append)
    (hanging,) = (each for each in threading.enumerate() if each.name == "hanging")
    assert hanging.daemon
    thread.close()
    gate.set()
    hanging.join(10)
    assert out == []


def test_what_hangs_is_given_up_with_what_waits_behind_it_and_the_next_call_has_a_new_thread():
    """A keyring that died over its prompt; what waited must not be asked of the next one unheard."""
    turnstile = Turnstile()
    thread = WorkerThread(turnstile, "stuck")
    begun, gate, out, done = threading.Event(), threading.Event(), [], []
    thread.run(lambda: begun.set() or gate.wait()).addErrback(lambda failure: out.append(failure.value))
    (stuck,) = (each for each in threading.enumerate() if each.name == "stuck")
    thread.run(lambda: done.append("behind")).addErrback(lambda failure: out.append(failure.value))
    assert begun.wait(60)
    thread.give_up(NONE)
    assert out == [NONE, NONE]
    thread.run(lambda: "fresh").addBoth(out.append)
    turnstile.turn()
    assert out == [NONE, NONE, "fresh"]
    gate.set()
    turnstile.turn()
    stuck.join(10)
    assert not stuck.is_alive()
    assert (out, done) == ([NONE, NONE, "fresh"], [])


def test_what_the_keyring_has_now_is_seen_without_disturbing_anybody(secret_store, secrets):
    assert result(secret_store.peek(WORK)) == Secret("first")
    secrets.error = NONE
    assert result(secret_store.peek(WORK)) is None
    secrets.error, secrets.open = None, False
    assert result(secret_store.peek(WORK)) is None


def test_a_keyring_that_goes_away_has_nothing_to_show(secrets):
    waiting = []

    class Slow(AtOnce):
        def run(self, job):
            waiting.append(Deferred())
            return waiting[0]

    out = []
    Deferred.fromCoroutine(SecretStore(secrets, Slow(), AtOnce()).peek(WORK)).addBoth(out.append)
    waiting[0].errback(KeyringUnavailable(Problem(ProblemKind.NO_SECRET, "The keyring is gone.")))
    assert out == [None]


def test_a_password_that_was_typed_is_not_replaced_by_the_answer_of_a_keyring_that_was_asked_before(secrets):
    """Its prompt was open meanwhile. Whoever asked it gets the new one, too."""
    keyring = Queued()
    secret_store = SecretStore(secrets, keyring, AtOnce())
    asked = ask(secret_store, WORK)
    secret_store.write(WORK, Secret("typed"))
    keyring.work()
    assert asked == [Secret("typed")]
    assert result(secret_store.login_secret(WORK)) == Secret("typed")
    assert secrets.kept["work"] == Secret("typed")


@pytest.mark.parametrize("source", [SecretSource.KEYRING, SecretSource.ASK, SecretSource.FILE])
def test_a_password_that_was_typed_counts_where_what_was_asked_before_has_none(secrets, source):
    """For accounts of any source; it need not be kept."""
    thread = Queued()
    secret_store = SecretStore(secrets, thread, thread)
    secrets.error = NONE
    asked = ask(secret_store, account("work", secret=source))
    secret_store.use_for_this_run("work", Secret("typed"))
    thread.work()
    assert asked == [Secret("typed")]


def test_what_was_read_before_its_account_was_removed_is_used_by_nobody(secrets):
    keyring = Queued()
    secret_store = SecretStore(secrets, keyring, AtOnce())
    asked = ask(secret_store, WORK)
    secret_store.remove(WORK)
    keyring.work()
    secrets.error = NONE
    keyring.work()
    assert asked[0].value is NONE
    assert not secret_store.remembers("work")


def test_what_was_refused_while_the_keyring_was_asked_for_a_newer_one_is_not_used_again(secrets):
    """One folder logged in with what was in memory, the other one asks."""
    keyring = Queued()
    secret_store = SecretStore(secrets, keyring, AtOnce())
    secret_store.use_for_this_run("work", Secret("typed"))
    secret_store.forget("work")
    asked = ask(secret_store, WORK)
    secret_store.use_for_this_run("work", Secret("wrong"))
    secret_store.forget_refused(WORK, [Secret("wrong")])
    keyring.work()
    assert asked == []
    keyring.work()
    assert asked == [Secret("first")]


def test_of_two_passwords_the_one_that_was_typed_last_is_kept(secrets):
    keyring = Queued()
    secret_store = SecretStore(secrets, keyring, AtOnce())
    secret_store.write(WORK, Secret("one"))
    asked = ask(secret_store, WORK)
    secret_store.write(WORK, Secret("two"))
    keyring.work()
    assert secrets.kept["work"] == Secret("two")
    assert asked == [Secret("one")]  # there was nothing to wait for
    assert result(secret_store.login_secret(WORK)) == Secret("two")


def test_only_what_was_tried_is_refused(secret_store):
    """Another one, which was given meanwhile, is worth a try; where nobody knows what was tried, all is refused."""
    secret_store.use_for_this_run("work", Secret("new"))
    assert secret_store.forget_refused(WORK, [Secret("old")])
    assert secret_store.remembers("work")
    assert not secret_store.forget_refused(WORK, [Secret("old"), Secret("new")])
    assert not secret_store.remembers("work")
    assert not secret_store.forget_refused(WORK, [Secret("old")])
    secret_store.use_for_this_run("work", Secret("new"))
    assert not secret_store.forget_refused(WORK, None)
    assert not secret_store.remembers("work")


def test_a_refused_access_token_says_nothing_of_what_it_was_made_of(secret_store):
    signed_in = account("work", secret=SecretSource.OAUTH)
    secret_store.set_provider(SecretSource.OAUTH, None)
    secret_store.use_for_this_run("work", Secret("tokens"))
    assert not secret_store.forget_refused(signed_in, [Secret("access")])
    assert secret_store.remembers("work")
