"""Which values the settings of colour, sound and quiet hours take, and what is said of any other."""

from __future__ import annotations

import pytest

from tests.mail.make import account
from tray.mail.model.account import colour_name, is_colour, palette
from tray.mail.model.toast import is_custom_sound
from tray.mail.settings.checks import account_errors
from tray.mail.settings.fields import COLOUR, QUIET_HOURS, SOUND
from tray.mail.settings.settings import Settings, SettingsError, parse, to_document


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (COLOUR, "", ""),
        (COLOUR, " #2457D6 ", "#2457d6"),
        (SOUND, "", ""),
        (SOUND, "none", "none"),
        (SOUND, "mailbell", "mailbell"),
        (SOUND, "message-new-email", "message-new-email"),
        (SOUND, "/usr/share/sounds/Ding dong.oga", "/usr/share/sounds/Ding dong.oga"),
        (SOUND, "~/ding.wav ", "~/ding.wav"),
        (QUIET_HOURS, [], ()),
        (
            QUIET_HOURS,
            ["Sun,Sat 0:00-24:00", "22:00-7:00", "22:00-07:00"],
            ("sat,sun 00:00-24:00", "22:00-07:00"),
        ),
    ],
)
def test_what_is_right_is_taken_in_its_one_form(kind, value, wanted):
    assert kind.read(value) == wanted
    assert kind.read(kind.write(wanted)) == wanted


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (COLOUR, "blue"),
        (COLOUR, "#24d"),
        (COLOUR, "#2457d6ff"),
        (COLOUR, 0x2457D6),
        (SOUND, "ding.wav/../x"),
        (SOUND, "Ding Dong"),
        (SOUND, "/tmp/a\nb"),
        (SOUND, "-i"),
        (SOUND, True),
        (QUIET_HOURS, "22:00-07:00"),
        (QUIET_HOURS, [22]),
        (QUIET_HOURS, ["always"]),
        (QUIET_HOURS, ["22:00-07:00"] * 51),
    ],
)
def test_what_is_wrong_is_refused(kind, value):
    with pytest.raises(ValueError):
        kind.read(value)


def test_they_stand_in_the_settings_file():
    told = account(
        colour="#8a3ffc", sound="bell", muted=True, quiet_hours=("mon-fri 22:00-07:00", "sun 00:00-24:00")
    )
    document = to_document(Settings(accounts=(told,)))
    assert document["account"][0]["quiet_hours"] == ["mon-fri 22:00-07:00", "sun 00:00-24:00"]
    assert parse(document).accounts == (told,)


def test_a_wrong_one_is_named_with_what_is_expected():
    document = {"account": [{"host": "h", "user": "u", "quiet_hours": ["at night"]}]}
    with pytest.raises(SettingsError, match="quiet_hours must be a list of quiet hours such as"):
        parse(document)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("colour", "blue", "Write the colour like #2457d6"),
        ("sound", "Ding Dong", "whole path of a sound file"),
        ("quiet_hours", ("22:00-07:00", "at night"), "Write quiet hours like"),
    ],
)
def test_a_form_says_what_is_wrong(field, value, said):
    assert said in account_errors(account(**{field: value}), ())[field]


def test_what_is_right_is_no_problem():
    right = account(colour="#2457d6", sound="~/ding.wav", quiet_hours=("22:00-07:00",))
    assert account_errors(right, ()) == {}


def test_the_palette_has_names_and_no_two_colours_alike():
    """Each a good way from every other, as the three numbers of a colour measure it."""
    colours = [colour for colour, _ in palette()]
    assert len(colours) == 10
    assert all(is_colour(colour) for colour in colours)
    assert colour_name(colours[0]) == palette()[0][1]
    assert colour_name("#123456") == "\u2066#123456\u2069"  # else it would read "123456#" from right to left
    assert colour_name("") == ""
    parts = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours]
    for number, one in enumerate(parts):
        for other in parts[:number]:
            assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) > 60**2


def test_only_what_somebody_chose_is_played_for_a_silent_desktop():
    assert [is_custom_sound(sound) for sound in ("", "none", "bell", "mailbell")] == [
        False,
        False,
        True,
        True,
    ]


def test_fifty_entries_of_quiet_hours_are_enough_for_everybody():
    assert len(QUIET_HOURS.read([f"22:{minute:02}-07:00" for minute in range(50)])) == 50
