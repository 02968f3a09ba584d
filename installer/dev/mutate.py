"""Mutation testing: makes small faults in the code of a folder and counts those that the folder's tests notice.

Run by dev.py with the virtual environment's Python, as the first process of a network and a process namespace of its
own: whatever faulty code does, it reaches no network but loopback and no process but its own.

The tests run once, recording which test executes which line. The third-party modules that they load are then loaded
here, and a process is forked for each mutant: it loads the faulty module in place of the true one and runs the tests
that execute the faulty line, until one fails. A test that hangs counts as failed.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import ctypes
import fcntl
import functools
import gc
import importlib
import importlib.util
import json
import os
import random
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import coverage
import hypothesis
import pytest

sys.path[0] = str(Path(__file__).resolve().parents[1])
from dev.mutants import Mutant, compiled, mutants  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType

_INSIDE = "inside"
_NAMESPACES = ("unshare", "--net", "--pid", "--fork", "--mount-proc", "--kill-child")

_PYTEST = (
    *("-q", "--tb=short", "--assert=plain", "-m", "not alone", "--hypothesis-profile", "mutants"),
    *("--hypothesis-seed=0", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov"),
)
_NO_TESTS = {pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED}
_SLOWER = 5  # times as slow as without a fault, and some seconds more: then a test hangs
_MEMORY = 4 << 30  # bytes of address space
_FILE = 64 << 20  # bytes
_CACHED = type(functools.lru_cache(len))
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)
_SET_FLAGS, _UP = 0x8914, 0x41  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING, netdevice(7)


@dataclass(frozen=True)
class Baseline:
    """What the tests do without a fault."""

    seconds: dict[str, float]
    """Each test by its node ID, in order."""
    contexts: dict[str, dict[int, set[str]]]
    """By file and line, who executes it: tests (node IDs), test files (in what their tests share), imports ("")."""
    modules: list[str]
    """The modules of others that they load."""
    failing: list[str]
    """Tests that fail, such as those that are too slow while lines are recorded; the others are in `seconds`."""

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that execute the faulty line, those first that are likely to notice the fault soonest."""
        lines = self.contexts.get(str(mutant.path), {})
        touching = set().union(*lines.values())
        executing = set().union(*(lines.get(line, ()) for line in mutant.lines))
        beside = f"test_{mutant.path.stem}"
        everybody = mutant.at_import or "" in executing
        if mutant.is_private:
            executing, everybody = touching, False
        found = [
            test for test in self.seconds if everybody or not executing.isdisjoint((test, _file_of(test)))
        ]
        return sorted(found, key=lambda test: (test not in touching, beside not in test, self.seconds[test]))


def main(arguments: Sequence[str]) -> int:
    """Run mutants; the exit code."""
    options = _options(arguments)
    _raise_loopback()
    code = Path("tray", options.folder)
    files = [path for path in sorted(code.rglob("*.py")) if options.file in {None, path.name, str(path)}]
    candidates = [mutant for path in files for mutant in mutants(path)]
    if not candidates:
        print(f"There is nothing to make a fault in: {code} {options.file or ''}", file=sys.stderr)
        return 2
    if options.sample is not None and options.sample < len(candidates):
        chosen = random.Random(options.seed).sample(range(len(candidates)), options.sample)
        candidates = [candidates[index] for index in sorted(chosen)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        baseline = _measure(f"tests/{options.folder}", code, Path(scratch))
        for test in baseline.failing:
            print(f"Left out, as it fails without a fault: {test}", file=sys.stderr)
        _load(baseline.modules)
        shared = (baseline, Path(scratch), options.patience)
        with ProcessPoolExecutor(options.jobs, get_context("fork"), _Worker.start, shared) as pool:
            killed: dict[Mutant, bool] = {}
            for mutant, dead in zip(candidates, pool.map(_Worker.is_killed, candidates), strict=True):
                killed[mutant] = dead
                if not dead:
                    print(
                        f"{mutant}{'' if baseline.tests(mutant) else '  (no test executes it)'}", flush=True
                    )
    by_place: dict[str, list[bool]] = collections.defaultdict(list)
    for mutant, dead in killed.items():
        for place in (mutant.path, *mutant.path.parents[:-2]):
            by_place[str(place)].append(dead)
    for place, dead in sorted(by_place.items()):
        print(f"{sum(dead):5}/{len(dead):<5} {100 * sum(dead) / len(dead):4.0f} %  {place}")
    return int(100 * sum(killed.values()) / len(killed) < options.at_least)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "dev.py mutate", description="Make small faults and see whether tests fail."
    )
    parser.add_argument("folder", help="below tray/ and tests/, such as imap or mail/arrivals")
    parser.add_argument("--file", help="make faults in this file only")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="so many faults, picked at random (default: all)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: 1)")
    parser.add_argument("--at-least", type=float, default=0.0, metavar="PERCENT", help="fail below this")
    parser.add_argument(
        "--patience", type=int, default=10, metavar="SECONDS", help="before a test hangs (default: 10)"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="so many at a time (default: 2)")
    return parser.parse_args(arguments)


# --- The tests without a fault


def _measure(tests: str, code: Path, scratch: Path) -> Baseline:
    """Run all tests once."""
    result = scratch / "baseline.json"

    def run() -> int:
        measured = coverage.Coverage(data_file=None, include=[f"{code}/*"], config_file=False)
        recorder = _Recorder(measured, code)
        measured.start()
        outcome = pytest.main([*_PYTEST, tests], plugins=[recorder])
        measured.stop()
        data = measured.get_data()
        contexts = {
            str(Path(path).relative_to(Path.cwd())): data.contexts_by_lineno(path)
            for path in data.measured_files()
        }
        modules = [name for name in sys.modules if not _is_ours(name)]
        result.write_text(json.dumps([recorder.seconds, contexts, modules, recorder.failing]))
        return outcome

    outcome, output = _in_child(run, scratch / "baseline", limit=None)
    if outcome not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        raise RuntimeError(output)
    seconds, contexts, modules, failing = json.loads(result.read_text())
    lines = {path: {int(line): set(who) for line, who in places.items()} for path, places in contexts.items()}
    return Baseline({test: seconds[test] for test in seconds if test not in failing}, lines, modules, failing)


class _Recorder:
    """Takes each test's time, and tells coverage which test runs."""

    def __init__(self, measured: coverage.Coverage, code: Path) -> None:
        self.seconds: dict[str, float] = {}
        self.failing: list[str] = []
        self._coverage, self._code = measured, code
        self._caches: list[Any] = []

    def pytest_collection(self) -> None:
        for path in sorted(self._code.rglob("*.py")):
            importlib.import_module(_module(path))

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, object, object]:
        self._coverage.switch_context(_file_of(collector.nodeid))
        result = yield
        self._coverage.switch_context("")
        return result

    def pytest_collection_finish(self) -> None:
        ours = [vars(module).values() for name, module in sys.modules.items() if _is_ours(name)]
        self._caches = [value for values in ours for value in values if type(value) is _CACHED]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        for cache in self._caches:  # with what another test left there, this one would execute less
            cache.cache_clear()
        started = time.monotonic()
        self._coverage.switch_context(item.nodeid)
        result = yield
        self._coverage.switch_context("")
        self.seconds[item.nodeid] = time.monotonic() - started
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.nodeid not in self.failing:
            self.failing.append(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Generator[None, object, object]:
        if fixturedef.scope == "function":
            return (yield)
        self._coverage.switch_context(request.node.nodeid)
        result = yield
        self._coverage.switch_context(request._pyfuncitem.nodeid)  # noqa: SLF001
        return result


def _file_of(test: str) -> str:
    return test.partition("::")[0]


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in {"tray", "tests"}


def _load(modules: Iterable[str]) -> None:
    """Load modules of others once, for all processes that are forked from this one."""
    for name in modules:
        if name != "twisted.internet.reactor":  # makes one, which no two processes may share
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    assert "twisted.internet.reactor" not in sys.modules
    gc.collect()
    gc.freeze()


# --- The tests with a fault


class _Worker:
    """A process in which one mutant after the other is tried."""

    baseline: Baseline
    scratch: Path
    patience: int

    @classmethod
    def start(cls, baseline: Baseline, scratch: Path, patience: int) -> None:
        """Begin; what a test started, and did not end, becomes a child of this process when the test's process ends."""
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
        cls.baseline, cls.scratch, cls.patience = baseline, scratch, patience

    @classmethod
    def is_killed(cls, mutant: Mutant) -> bool:
        """Whether a test fails with this fault."""
        tests = cls.baseline.tests(mutant)
        if not tests:
            return False
        seconds = [_SLOWER * cls.baseline.seconds[test] for test in tests]
        timeout = f"--timeout={max(seconds) + cls.patience:.0f}"
        selection = _Selection(tests, cls.baseline)

        finder = _Finder(mutant, compiled(mutant))

        def run() -> int:
            sys.meta_path.insert(0, finder)
            files = dict.fromkeys(map(_file_of, tests))
            return pytest.main([*_PYTEST, "-x", timeout, *files], plugins=[selection])

        folder = cls.scratch / f"{mutant.path.stem}-{mutant.number}"
        outcome, output = _in_child(run, folder, sum(seconds) + cls.patience)
        if outcome in _NO_TESTS:
            raise RuntimeError(f"{mutant}\n{output}")
        return outcome != pytest.ExitCode.OK


class _Selection:
    """Leaves certain tests of those that are collected, in a certain order."""

    def __init__(self, tests: Iterable[str], baseline: Baseline) -> None:
        self._order = {test: place for place, test in enumerate(tests)}
        self._known = baseline.seconds.keys() | baseline.failing

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # A test with another name has it from a table in the faulty module.
        chosen = [item for item in items if item.nodeid in self._order or item.nodeid not in self._known]
        items[:] = sorted(chosen, key=lambda item: self._order.get(item.nodeid, -1))


class _Finder:
    """Gives one module its faulty code."""

    def __init__(self, mutant: Mutant, code: CodeType) -> None:
        self._name = _module(mutant.path)
        self._path = str(mutant.path.resolve())
        self._code = code

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name != self._name:
            return None
        loader = _Loader(name, self._path)
        loader.code = self._code
        return importlib.util.spec_from_file_location(name, self._path, loader=loader)


class _Loader(SourceFileLoader):
    code: CodeType

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 -- the interface of importlib
        return self.code


# --- Processes


def _enter(arguments: Sequence[str]) -> None:
    """Replace this process by one in its own namespaces, which then is their first and takes all others with it."""
    user = () if os.geteuid() == 0 else ("--map-root-user",)
    os.execvp(
        "unshare", [*_NAMESPACES, *user, "nice", "-n", "10", sys.executable, __file__, _INSIDE, *arguments]
    )


def _raise_loopback() -> None:
    with socket.socket() as device:
        fcntl.ioctl(device, _SET_FLAGS, struct.pack("16sh", b"lo", _UP))


def _in_child(action: Callable[[], int], folder: Path, limit: float | None) -> tuple[int, str]:
    """Run `action` in a process with `folder` as its home; exit code (killed: negative) and output.

    After `limit` seconds it is killed, and what it started and left is killed in any case.
    """
    folder.mkdir()
    child = os.fork()
    if child == 0:
        code = 1  # where faulty code breaks even pytest
        try:
            _become_harmless(folder)
            code = action()
        finally:
            os._exit(code)
    watched = os.pidfd_open(child)
    ready, _, _ = select.select([watched], [], [], limit)
    os.close(watched)
    if not ready:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while left := Path("/proc/thread-self/children").read_text().split():
        for process in map(int, left):
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
    output = (folder / "output").read_text(errors="replace")
    shutil.rmtree(folder, ignore_errors=True)
    return os.waitstatus_to_exitcode(status), output


def _become_harmless(folder: Path) -> None:
    os.setsid()
    for what, limit in {resource.RLIMIT_AS: _MEMORY, resource.RLIMIT_FSIZE: _FILE}.items():
        resource.setrlimit(what, (limit, limit))
    os.environ.update(HOME=str(folder), TMPDIR=str(folder))
    tempfile.tempdir = None
    sys.dont_write_bytecode = True
    with Path(os.devnull).open() as nothing, (folder / "output").open("w") as output:
        for stream, number in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(stream.fileno(), number)
    hypothesis.settings.register_profile(
        "mutants",
        deadline=None,
        database=None,
        max_examples=30,  # as many as find what is not far
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )


if __name__ == "__main__":
    if sys.argv[1:2] == [_INSIDE]:
        sys.exit(main(sys.argv[2:]))
    _options(sys.argv[1:])
    _enter(sys.argv[1:])
