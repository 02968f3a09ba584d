"""Tests of this folder read every text in a language of their own."""

from __future__ import annotations

import pytest

from tests.translation.language import spoken


@pytest.fixture(autouse=True)
def pseudo_language(tmp_path_factory, monkeypatch):
    """See `tests.translation.language`."""
    with spoken(tmp_path_factory.mktemp("language"), monkeypatch):
        yield
