"""Real proxies, and servers that ask for a certificate."""

from __future__ import annotations

import pytest

from tests.real import certificate_scenarios, child_process, proxy_scenarios


@pytest.mark.parametrize("name", sorted(proxy_scenarios.SCENARIOS))
def test_proxy(name: str) -> None:
    child_process.run(proxy_scenarios, name)


@pytest.mark.parametrize("name", sorted(certificate_scenarios.SCENARIOS))
def test_certificate(name: str) -> None:
    child_process.run(certificate_scenarios, name)
