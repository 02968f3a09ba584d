"""What bars and scripts use: the status at each change, formats, and the interface on the session bus."""

from __future__ import annotations

import json
import queue
import subprocess
import threading

import pytest
from jeepney import DBusAddress
from jeepney.io.blocking import open_dbus_connection

from tests.e2e.program import MAILBELL
from tests.rig.bus import call
from tests.rig.processes import wait_until

OBJECT, INTERFACE = "/io/github/mailbell/Mailbell", "io.github.mailbell.Mailbell1"


class Watch:
    """`mailbell status --watch` as a child process; `line` is its next line."""

    def __init__(self, program, *options):
        argv = [*MAILBELL, *program.options, "status", "--watch", *options]
        self.process = subprocess.Popen(
            argv, env=program.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def line(self, wanted, seconds=20):
        """The first line to come for which `wanted` holds."""
        while True:
            line = self._lines.get(timeout=seconds)
            if wanted(line):
                return line

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        self._reader.join(10)
        self.process.stdout.close()


@pytest.fixture
def watch(program):
    started = []

    def start(*options):
        started.append(Watch(program, *options))
        return started[-1]

    yield start
    for each in started:
        each.stop()


def test_a_bar_follows_the_program_through_its_ends_and_starts(program, dovecot, recorder, watch):
    dovecot.deliver("Here before")
    program.add_account(dovecot)
    bar = watch("--format", "waybar")
    assert json.loads(bar.line(bool))["class"] == "off"
    program.start_watching()
    assert json.loads(bar.line(lambda line: '"unread"' in line))["text"] == "1"
    dovecot.deliver("Lunch & <b>")
    shown = json.loads(bar.line(lambda line: '"text": "2"' in line))
    assert "Lunch &amp; &lt;b&gt;" in shown["tooltip"]
    (first, *_) = program.status()[0]["latest"]
    assert program.run("act", "read", first["id"]).returncode == 0
    bar.line(lambda line: '"text": "1"' in line)
    assert program.run("quit").returncode == 0
    assert json.loads(bar.line(lambda line: '"off"' in line))["text"] == ""
    program.stop()
    program.start_watching()
    bar.line(lambda line: '"text": "1"' in line)


@pytest.mark.parametrize("running", [True, False])
def test_who_watches_leaves_when_nobody_reads_any_more(program, dovecot, recorder, running):
    """Bars that end leave no process behind, though nothing changes any more."""
    if running:
        program.add_account(dovecot)
        program.start_watching()
    argv = [*MAILBELL, *program.options, "status", "--watch", "--format", "waybar"]
    with subprocess.Popen(argv, env=program.env, stdout=subprocess.PIPE) as bar:
        assert bar.stdout.readline()
        bar.stdout.close()
        assert bar.wait(60) == 0


def test_a_format_is_printed_once_also_while_nothing_runs(program, dovecot, recorder):
    assert json.loads(program.run("status", "--format", "waybar").stdout)["class"] == "off"
    refused = program.run("status", "--format", "conky")
    assert (refused.returncode, "A format is waybar" in refused.stderr) == (2, True)


def test_programs_on_the_session_bus_see_and_do_what_the_command_line_does(program, dovecot, recorder):
    program.add_account(dovecot)
    program.start_watching()
    name = "io.github.mailbell.Mailbell.P_profile"
    recorder.bus.wait_owned(name)
    dovecot.deliver("Lunch?")
    program.wait_unseen(1)
    connection = open_dbus_connection(recorder.bus.address)
    try:
        service = DBusAddress(OBJECT, name, INTERFACE)
        ((message,),) = call(connection, service, "GetMessages", "s", "Work")
        assert message["subject"] == ("s", "Lunch?")
        call(connection, service, "Act", "sas", "read", [message["id"][1]])
        program.wait_unseen(0)
        call(connection, service, "Quit")
    finally:
        connection.close()
    assert program.wait_end() == 0
    wait_until(lambda: not recorder.bus.owned(name), "the name to be free")
