"""Fuzzes one target by coverage: ``python -m tests.fuzz.run TARGET --runs N`` where atheris is installed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus"


def main() -> None:
    """Run until `--runs` inputs or `--seconds` are over; an input that breaks a promise is left in the folder."""
    import atheris

    with atheris.instrument_imports(include=["tray", "tomllib", "json", "tests.fuzz"]):
        from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--runs", type=int, default=-1)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0, help="0: the fuzzer makes one, and prints it")
    parser.add_argument("--longest", type=int, default=2048, help="bytes of one input")
    parser.add_argument("--folder", type=Path, help="what was found so far; made where it is missing")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix=f"fuzz-{options.target}-"))
    folder.mkdir(parents=True, exist_ok=True)
    argv = [
        sys.argv[0],
        f"-runs={options.runs}",
        f"-max_total_time={options.seconds}",
        f"-seed={options.seed}",
        f"-max_len={options.longest}",
        "-timeout=5",
        "-print_final_stats=1",
        f"-artifact_prefix={folder}/broken-",
    ]
    words = HERE / f"{options.target}.dict"
    if words.exists():
        argv.append(f"-dict={words}")
    seeds = CORPUS / options.target
    atheris.Setup([*argv, str(folder), *([str(seeds)] if seeds.is_dir() else [])], TARGETS[options.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
