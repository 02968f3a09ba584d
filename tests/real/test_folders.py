"""Folders on a real Dovecot."""

from __future__ import annotations

import pytest

from tests.real import apart, folder_scenarios


@pytest.mark.parametrize("name", sorted(folder_scenarios.SCENARIOS))
def test_scenario(name: str) -> None:
    apart.run(folder_scenarios, name)
