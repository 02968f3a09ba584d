"""``python -m tests.rig.desktops [NAME…]``: the program on these desktops; a table, and pictures in artifacts/."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.rig.desktops.names import DESKTOPS, chosen
from tests.rig.desktops.tour import Tour

_PICTURES = Path(__file__).resolve().parents[3] / "artifacts" / "desktops"


def main(arguments: list[str]) -> int:
    """Walk through each desktop; 0 only if every step went well on all of them."""
    try:
        names = chosen(arguments)
    except LookupError as unknown:
        print(unknown.args[0], file=sys.stderr)
        return 2
    _PICTURES.mkdir(parents=True, exist_ok=True)
    table = {name: _walk(name) for name in names}
    print(f"\nPictures: {_PICTURES}\n")
    width = max(map(len, table))
    for name, results in table.items():
        steps = "  ".join(f"{step}: {'FAILED' if wrong else 'ok'}" for step, wrong in results.items())
        print(f"{name:{width}}  {steps}")
    failures = [
        f"{name}, {step}: {wrong}"
        for name, results in table.items()
        for step, wrong in results.items()
        if wrong
    ]
    print("\nEverything works." if not failures else "\n" + "\n".join(failures))
    return 1 if failures else 0


def _walk(name: str) -> dict[str, str]:
    def report(step: str, wrong: str) -> None:
        print(f"  {step}: {wrong or 'ok'}", flush=True)

    print(f"{name}:", flush=True)
    for old in _PICTURES.glob(f"{name}-*.png"):
        old.unlink()
    try:
        with DESKTOPS[name]() as desktop, tempfile.TemporaryDirectory(prefix="tour.") as folder:
            return Tour(desktop, name, Path(folder), _PICTURES).walk(report)
    except Exception as wrong:  # noqa: BLE001 -- the next desktop is of interest all the same
        report("start", f"{type(wrong).__name__}: {wrong}")
        return {"start": f"{type(wrong).__name__}: {wrong}"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
