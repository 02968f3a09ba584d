"""NOTIFY on a real Dovecot."""

from __future__ import annotations

import pytest

from tests.real import child_process, notify_scenarios


@pytest.mark.parametrize("name", sorted(notify_scenarios.SCENARIOS))
def test_scenario(name: str) -> None:
    child_process.run(notify_scenarios, name)
