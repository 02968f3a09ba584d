"""Previews that are kept: many while a window lists them, few when it was closed for long."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from tray.imap.types import Uid
from tray.mail.model.message import Preview
from tray.net.imap.mailbox.preview_memory import RELEASE_AFTER, PreviewMemory


def found(first: int, last: int) -> dict[Uid, Preview]:
    return {Uid(uid): Preview(f"Text {uid}") for uid in range(first, last + 1)}


@pytest.mark.parametrize(("listed", "kept"), [(True, 300), (False, 20)])
def test_the_newest_are_kept(listed: bool, kept: int) -> None:
    memory = PreviewMemory()
    if listed:
        memory.on_listed()
    memory.keep(found(1, 350))
    memory.keep(found(351, 351))
    assert sorted(memory.found) == list(range(352 - kept, 352))


@pytest.mark.parametrize(
    ("opened_after", "later", "kept"),
    [
        (None, RELEASE_AFTER - 1, 100),
        (None, RELEASE_AFTER, 20),
        (RELEASE_AFTER - 1, 2 * RELEASE_AFTER, 100),  # the window was opened again
    ],
)
def test_most_are_released_some_time_after_the_window_was_closed(
    opened_after: float | None, later: float, kept: int
) -> None:
    clock, memory = Clock(), PreviewMemory()
    memory.on_listed()
    memory.keep(found(1, 100))
    memory.on_unlisted(clock)
    if opened_after is not None:
        clock.advance(opened_after)
        memory.on_listed()
    else:
        clock.advance(1)
        memory.on_unlisted(clock)  # which is no later time
        later -= 1
    clock.advance(later)
    assert len(memory.found) == kept
    assert clock.getDelayedCalls() == [] or kept == 100


def test_without_a_window_there_is_nothing_to_wait_for() -> None:
    clock = Clock()
    PreviewMemory().on_unlisted(clock)
    assert clock.getDelayedCalls() == []
