"""A demo server for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.demo.running import RunningDemo

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def demo() -> Iterator[RunningDemo]:
    running = RunningDemo("--interval", "0")
    try:
        yield running
    finally:
        complaints = running.stop()
    assert not complaints


@pytest.fixture
def lively_demo() -> Iterator[RunningDemo]:
    running = RunningDemo("--interval", "0.3")
    try:
        yield running
    finally:
        complaints = running.stop()
    assert not complaints
