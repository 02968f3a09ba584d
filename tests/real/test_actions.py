"""Actions on messages on a real Dovecot."""

from __future__ import annotations

import pytest

from tests.real import action_scenarios, child_process, queue_scenarios


@pytest.mark.parametrize("name", sorted(action_scenarios.SCENARIOS))
def test_scenario(name: str) -> None:
    child_process.run(action_scenarios, name)


@pytest.mark.parametrize("name", sorted(queue_scenarios.SCENARIOS))
def test_from_a_click_to_the_server(name: str) -> None:
    child_process.run(queue_scenarios, name)
