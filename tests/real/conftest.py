"""Tests with a real server fail, and say why, where it is not installed: a skipped proof is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.real.dovecot import BINARY, MISSING, Dovecot

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A running server with an empty mailbox."""
    if BINARY is None:
        pytest.fail(MISSING)
    with Dovecot() as server:
        yield server
