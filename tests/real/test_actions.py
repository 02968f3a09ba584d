"""Actions on messages on a real Dovecot."""

from __future__ import annotations

import pytest

from tests.real import action_scenarios, child_process


@pytest.mark.parametrize("name", sorted(action_scenarios.SCENARIOS))
def test_scenario(name: str) -> None:
    child_process.run(action_scenarios, name)
