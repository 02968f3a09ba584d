"""A fixed time zone for every test of this room: local times are part of what a person reads."""

from __future__ import annotations

import time

import idna.uts46data  # noqa: F401 -- loaded late by the program; Hypothesis would take that for a slow example
import pytest


@pytest.fixture(autouse=True)
def berlin(monkeypatch):
    """Central European time by its POSIX rule, so that no zone files are needed."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
