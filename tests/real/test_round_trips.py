"""Round trips to a real Dovecot, counted."""

from __future__ import annotations

import pytest

from tests.real import child_process, round_trip_scenarios


@pytest.mark.parametrize("name", sorted(round_trip_scenarios.SCENARIOS))
def test_scenario(name: str) -> None:
    child_process.run(round_trip_scenarios, name)
