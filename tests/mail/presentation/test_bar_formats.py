"""The status as bars read it."""

from __future__ import annotations

import json

import pytest

from tray.mail.presentation.bar_formats import check_format, format_status


def message(subject, sender, *, unseen=True, date="2026-11-22T13:05:00Z"):
    return {"subject": subject, "from": sender, "unseen": unseen, "date": date}


def account(name, unseen, *latest, error=None):
    return {"name": name, "unseen": unseen, "error": error, "latest": list(latest)}


def record(state, *accounts):
    return {"state": state, "unseen": sum(each["unseen"] for each in accounts), "accounts": list(accounts)}


NONE = record("none", account("Work", 0, message("Old", "Anna", unseen=False)))
SOME = record(
    "unread",
    account("Work", 2, message("<b> & co", "Anna")),
    account("Home", 1, message("", "", date="2026-11-22T13:06:00Z"), message("No date", "X", date=None)),
)
TROUBLE = record("trouble", account("Work", 1, error="The server refused."))
PAUSED = record("paused", account("Work", 0))
EMPTY = record("offline")


@pytest.mark.parametrize(
    ("status", "text", "state", "tooltip"),
    [
        (NONE, "", "none", "Work: no unread mail"),
        (
            SOME,
            "3",
            "unread",
            "Work: 2 unread|Home: 1 unread||(no sender) – (no subject)|Anna – &lt;b&gt; &amp; co|X – No date",
        ),
        (TROUBLE, "1 !", "trouble", "Work: The server refused."),
        (PAUSED, "", "paused", "Work: no unread mail"),
        (EMPTY, "", "offline", "No account is set up."),
        (None, "", "off", "Mailbell is not running."),
    ],
)
def test_waybar_gets_text_class_and_tooltip(status, text, state, tooltip):
    shown = json.loads(format_status(status, "waybar"))
    assert shown == {"text": text, "alt": state, "class": state, "tooltip": tooltip.replace("|", "\n")}


def test_a_tooltip_stays_of_a_size():
    many = record("unread", account("Work", 99, *(message("s" * 99, "n" * 99) for _ in range(50))))
    lines = json.loads(format_status(many, "waybar"))["tooltip"].split("\n")
    assert (len(lines), max(map(len, lines))) == (1 + 1 + 8, 70)


@pytest.mark.parametrize(
    ("status", "shown"), [(NONE, ""), (SOME, "3"), (TROUBLE, "1 !"), (PAUSED, ""), (None, "")]
)
def test_polybar_and_i3blocks_get_the_number(status, shown):
    assert format_status(status, "polybar") == shown
    block = json.loads(format_status(status, "i3blocks"))
    assert (block["full_text"], block["short_text"]) == (shown, shown)
    assert ("color" in block) == (status is TROUBLE)


@pytest.mark.parametrize(
    ("wanted", "status", "shown"),
    [
        ("{unread}", SOME, "3"),
        ("{state}: {unread} {account}/{sender}/{subject}", SOME, "unread: 3 Home/(no sender)/(no subject)"),
        ("[{sender}|{subject}|{account}]", NONE, "[||]"),
        ("{unread} {state}", None, "0 off"),
        ("{unread} {{x}} {}", NONE, None),
    ],
)
def test_a_line_of_ones_own_has_its_fields_filled_in(wanted, status, shown):
    if shown is None:
        with pytest.raises(ValueError, match=r"waybar, polybar, i3blocks, or a line with some of \{unread\}"):
            check_format(wanted)
    else:
        assert format_status(status, check_format(wanted)) == shown


def test_what_a_mail_says_is_no_field():
    status = record("unread", account("Work", 1, message("{unread} {account}", "{state}")))
    assert format_status(status, "{sender}: {subject}") == "{state}: {unread} {account}"


@pytest.mark.parametrize("wanted", ["", "conky", "{unknown}", "{unread.__class__}"])
def test_other_formats_are_refused(wanted):
    with pytest.raises(ValueError, match="A format is"):
        check_format(wanted)


@pytest.mark.parametrize("wanted", ["waybar", "polybar", "i3blocks"])
def test_known_bars_are_accepted(wanted):
    assert check_format(wanted) == wanted
