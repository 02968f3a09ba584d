"""Sounds: what is run to hear one, and what is said where nothing is to be heard."""

from __future__ import annotations

import sys
import wave
from types import SimpleNamespace

import pytest

from tray.assets import resource
from tray.desktop.notifications import sounds
from tray.desktop.notifications.sounds import SoundPlayer, command, sound_file

BELL = str(resource("sounds/mailbell.wav"))


def machine(*programs):
    return lambda name: f"/usr/bin/{name}" if name in programs else None


@pytest.mark.parametrize(
    ("sound", "programs", "wanted"),
    [
        ("mailbell", ("canberra-gtk-play", "pw-play"), ["/usr/bin/canberra-gtk-play", "-f", BELL]),
        ("mailbell", ("paplay", "pw-play"), ["/usr/bin/pw-play", BELL]),
        ("/a b.oga", ("paplay",), ["/usr/bin/paplay", "/a b.oga"]),
        ("/a.wav", ("aplay",), ["/usr/bin/aplay", "-q", "/a.wav"]),
        ("bell", ("canberra-gtk-play",), ["/usr/bin/canberra-gtk-play", "-i", "bell"]),
        ("", ("canberra-gtk-play",), ["/usr/bin/canberra-gtk-play", "-i", "message-new-email"]),
        ("bell", ("pw-play", "paplay", "aplay"), None),
        ("mailbell", (), None),
    ],
)
def test_what_is_run_depends_on_what_there_is(sound, programs, wanted):
    assert command(sound, machine(*programs)) == wanted


def test_a_file_may_be_named_from_the_home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    assert sound_file("~/ding.wav") == "/home/ada/ding.wav"
    assert sound_file("bell") == ""


def test_the_bell_is_short_soft_and_small():
    with wave.open(BELL) as file:
        seconds = file.getnframes() / file.getframerate()
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
    assert 0.5 < seconds < 2
    assert 5_000 < max(samples) < 16_000
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 50
    assert resource("sounds/mailbell.wav").stat().st_size < 60_000


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A machine whose programs are those that a test writes."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def write(name, script):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return write


@pytest.fixture
def player(qapp):
    made = SoundPlayer()
    yield made
    made.stop()
    made.deleteLater()


def test_a_sound_is_played_and_a_second_one_beside_it_is_not(player, programs, until, tmp_path):
    heard = tmp_path / "heard"
    programs("paplay", f'echo "$1" >>{heard}; read line <{tmp_path / "end"}')
    import os

    os.mkfifo(tmp_path / "end")
    said = []
    player.play("mailbell", said.append)
    player.play("mailbell", said.append)
    until(lambda: heard.exists() and heard.read_text() == f"{BELL}\n")
    with (tmp_path / "end").open("w") as end:
        end.write("\n")
    until(lambda: player._playing is None)
    assert heard.read_text() == f"{BELL}\n"
    assert said == []


def test_a_player_that_fails_is_said(player, programs, until):
    programs("paplay", "exit 1")
    said = []
    player.play("mailbell", said.append)
    until(lambda: said)
    assert said[0].startswith("The sound could not be played.")


def test_a_player_that_cannot_be_started_is_said(player, programs, until, tmp_path):
    programs("paplay", "")
    (tmp_path / "bin" / "paplay").write_text("#!/nonexistent/interpreter\n")
    said = []
    player.play("mailbell", said.append)
    until(lambda: said)
    assert "No program that plays sounds was found." in said[0]
    assert player._playing is None


def test_a_song_is_cut(player, programs, until, monkeypatch):
    monkeypatch.setattr(sounds, "_LIMIT", 50)
    programs("paplay", "while :; do :; done")
    said = []
    player.play("mailbell", said.append)
    until(lambda: player._playing is None)
    assert said == []


@pytest.mark.parametrize(
    ("sound", "says"),
    [
        ("mailbell", "Install canberra-gtk-play, pw-play or paplay."),
        ("bell", "Install it, or choose a file."),
        ("/nonexistent.wav", "There is no sound file /nonexistent.wav."),
        ("/dev/zero", "There is no sound file /dev/zero."),
        (f"/{'x' * 300}", "There is no sound file"),
    ],
)
def test_where_nothing_can_be_heard_it_is_said(player, programs, sound, says):
    said = []
    player.play(sound, said.append)
    assert says in said[0]


def test_silence_needs_no_program(player, programs):
    player.play("none", pytest.fail)


def test_on_windows_its_own_sound_for_new_mail_is_played(qapp, monkeypatch, tmp_path):
    played, failures = [], []

    def play_sound(name, flags):
        if flags == 3:
            raise RuntimeError("Failed to play sound")
        played.append((name, flags))

    windows = SimpleNamespace(SND_FILENAME=2, SND_ALIAS=4, SND_ASYNC=1, PlaySound=play_sound)
    monkeypatch.setitem(sys.modules, "winsound", windows)
    monkeypatch.setattr(sys, "platform", "win32")
    player = SoundPlayer()
    player.play("", failures.append)
    assert (played, failures) == ([("MailBeep", 5)], [])
    file = tmp_path / "bell.wav"
    file.touch()
    player.play(str(file), failures.append)
    assert [sentence.partition(".")[0] for sentence in failures] == ["The sound could not be played"]
