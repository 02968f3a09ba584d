"""The lines of the menu, and how the room in it is shared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.summaries import NOW, account, title
from tray.mail.presentation.menu_texts import menu_line, shares
from tray.mail.presentation.times import clock


def line(message, *, time_column=False, screen_reader=False):
    """With the characters that keep directions apart as < [ ]."""
    text = menu_line(message, NOW, time_column=time_column, screen_reader=screen_reader)
    text = text.replace(clock(NOW - 60), "WHEN")
    return text.replace("\u200e", "<").replace("\u2068", "[").replace("\u2069", "]")


@pytest.mark.parametrize(
    ("message", "options", "shown"),
    [
        (title(1), {}, "<[Anna] – [Hello]  ·  WHEN"),
        (title(1), {"time_column": True}, "<[Anna] – [Hello]\tWHEN"),
        (title(1), {"screen_reader": True}, "<[Anna] – [Hello], unread  ·  WHEN"),
        (title(1, unseen=False), {"screen_reader": True}, "<[Anna] – [Hello]  ·  WHEN"),
        (replace(title(1), date=None), {}, "<[Anna] – [Hello]"),
        (replace(title(1), date=None), {"time_column": True}, "<[Anna] – [Hello]"),
        (title(1, "", ""), {}, "<[(no sender)] – [(no subject)]  ·  WHEN"),
        (title(1, "a\tb\n c", "x\ty"), {}, "<[x y] – [a b c]  ·  WHEN"),
        (title(1, "פגישה", "שרה"), {}, "<[שרה] – [פגישה]  ·  WHEN"),
        (title(1, "s" * 99, "n" * 99), {}, f"<[{'n' * 23}…] – [{'s' * 18}…]  ·  WHEN"),
    ],
)
def test_a_line_names_sender_subject_and_time(message, options, shown):
    assert line(message, **options) == shown


@pytest.mark.parametrize("options", [{}, {"time_column": True}, {"screen_reader": True}])
def test_no_line_is_longer_than_the_panel_is_to_be_wide(options):
    text = line(title(1, "s" * 99, "n" * 99), **options)
    assert len(text.replace("WHEN", "12:34")) - len("<[][]") == 56


@pytest.mark.parametrize(
    ("accounts", "per_account", "limit", "given"),
    [
        ([], 10, 12, []),
        ([(5, 0)], 10, 12, [5]),
        ([(50, 50)], 50, 12, [12]),
        ([(50, 50)], 4, 12, [4]),
        ([(9, 0), (9, 9)], 10, 12, [6, 6]),
        ([(9, 0), (2, 2)], 10, 12, [9, 2]),
        ([(9, 0), (9, 0), (9, 1)], 10, 4, [1, 1, 2]),
        ([(9, 0), (9, 1), (9, 0), (9, 1)], 10, 3, [1, 1, 0, 1]),
    ],
)
def test_the_room_is_shared_those_with_unread_mail_first(accounts, per_account, limit, given):
    shown = [
        account(str(number), *(title(uid, unseen=uid <= unseen) for uid in range(1, mails + 1)))
        for number, (mails, unseen) in enumerate(accounts)
    ]
    assert shares(shown, per_account, limit) == given
