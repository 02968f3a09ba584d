"""What the tests of the net room share."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from tests.net.wire import Wire


@pytest.fixture(params=[1, 7, None], ids=["bytes", "sevens", "whole"])
def chop(request: pytest.FixtureRequest) -> int | None:
    """How many bytes the server's words come in at once."""
    return request.param


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wire(clock: Clock, chop: int | None) -> Wire:
    """A greeted connection, however its bytes are cut."""
    return Wire(clock, chop).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID LITERAL+] ready")


@pytest.fixture
def whole(clock: Clock) -> Wire:
    """A greeted connection."""
    return Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID LITERAL+] ready")
