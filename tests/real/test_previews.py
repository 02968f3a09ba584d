"""Previews, what a window lists, and searches on a real Dovecot."""

from __future__ import annotations

import pytest

from tests.real import child_process, preview_scenarios


@pytest.mark.parametrize("name", sorted(preview_scenarios.SCENARIOS))
def test_scenario(name: str) -> None:
    child_process.run(preview_scenarios, name)
