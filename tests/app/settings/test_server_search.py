"""What the account dialog runs to find a server."""

from __future__ import annotations

from tests.net.wire import Reactor
from tray.app.settings.dialog_services import ServerSearch
from tray.mail.setup.discovery import Attempt, Source, State


def test_a_known_provider_is_found_at_once():
    """Nothing is connected for that."""
    reactor, attempts, found = Reactor(), [], []
    ServerSearch(reactor).discover("anna@gmail.com", False, attempts.append, found.append)
    assert [each.host for each in found] == ["imap.gmail.com"]
    assert attempts[-1] == Attempt(Source.SHIPPED, State.FOUND)
    assert not reactor.tcpClients


def test_a_search_can_be_skipped_on_and_given_up():
    """And is not heard of again."""
    reactor, attempts, found = Reactor(), [], []
    reactor.names = {"autoconfig.example.org": ["192.0.2.1"], "example.org": ["192.0.2.1"]}
    search = ServerSearch(reactor).discover("anna@example.org", False, attempts.append, found.append)
    assert attempts[-1] == Attempt(Source.AUTOCONFIG, State.ASKING)
    assert len(reactor.tcpClients) == 2
    search.cancel()
    search.skip()
    assert attempts[-1] == Attempt(Source.AUTOCONFIG, State.ASKING)
    assert found == []
    assert not reactor.getDelayedCalls()
