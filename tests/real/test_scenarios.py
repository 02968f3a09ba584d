"""The net room and a real Dovecot."""

from __future__ import annotations

import pytest

from tests.real import child_process, scenarios


@pytest.mark.parametrize("name", sorted(scenarios.SCENARIOS))
def test_scenario(name: str) -> None:
    child_process.run(scenarios, name, dovecot=name != "control")
