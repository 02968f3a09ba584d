"""Opening a mail."""

from __future__ import annotations

import os
import shutil
import stat
import sys

import pytest
from jeepney import HeaderFields, new_method_return
from PyQt5 import sip

from tests.rig.open_files import open_files
from tests.rig.service import Service
from tray.desktop.opening.opener import Opener
from tray.mail.settings.open_message import RunCommand

REAL = {name: path for name in ("gio", "gtk-launch", "gdbus") if (path := shutil.which(name))}


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A PATH with nothing but the programs that a test writes; `said` is what they were called with."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    class Programs:
        log = tmp_path / "log"

        def add(self, name, script=""):
            program = folder / name
            program.write_text(
                f'#!/bin/sh\necho "{name} $* [$XDG_ACTIVATION_TOKEN]" >>{self.log}\n{script}\n'
            )
            program.chmod(stat.S_IRWXU)

        def said(self):
            return self.log.read_text().splitlines() if self.log.exists() else []

    return Programs()


@pytest.fixture
def opener(qapp, until):
    sentences = []
    made = Opener(on_failure=sentences.append)
    made.sentences = sentences
    yield made
    until(lambda: not made._started)  # each end is noticed, and none stays behind as a zombie
    assert open_files("pidfd") == []
    made.deleteLater()


def test_a_web_address_goes_to_the_browser_with_the_token(opener, programs, until):
    programs.add("xdg-open")
    opener.open("https://mail.example/?a=%20b", "tok")
    until(programs.said)
    assert programs.said() == ["xdg-open https://mail.example/?a=%20b [tok]"]
    assert "XDG_ACTIVATION_TOKEN" not in os.environ
    assert opener.sentences == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "https://exa mple/", ""])
def test_other_addresses_are_refused(opener, programs, url):
    programs.add("xdg-open")
    opener.open(url)
    assert ["not one of the web" in sentence for sentence in opener.sentences] == [True]
    assert programs.said() == []


@pytest.mark.parametrize(
    ("target", "says"),
    [("https://mail.example/", "No browser"), (None, "No mail program")],
)
def test_without_any_program_a_sentence_says_so(opener, programs, target, says):
    opener.open(target)
    assert [says in sentence for sentence in opener.sentences] == [True]


def test_a_command_runs_by_itself_without_a_shell(opener, programs, until):
    programs.add("reader")
    opener.open(RunCommand(("reader", "$HOME", "a b;id")), "tok")
    until(programs.said)
    opener.open(RunCommand(("reader",)))
    until(lambda: len(programs.said()) == 2)
    assert programs.said() == ["reader $HOME a b;id [tok]", "reader  []"]


@pytest.mark.parametrize("argv", [("nosuch", "x"), (sys.executable, "a\0b")])
def test_a_command_that_cannot_be_started_is_reported(opener, programs, argv):
    opener.open(RunCommand(argv))
    assert ["could not be started" in sentence for sentence in opener.sentences] == [True]


@pytest.fixture
def bird(tmp_path, monkeypatch):
    """An installed mail program: the path of its .desktop file."""
    entry = tmp_path / "share" / "applications" / "bird.desktop"
    entry.parent.mkdir(parents=True)
    entry.write_text("[Desktop Entry]\nType=Application\nName=Bird\nExec=bird %u\n")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return entry


def test_the_desktops_mail_program_is_asked_for_and_launched(opener, programs, until, bird):
    """Not by gtk-launch where there is gio."""
    programs.add("xdg-mime", "echo bird.desktop")
    programs.add("gtk-launch")
    programs.add("gio")
    opener.open(None, "tok")
    until(lambda: len(programs.said()) == 2)
    assert programs.said() == [
        "xdg-mime query default x-scheme-handler/mailto []",
        f"gio launch {bird} [tok]",
    ]


@pytest.mark.parametrize("lacks", ["gio", "the file"])
def test_a_mail_program_is_launched_by_its_name_where_it_must(opener, programs, until, bird, lacks):
    programs.add("xdg-mime", f"echo {'bird' if lacks == 'gio' else 'other'}.desktop")
    programs.add("gtk-launch")
    if lacks != "gio":
        programs.add("gio")
    opener.open(None, "tok")
    until(lambda: len(programs.said()) == 2)
    assert programs.said()[1].startswith("gtk-launch ")


@pytest.mark.skipif("gio" not in REAL, reason="there is no gio")
@pytest.mark.parametrize(
    ("target", "opened"),
    [("https://mail.example/", "xdg-open"), (RunCommand(("reader",)), "reader"), (None, "bird")],
)
def test_whatever_is_opened_gets_the_token_in_both_variables(opener, programs, until, bird, target, opened):
    """The real gtk-launch gives one of its own to a program that takes part in startup notification."""
    bird.write_text(bird.read_text() + "StartupNotify=true\n")
    programs.add(opened, f'echo "$XDG_ACTIVATION_TOKEN $DESKTOP_STARTUP_ID" >>{programs.log}')
    programs.add("xdg-mime", "echo bird.desktop")
    for name, path in REAL.items():
        programs.add(name, f'exec {path} "$@"')
    opener.open(target, "tok")
    until(lambda: "tok tok" in programs.said())


class Activated(Service):
    """A program that is started over the bus."""

    def __init__(self, address):
        super().__init__(address, "org.example.Bird-Nest")
        self.seen = []

    def answer(self, message):
        fields = message.header.fields
        place = fields[HeaderFields.path], fields[HeaderFields.interface], fields[HeaderFields.member]
        if place[-1] != "Activate":  # gdbus looks for the types of the arguments first
            return super().answer(message)
        self.seen.append((*place, *message.body))
        return new_method_return(message)


@pytest.mark.skipif("gdbus" not in REAL, reason="there is no gdbus")
def test_a_program_that_is_activated_over_the_bus_gets_the_token_with_the_call(
    private_bus, opener, programs, until, bird, monkeypatch
):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", private_bus.address)
    bird.with_name("org.example.Bird-Nest.desktop").write_text(bird.read_text() + "DBusActivatable = true\n")
    programs.add("xdg-mime", "echo org.example.Bird-Nest.desktop")
    programs.add("gdbus", f'exec {REAL["gdbus"]} "$@"')
    programs.add("gio")
    with Activated(private_bus.address) as program:
        opener.open(None, "tok-1_TIME2")
        until(lambda: program.seen)
        opener.open(None, "it's")
        until(lambda: programs.said()[-1].startswith("gio launch"))
    data = {"activation-token": ("s", "tok-1_TIME2"), "desktop-startup-id": ("s", "tok-1_TIME2")}
    place = ("/org/example/Bird_Nest", "org.freedesktop.Application", "Activate")
    assert program.seen == [(*place, data)]


@pytest.mark.parametrize("answer", ["", "echo nonsense", "exit 3"])
def test_without_a_known_mail_program_an_empty_mail_is_begun(opener, programs, until, answer):
    programs.add("xdg-mime", answer)
    programs.add("gtk-launch")
    programs.add("xdg-open")
    opener.open(None, "tok")
    until(lambda: len(programs.said()) == 2)
    assert programs.said()[1] == "xdg-open mailto: [tok]"


def test_a_desktop_that_does_not_answer_is_not_waited_for(opener, programs, until, monkeypatch):
    monkeypatch.setattr("tray.desktop.opening.opener._QUERY_LIMIT", 50)
    programs.add("xdg-mime", "exec /bin/sleep 60")
    opener.open(None)
    until(lambda: opener.sentences)
    assert "No mail program" in opener.sentences[0]


def test_the_program_may_end_while_the_desktop_is_asked(qapp, programs, until):
    programs.add("xdg-mime", "read answer")
    opener = Opener(on_failure=pytest.fail)
    opener.open(None)
    until(programs.said)
    sip.delete(opener)
    assert programs.said() == ["xdg-mime query default x-scheme-handler/mailto []"]


def test_the_facts_of_a_mail_stand_in_the_environment_of_the_command(opener, programs, until):
    programs.add("reader", f'echo "$MAILBELL_UID|$MAILBELL_MAILBOX" >>{programs.log}')
    opener.open(RunCommand(("reader",), {"MAILBELL_UID": "7", "MAILBELL_MAILBOX": "$(id) `id`"}), "tok")
    until(lambda: len(programs.said()) == 2)
    assert programs.said() == ["reader  [tok]", "7|$(id) `id`"]
    assert "MAILBELL_UID" not in os.environ


@pytest.mark.parametrize("end", ["exit 3", "exit 1", "kill -9 $$"])
def test_a_browser_that_starts_and_fails_is_reported(opener, programs, until, end):
    """xdg-open ends with 3 where there is no browser, and with 4 where it could not be started."""
    programs.add("xdg-open", end)
    opener.open("https://mail.example/")
    until(lambda: opener.sentences)
    assert ["No browser" in sentence for sentence in opener.sentences] == [True]


def test_the_callback_of_one_call_comes_before_that_of_all(opener, programs, until):
    programs.add("xdg-open", "exit 3")
    sentences = []
    opener.open("https://mail.example/", on_failure=sentences.append)
    until(lambda: sentences)
    assert opener.sentences == []


def test_a_command_that_ends_with_an_error_is_reported(opener, programs, until):
    programs.add("reader", "exit 7")
    opener.open(RunCommand(("reader",)))
    until(lambda: opener.sentences)
    assert opener.sentences == [
        "The program reader ended with an error. Correct the command in the account's settings."
    ]


def test_a_mail_program_that_fails_is_followed_by_an_empty_mail(opener, programs, until):
    programs.add("xdg-mime", "echo bird.desktop")
    programs.add("gtk-launch", "exit 1")
    programs.add("xdg-open", "exit 4")
    opener.open(None)
    until(lambda: opener.sentences)
    assert programs.said()[-1] == "xdg-open mailto: []"
    assert ["No mail program" in sentence for sentence in opener.sentences] == [True]


def test_a_browser_that_is_closed_with_an_error_later_was_opened(opener, programs, until, monkeypatch):
    """xdg-open may stay as long as the browser runs."""
    monkeypatch.setattr("tray.desktop.opening.opener._SOON", 0.0)
    programs.add("xdg-open", "exit 3")
    opener.open("https://mail.example/")
    until(lambda: not opener._started)
    assert opener.sentences == []


def test_where_the_kernel_signals_no_end_nothing_is_reported(opener, programs, until, monkeypatch):
    monkeypatch.delattr(os, "pidfd_open")
    programs.add("reader", "exit 7")
    opener.open(RunCommand(("reader",)))
    until(lambda: all(process.poll() is not None for process in opener._started))
    opener.open(RunCommand(("nosuch",)))
    assert opener._started == []
