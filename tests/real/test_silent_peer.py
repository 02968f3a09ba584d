"""A connection whose packets are lost without a word, in a network namespace of its own."""

from __future__ import annotations

import shutil

import pytest

from tests.real.silent_peer import NoNamespaceError, measure


def test_a_silent_peer_loses_the_connection_and_the_next_one_brings_the_mail() -> None:
    """With seconds in place of minutes; `python -m tests.real.silent_peer` takes the program's own values."""
    for program in ("unshare", "ip", "nft"):
        assert shutil.which(program), (
            f"{program} is not installed (python3 installer/dev.py test installs it)"
        )
    names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
    scaled = [f"--{name}={value}" for name, value in zip(names, (1, 1, 3, 1000), strict=True)]
    try:
        measured = measure(*scaled, seconds=60)
    except NoNamespaceError as error:
        pytest.skip(str(error))
    assert 0 < measured["ended"] <= measured["announced"]
