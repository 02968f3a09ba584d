"""Previews, what a window lists, and searches on a real Dovecot."""

from __future__ import annotations

import pytest

from tests.real import all_mail_scenarios, child_process, preview_scenarios


@pytest.mark.parametrize("name", sorted(preview_scenarios.SCENARIOS))
def test_scenario(name: str) -> None:
    child_process.run(preview_scenarios, name)


@pytest.mark.parametrize("name", sorted(all_mail_scenarios.SCENARIOS))
def test_a_search_of_all_mail(name: str) -> None:
    child_process.run(all_mail_scenarios, name)
