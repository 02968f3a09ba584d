"""What the tests of watchers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.net.watch.test_watcher import World

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.watcher.stop()
    world.reactor.pump([3, 0])
