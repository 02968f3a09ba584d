"""The commands of dev.py."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from release import command as release
from website import make as website

from dev import fresh, lock, matrix, packages, system, venv, wheel
from dev.talk import Stop, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_USAGE = """usage: python3 installer/dev.py COMMAND [OPTIONS]

  demo    run Mailbell on a demo mail server; without a screen on a virtual desktop, with pictures in artifacts/
  test    run all tests, and those of the inner rooms on Python 3.10 and 3.13 too, where they are installed
  desktops [NAME…]
          run Mailbell on whole desktops without a screen (all, or: sway gnome plasma mate cinnamon lxqt), which are
          installed for it; a table, and pictures in artifacts/desktops/
  pictures [NAME…]
          take the pictures of the README from the running program (all, or: light dark gnome plasma sway)
  lint    ruff check, ruff format --check, mypy
  mutate FOLDER
          make small faults in the code of a folder, such as mail/arrivals, one at a time, and see whether its tests
          notice (-h: options)
  bench   run the benchmarks; with --install-others, apt first installs the programs that Mailbell is compared with
  pages   write what is made from the code: pages of docs/, the man page, the completions of shells
  messages
          write resources/translations: what can be translated, and from it the catalogues of each language
  package NAME
          build what stands in installer/NAME, such as deb, for others to install (-h: options)
  repository DIR --gnupg HOME
          put the Debian package into a signed apt repository (-h: options)
  lock    add to the lock files what pyproject.toml names anew; with --upgrade, renew every version
  fresh   make a bare Debian 12 and a bare Debian 13, and run there what README and CONTRIBUTING say (before a release)
  site    make pages of all documents in dist/site; a warning or a link that leads nowhere is an error
  release VERSION
          set the version, build and try every package, and say what is left to do (-h: options)

Options are passed on: python3 installer/dev.py test -- -k idle
test --newest runs the tests on the newest packages that pyproject.toml allows instead of the locked ones.
test --here runs them on the system's own Python packages, which apt installs; test --system makes a bare Debian 12 and
a bare Debian 13 for that (test --system -h: options).
test --wheel runs them on the wheel, without the checkout.
"""
_VENV = venv.ROOT / ".venv"
_OTHER_PACKAGES = ("--newest", "--here", "--system", "--wheel")
_SIDE_BY_SIDE = ("-m", "not alone", "-n", "4", "--dist", "loadfile", "--max-worker-restart", "0")
"""The suite mostly waits for servers, desktops and processes: four at once suit two cores.

After the crash of a test's process pytest-xdist would wait for ever for the rest of its file.

The order of the files is that of `tests/conftest.py`: those that wait come first.
"""
_ALONE = ("-m", "alone")
_PURE = ("tests/imap", "tests/mail")
"""Tests that need Python alone: no desktop, no server."""
_PICTURED = ("gnome", "plasma", "sway")


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    commands: dict[str, Callable[[list[str]], int]] = {
        "demo": demo,
        "test": test,
        "desktops": desktops,
        "pictures": pictures,
        "lint": lint,
        "mutate": mutate,
        "bench": bench,
        "pages": pages,
        "messages": messages,
        "package": package,
        "repository": repository,
        "lock": lock.main,
        "fresh": fresh.main,
        "site": website.main,
        "release": release.main,
    }
    if not arguments or arguments[0] not in commands:
        asked_for = bool(arguments) and arguments[0] in {"-h", "--help", "help"}
        print(_USAGE, end="", file=sys.stdout if asked_for else sys.stderr)
        return 0 if asked_for else 2
    options = list(arguments[1:])
    if "--" in options:
        options.remove("--")
    try:
        return commands[arguments[0]](options)
    except Stop as reason:
        print(f"dev.py: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def demo(options: list[str]) -> int:
    """Mailbell on its demo server, on this screen or on a virtual one."""
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    needed = [*packages.OFFSCREEN, *packages.SCREEN]
    if not has_display:
        needed += packages.VIRTUAL_DESKTOP
    packages.need(needed, "the demo", () if has_display else packages.WELCOME)
    python = venv.ensure(_VENV)
    if has_display:
        say("Starting Mailbell on its demo mail server: look at the tray. Ctrl-C ends it.")
        return _run(python.parent / "mailbell", "--demo", *options)
    say("There is no screen here, so the demo runs on a virtual desktop for about 20 seconds.")
    return _run(python, venv.HERE / "virtual_demo.py", *options)


def test(options: list[str]) -> int:
    """The whole suite on this Python, the inner rooms on the oldest and the newest too."""
    packages_of = next((name for name in _OTHER_PACKAGES if name in options), "")
    if packages_of:
        options.remove(packages_of)
    if packages_of == "--system":
        return system.main(options)
    if not needs_nothing_else(options):
        _prepare_tests()
    side_by_side, left_out, folder = [*_SIDE_BY_SIDE, "--no-loadscope-reorder"], [], venv.ROOT
    if packages_of == "--newest":
        python = venv.newest(venv.ROOT / ".venv-newest")
    elif packages_of == "--here":
        python = system.python()
        # pytest-xdist knows the option since 3.7, and Debian 13 has 3.6.
        side_by_side, left_out = [*_SIDE_BY_SIDE], [f"--ignore={name}" for name in system.LEFT_OUT]
    elif packages_of == "--wheel":
        python, folder = wheel.prepare()
        left_out = [f"--ignore={name}" for name in wheel.LEFT_OUT]
    else:
        python = venv.ensure(_VENV)
    say("Running these tests" if options else "Running all tests")
    if options:
        return _run(python, "-m", "pytest", *left_out, *options, folder=folder)
    codes = [_run(python, "-m", "pytest", "-q", *left_out, *_ALONE, folder=folder)]
    with ThreadPoolExecutor(1) as beside:
        others = None if packages_of else beside.submit(matrix.run)
        codes.append(_run(python, "-m", "pytest", "-q", *left_out, *side_by_side, folder=folder))
    return max(*codes, *(others.result() if others else ()))


def needs_nothing_else(options: Sequence[str]) -> bool:
    """Whether all tests that `options` name need Python alone, so that no system packages are installed for them."""
    named = [option for option in options if option.startswith("tests")]
    return bool(named) and all(
        f"{path.rstrip('/')}/".startswith(tuple(f"{room}/" for room in _PURE)) for path in named
    )


def desktops(options: list[str]) -> int:
    """Mailbell on each of these desktops, or on all of them; only those that are asked for are installed."""
    families = {name.partition("-")[0] for name in options} or set(packages.DESKTOPS)
    unknown = families - set(packages.DESKTOPS)
    if unknown:
        raise Stop(
            f"There is no desktop {' or '.join(sorted(unknown))} here; there are {', '.join(packages.DESKTOPS)}."
        )
    _need_desktops(families)
    return _run(venv.ensure(_VENV), "-m", "tests.rig.desktops", *options)


def pictures(options: list[str]) -> int:
    """The pictures in docs/pictures."""
    wanted = set(options or ["light", "dark", *_PICTURED])
    unknown = wanted - {"light", "dark", *_PICTURED}
    if unknown:
        raise Stop(
            f"There is no picture {' or '.join(sorted(unknown))}; see python3 installer/dev.py --help."
        )
    _need_desktops(wanted)
    return _run(venv.ensure(_VENV), "-m", "tests.rig.desktops.pictures", *options)


def _need_desktops(families: set[str]) -> None:
    wanted = [
        name for family in packages.DESKTOPS if family in families for name in packages.DESKTOPS[family]
    ]
    groups = (packages.OFFSCREEN, packages.SCREEN, packages.VIRTUAL_DESKTOP, packages.REAL_SERVERS, wanted)
    packages.need([name for group in groups for name in group], "these desktops")


def lint(options: list[str]) -> int:
    """All checks that read the code without running it."""
    python = venv.ensure(_VENV)
    codes = [
        _run(python, "-m", "ruff", "check", *options),
        _run(python, "-m", "ruff", "format", "--check", *options),
        _run(python, "-m", "mypy"),
    ]
    return max(codes)


def mutate(options: list[str]) -> int:
    """How many small faults the tests of a folder notice."""
    _prepare_tests()
    return _run(venv.ensure(_VENV), venv.HERE / "mutate.py", *options)


def bench(options: list[str]) -> int:
    """The benchmarks."""
    _prepare_tests()
    if "--install-others" in options:
        options.remove("--install-others")
        packages.need((), "the comparison", welcome=packages.COMPARED)
    return _run(venv.ensure(_VENV), venv.ROOT / "benchmarks" / "run.py", *options)


def pages(options: list[str]) -> int:
    """The pages of docs/ that are made from the code; the man page and the completions of shells."""
    python = venv.ensure(_VENV)
    return max(_run(python, venv.HERE / name, *options) for name in ("pages.py", "manual.py"))


def messages(options: list[str]) -> int:
    """The template and the catalogues of resources/translations."""
    return _run(venv.ensure(_VENV), venv.HERE / "messages.py", *options)


def package(options: list[str]) -> int:
    """What the folder of that name builds."""
    folders = sorted(path.parent.name for path in (venv.ROOT / "installer").glob("*/build.py"))
    if not options or options[0] not in folders:
        raise Stop(f"Name what is to be built: {', '.join(folders)}.")
    return _run(sys.executable, venv.ROOT / "installer" / options[0] / "build.py", *options[1:])


def repository(options: list[str]) -> int:
    """A signed apt repository with the Debian package."""
    from deb import repository as apt

    return apt.main(options)


def _prepare_tests() -> None:
    groups = (
        packages.OFFSCREEN,
        packages.SCREEN,
        packages.VIRTUAL_DESKTOP,
        packages.SWAY,
        packages.REAL_SERVERS,
        packages.NETWORKS,
    )
    packages.need([name for group in groups for name in group], "the tests", packages.WELCOME)


def _run(*command: str | Path, folder: Path = venv.ROOT) -> int:
    # A negative code means a signal: still a failure for max().
    return abs(subprocess.run(command, check=False, cwd=folder, env=venv.environment()).returncode)
