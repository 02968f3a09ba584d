"""When the desktop's online accounts may be asked again."""

from __future__ import annotations

import pytest

from tests.rig.online_accounts import OnlineAccounts
from tray.desktop.secrets.online_accounts_watch import OnlineAccountsWatch


def test_it_tells_of_coming_signing_in_and_new_accounts(bus, private_bus, until):
    """And not of an account that begins to want attention: our own asking makes it so."""
    told = []
    watch = OnlineAccountsWatch(lambda: told.append("mended"), bus)
    with OnlineAccounts(private_bus.address) as service:
        until(lambda: len(told) == 1)
        service.add("account_1", email="jane@example.org", secret="x")
        service.signed_in("account_1", wants_attention=True)
        service.signed_in("account_1")
        until(lambda: len(told) == 2)
        service.announce("account_1")
        until(lambda: len(told) == 3)
    until(lambda: not private_bus.owned("org.gnome.OnlineAccounts"))
    assert len(told) == 3
    watch.deleteLater()


def test_without_a_bus_there_is_nothing_to_tell(no_bus):
    """And no error."""
    OnlineAccountsWatch(pytest.fail, no_bus).deleteLater()
