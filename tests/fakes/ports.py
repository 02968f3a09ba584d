"""Fakes of our own ports: toasts, state, a watcher, secrets, a worker thread."""

from __future__ import annotations

from twisted.internet.defer import Deferred, succeed

from tray.desktop.storage.state_store import StateError


class FakeToasts:
    """Remembers toasts; hands them over at once, or by `hand_over` where `hand_over_at_once` is False."""

    def __init__(self):
        self.shown = {}
        self.orders = []
        self.waiting = []
        self.hand_over_at_once = True

    def prepare(self):
        pass

    def show(self, order, handed_over):
        self.orders.append(order)
        if order.replaces is not None:
            self.shown.pop(order.replaces, None)
        self.shown[order.toast.key] = order.toast
        if self.hand_over_at_once:
            handed_over()
        else:
            self.waiting.append(handed_over)

    def withdraw(self, key):
        self.orders.append(key)
        self.shown.pop(key, None)

    def close(self):
        pass

    def hand_over(self):
        waiting, self.waiting = self.waiting, []
        for handed_over in waiting:
            handed_over()


class FakeStore:
    """Keeps states in memory; refuses like a disk that is `full`."""

    def __init__(self):
        self.kept = {}
        self.seen = {}
        self.said = {}
        self.queued = {}
        self.kept_reminders = {}
        self.kept_pause = None
        self.typed = {}
        self.writes = 0
        self.full = False

    def _check_room(self):
        if self.full:
            raise StateError("The disk is full. Make room.")

    def save(self, account, mailbox, state, fingerprints=()):
        self._check_room()
        self.writes += 1
        self.kept[account, mailbox] = state
        self.seen.setdefault(account, []).extend((each, 1_000_000.0) for each in fingerprints)

    def fingerprints(self, account):
        self._check_room()
        return self.seen.get(account, [])

    def alerts(self, account):
        self._check_room()
        return self.said.get(account, {})

    def save_alerts(self, account, alerts):
        self._check_room()
        self.said[account] = dict(alerts)

    def prune(self, watched):
        self._check_room()
        self.watched = set(watched)

    def actions(self):
        self._check_room()
        return [self.queued[number] for number in sorted(self.queued)]

    def save_actions(self, actions):
        self._check_room()
        self.queued |= {action.id: action for action in actions}

    def delete_actions(self, ids):
        self._check_room()
        for number in ids:
            self.queued.pop(number, None)

    def reminders(self):
        self._check_room()
        return dict(self.kept_reminders)

    def save_reminders(self, messages, due):
        self._check_room()
        self.kept_reminders |= {key: (due, message) for key, message in messages}

    def delete_reminders(self, keys):
        self._check_room()
        for key in keys:
            self.kept_reminders.pop(key, None)

    def pause(self):
        self._check_room()
        return self.kept_pause

    def save_pause(self, pause):
        self._check_room()
        self.kept_pause = pause

    def replies(self):
        self._check_room()
        return [self.typed[number] for number in sorted(self.typed)]

    def save_reply(self, reply):
        self._check_room()
        self.typed[reply.id] = reply

    def delete_reply(self, number):
        self._check_room()
        self.typed.pop(number, None)

    def forget(self, account):
        self._check_room()
        self.queued = {key: action for key, action in self.queued.items() if action.account != account}
        self.kept = {place: state for place, state in self.kept.items() if place[0] != account}
        self.seen.pop(account, None)


class FakeWatcher:
    """A watcher that remembers its calls, and whose results the test gives."""

    def __init__(self, account, mailbox, on_status):
        self.account, self.mailbox, self.on_status = account, mailbox, on_status
        self.calls = []
        self.answer = succeed(None)
        self.answers = []
        self.searches = []
        self.capabilities = frozenset()
        self.last_confirmed = None

    def start(self):
        self.calls.append("start")

    def stop(self):
        self.calls.append("stop")
        return succeed(None)

    def check_now(self):
        self.calls.append("check")

    def pause(self, until):
        self.calls.append(("pause", until))

    def resume(self):
        self.calls.append("resume")

    def sleep(self):
        self.calls.append("sleep")
        return self.answer

    def on_network_back(self):
        self.calls.append("retry")

    def probe(self, since):
        self.calls.append(("probe", since))

    def show(self, titles):
        self.calls.append(("show", titles))

    def search(self, search):
        self.searches.append(search)

    def perform(self, action, before_copy):
        self.calls.append((action.action.value, tuple(action.uids)))
        self.before_copy = before_copy
        return self.answers.pop(0) if self.answers else succeed(action.uids)


class FakeSecrets:
    """The keyring, as far as the secret store needs it."""

    def __init__(self):
        self.kept = {}
        self.error = None
        self.open = True
        self.asked = []

    def _check(self):
        if self.error is not None:
            raise self.error

    def keyring_is_open(self):
        return self.open

    def read(self, account):
        self.asked.append(account.id)
        self._check()
        return self.kept[account.id]

    def write(self, account, secret):
        self._check()
        self.kept[account.id] = secret

    def remove(self, account):
        self._check()
        self.kept.pop(account.id, None)

    def check_writable(self, _account):
        self._check()


class AtOnce:
    """Runs blocking calls in the test's own thread."""

    def run(self, job):
        result = Deferred()
        try:
            result.callback(job())
        except Exception:  # noqa: BLE001 -- handed to the caller
            result.errback()
        return result

    def close(self):
        pass
