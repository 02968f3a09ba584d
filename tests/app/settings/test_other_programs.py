"""The search for accounts of other programs, away from the GUI."""

from __future__ import annotations

import queue

from tests.fakes.values import account
from tray.app.settings.dialog_services import OtherPrograms
from tray.mail.importers.candidates import ImportResult


class Loop:
    """Runs what threads hand over, in this thread."""

    def __init__(self):
        self._calls = queue.Queue()

    def call_from_thread(self, call, *arguments):
        self._calls.put((call, arguments))

    def run_one(self):
        call, arguments = self._calls.get(timeout=5)
        call(*arguments)


def test_what_was_found_arrives_in_the_loop():
    loop, calls = Loop(), []
    found = ImportResult(complaints=("one",))
    OtherPrograms(loop.call_from_thread, lambda accounts: found if accounts == [1] else None).find_accounts(
        [1], calls.append
    )
    assert calls == []
    loop.run_one()
    assert calls == [found]


def test_a_cancelled_search_is_not_heard_of():
    loop, calls = Loop(), []
    OtherPrograms(loop.call_from_thread, lambda _: ImportResult()).find_accounts([], calls.append)()
    assert calls == []


def test_the_name_of_an_online_account_arrives_in_the_loop():
    loop, calls = Loop(), []
    OtherPrograms(loop.call_from_thread, title={"a1": "Google: jane"}.get).online_title("a1", calls.append)
    loop.run_one()
    assert calls == ["Google: jane"]


def test_without_a_session_bus_an_online_account_has_no_name(monkeypatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    loop, calls = Loop(), []
    OtherPrograms(loop.call_from_thread).online_title("a1", calls.append)
    loop.run_one()
    assert calls == [""]


def test_it_looks_at_the_files_of_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    (tmp_path / ".mbsyncrc").write_text("IMAPAccount a\nHost imap.example.org\nUser jane\n")
    loop, calls = Loop(), []
    OtherPrograms(loop.call_from_thread).find_accounts([account("a")], calls.append)
    loop.run_one()
    ((offer,),) = [found.offers for found in calls]
    assert (offer.account.host, offer.place) == ("imap.example.org", "~/.mbsyncrc")
