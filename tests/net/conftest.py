"""What the tests of the net room share."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher

from tests.net.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator


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


@pytest.fixture
def nothing_unhandled(request: pytest.FixtureRequest) -> Iterator[None]:
    """No Deferred may fail without anybody who takes note: Twisted logs it when the Deferred is collected.

    By `usefixtures`, so that it begins before and ends behind the test's other fixtures.
    """
    failures: list[Any] = []

    def observe(event: dict[str, Any]) -> None:
        if "log_failure" in event:
            failures.append(event["log_failure"])

    gc.collect()  # what others left
    gc.freeze()  # and what is here to stay, such as all modules, need not be looked through again and again
    globalLogPublisher.addObserver(observe)
    yield
    request.node.funcargs.clear()  # the wire keeps the connection's end, and its traceback every Deferred
    gc.collect()
    globalLogPublisher.removeObserver(observe)
    assert failures == []
