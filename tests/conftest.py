"""What every test gets: a private home, and a log in which nothing unexpected may stand."""

from __future__ import annotations

import locale
import logging
import os

import hypothesis
import pytest

# No stopwatch: on a loaded machine an example may take as long as it takes.
hypothesis.settings.register_profile(
    "mailbell", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("mailbell")

# Before any test imports Qt: without a screen, widgets are drawn in memory.
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.pop("LANGUAGE", None)


_WAITING = ("chaos", "e2e", "hostile", "installer", "real", "scale")


def pytest_collection_modifyitems(items):
    """What waits for desktops, servers and processes comes first: at the end no worker is left alone with it."""
    items.sort(
        key=lambda item: item.path.relative_to(item.config.rootpath / "tests").parts[0] not in _WAITING
    )


@pytest.hookimpl(hookwrapper=True)  # the pytest of Debian 12 knows no other kind
def pytest_runtest_makereport():
    """Captured text with lone surrogates, which tests of odd input print, cannot go from one process to another."""
    report = (yield).get_result()
    report.sections = [
        (name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections
    ]


@pytest.fixture(autouse=True)
def private_home(tmp_path_factory, monkeypatch):
    """No test reads or writes the home of whoever runs it, nor speaks to that person's session bus."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(home / name.lower()))
        (home / name.lower()).mkdir(mode=0o700)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    return home


@pytest.fixture(autouse=True)
def no_language_left_by_another_test(private_home):
    """The C library keeps the translations of its own texts, those of OSError, until a catalogue is named to it."""
    locale.bindtextdomain("mailbell-tests", str(private_home))


@pytest.fixture(autouse=True)
def no_unexpected_log_record(request, caplog):
    """A record at WARNING or above fails the test, unless it is marked with the texts that it expects."""
    yield
    mark = request.node.get_closest_marker("expects_log")
    expected = mark.args if mark else ()
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    surprising = [
        record.getMessage()
        for record in records
        if record.levelno >= logging.WARNING and not any(text in record.getMessage() for text in expected)
    ]
    assert surprising == []
