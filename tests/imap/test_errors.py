"""Tests of the errors."""

from __future__ import annotations

import pytest

from tray.imap.errors import CommandRefused, ImapError


def test_a_refusal_reads_as_one_line() -> None:
    assert str(CommandRefused("LOGIN", "NO", "LIMIT", "too many")) == "LOGIN refused: NO [LIMIT] too many"
    assert str(CommandRefused("EXAMINE", "BAD", "", "what?")) == "EXAMINE refused: BAD what?"


def test_a_refusal_can_be_raised_compared_and_stripped_of_its_traceback() -> None:
    """Twisted sets `__traceback__` to None on what it keeps, which a frozen class would not bear."""
    with pytest.raises(ImapError) as caught:
        raise CommandRefused("LOGIN", "NO", "", "no")
    caught.value.__traceback__ = None
    assert caught.value == CommandRefused("LOGIN", "NO", "", "no")
    assert hash(caught.value) == hash(CommandRefused("LOGIN", "NO", "", "no"))
