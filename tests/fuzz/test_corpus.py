"""What the fuzzers start from and what they have found, replayed and varied; run.py is the fuzzing itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
INPUTS = sorted(path for path in CORPUS.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", INPUTS, ids=[str(path.relative_to(CORPUS)) for path in INPUTS])
def test_an_input_keeps_every_promise(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


def words(target: str) -> list[bytes]:
    """The words of the target's dictionary, and some that mean something in most formats."""
    file = CORPUS.parent / f"{target}.dict"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    quoted = [line[line.index('"') :] for line in lines if '"' in line and not line.startswith("#")]
    return [
        *(ast.literal_eval(f"b{text}") for text in quoted),
        *b'\n|\r\n|\0|"|(|)|{|}|[|]|<|>|=|:|,|\xff|\xc3\xa4'.split(b"|"),
    ]


@pytest.mark.parametrize("target", TARGETS)
def test_what_resembles_an_input_keeps_every_promise(target: str) -> None:
    inputs = [path.read_bytes()[:2000] for path in INPUTS if path.parent.name == target]
    changes = st.tuples(
        st.integers(0, 2000), st.integers(0, 9), st.sampled_from(words(target)) | st.binary(max_size=9)
    )

    @settings(max_examples=200, derandomize=True, deadline=None, database=None)
    @given(st.sampled_from([b"", *inputs]), st.lists(changes, max_size=9))
    def keeps(data: bytes, edits: list[tuple[int, int, bytes]]) -> None:
        for at, removed, added in edits:
            start = at % (len(data) + 1)
            data = data[:start] + added + data[start + removed :]
        TARGETS[target](data)

    keeps()


def test_every_target_has_a_corpus() -> None:
    assert {path.parent.name for path in INPUTS} == set(TARGETS)
