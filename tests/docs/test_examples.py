"""What the documents show is run."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.demo.running import ROOT, RunningDemo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def demo() -> Iterator[RunningDemo]:
    server = RunningDemo()
    yield server
    server.stop()


def test_new_subjects_are_printed_as_they_arrive(demo: RunningDemo, tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text(demo.facts["ca_pem"])
    facts = demo.facts
    example = subprocess.Popen(
        [
            sys.executable, ROOT / "docs/examples/new_subjects.py",
            facts["host"], str(facts["port"]), facts["user"],
        ],
        env={**os.environ, "IMAP_PASSWORD": facts["password"], "SSL_CERT_FILE": str(ca_file), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )  # fmt: skip
    try:
        for subject in ("First light", "Ümläute, and “more”"):
            assert example.stderr.readline() == "Watching.\n"
            demo.deliver(subject)
            assert example.stdout.readline() == f"{subject}\n"
    finally:
        example.kill()
        example.communicate(timeout=60)
