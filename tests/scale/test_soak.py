"""What the program keeps of mails, reconnects and openings, at a size that fits between other tests."""

from __future__ import annotations

import pytest

from tests.scale.soak import run

pytestmark = pytest.mark.alone

MAILS, RECONNECTS, OPENINGS = 400, 150, 10
"""A month, 100,000, 10,000 and 1,000, is run by ``python -m tests.scale.soak``."""
GROWTH_LIMIT = 2.0
"""MB; a connection that is kept costs 0.027, and was kept at each reconnect once."""


def test_the_program_keeps_nothing_of_what_it_has_done(tmp_path):
    """Neither memory nor open files nor threads."""
    kept = run(tmp_path, MAILS, RECONNECTS, OPENINGS, parts=1)
    print(kept)
    assert kept.growth <= GROWTH_LIMIT
    assert kept.files <= 0
    assert kept.threads <= 0
    assert "Traceback" not in kept.log_text
