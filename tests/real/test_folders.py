"""Folders on a real Dovecot."""

from __future__ import annotations

import pytest

from tests.real import child_process, folder_scenarios


@pytest.mark.parametrize("name", sorted(folder_scenarios.SCENARIOS))
def test_scenario(name: str) -> None:
    child_process.run(folder_scenarios, name)
