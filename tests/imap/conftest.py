"""Hypothesis for this room: few examples, always the same ones, so that a run is quick and repeatable."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("imap", max_examples=200, derandomize=True, deadline=None, database=None)
settings.load_profile("imap")
