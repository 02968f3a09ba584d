"""How the accounts are doing: menu, window, tooltip, command and toasts say it in the user's language."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.mail.make import arrival
from tests.translation.language import untranslated
from tests.translation.test_windows import texts_of
from tests.ui.conftest import no_window_left, qapp, qt_messages, recorder  # noqa: F401 -- fixtures
from tests.ui.summaries import NOW, Sizes, account, now, summary, title
from tray.mail.model.account import SecretSource
from tray.mail.model.status import (
    Connecting,
    Disabled,
    NeedsCredentials,
    Paused,
    Problem,
    ProblemKind,
    Waiting,
    Watching,
)
from tray.mail.model.toast import OpenToast, ToastContent, ToastKey
from tray.mail.notifications.state import ToastStyle
from tray.mail.notifications.toast_content import build_toast
from tray.mail.presentation.status_json import status_record, status_text
from tray.mail.presentation.status_texts import status_sentence, tooltip
from tray.mail.presentation.times import ago, ahead, at, until
from tray.mail.settings.fields import TOAST_BUTTONS
from tray.mail.settings.settings import Settings
from tray.ui.tray.menu import TrayMenu
from tray.ui.tray.panel import Panel
from tray.ui.window.mail_window import MailWindow

PROBLEM = Problem(ProblemKind.REFUSED, "P1.", "A1.")
STATUSES = [
    Connecting(NOW),
    Watching(NOW, NOW - 300),
    Watching(NOW, NOW, push=False),
    Watching(NOW, NOW, remark=PROBLEM),
    Waiting(NOW, NOW + 90, PROBLEM),
    Waiting(NOW, NOW - 1, PROBLEM),
    NeedsCredentials(NOW, PROBLEM),
    Paused(NOW, None),
    Paused(NOW, NOW + 3600),
    Paused(NOW, NOW + 90_000),
    Disabled(),
]
ACCOUNTS = [
    *(
        account(f"X{at}", title(at, "S1", "N1"), title(at + 50, "", ""), status=status)
        for at, status in enumerate(STATUSES)
    ),
    replace(account("X20"), muted=True),
    replace(account("X21"), quiet_hours=("mon-sun 00:00-24:00",)),
    replace(account("X22"), quiet_hours=("00:00-23:59",)),
    replace(account("X23", status=NeedsCredentials(NOW, PROBLEM)), secret=SecretSource.OAUTH),
    account("X24", title(1, "S1", "N1", unseen=False)),
]
SUMMARIES = [
    summary(),
    summary(*ACCOUNTS),
    *(summary(each) for each in ACCOUNTS),
    replace(summary(ACCOUNTS[1]), paused=True),
    replace(summary(ACCOUNTS[1]), paused=True, paused_until=NOW + 3600),
]
EXEMPT = (r"\b[XSNPA]\d+\b", r"\bMailbell\b")


def left(texts):
    texts = [str(text) for text in texts]
    assert any("⟦" in text for text in texts)
    return [text for text in texts if untranslated(text, *EXEMPT)]


def actions_of(menu):
    for action in menu.actions():
        yield from (action.text(), action.toolTip())
        if action.menu() is not None:
            yield from actions_of(action.menu())


@pytest.mark.parametrize("shown", SUMMARIES)
def test_the_menu(recorder, shown):  # noqa: F811
    tray = TrayMenu(recorder.commands, now, Panel(), Settings)
    tray.render(shown)
    assert left(actions_of(tray.menu)) == []


@pytest.mark.parametrize("shown", SUMMARIES)
def test_the_window(recorder, shown):  # noqa: F811
    window = MailWindow(recorder.commands, now, Settings, Sizes())
    window.show_summary(shown)
    window.bring_up()
    assert left(texts_of(window)) == []


@pytest.mark.parametrize("shown", SUMMARIES)
def test_the_tooltip_and_the_command(shown):
    record = json.loads(json.dumps(status_record(shown)))
    assert left([tooltip(shown, NOW), *status_text(record, NOW).split("\n")]) == []


@pytest.mark.parametrize("status", [each for each in STATUSES if not isinstance(each, NeedsCredentials)])
def test_the_sentence_of_a_status(status):
    assert left([status_sentence(status, NOW)]) == []


def test_times():
    days = [at(NOW - 86_400 * days, NOW) for days in range(1, 7)]
    spans = [
        each(seconds) for each in (ago, ahead) for seconds in (1, 20, 60, 120, 3600, 7200, 86_400, 200_000)
    ]
    assert left([*days, *spans, until(NOW + 86_400, NOW)]) == []


def test_toasts():
    mail = arrival(1, subject="", name="", address="", important=True)
    code = arrival(1, subject="", preview="Your log-in code: 482913", name="", address="")
    private = replace(mail, content=ToastContent.SENDER)
    states = [
        OpenToast(ToastKey("t"), 0.0, (each,), digest=digest, others=others)
        for each in (mail, code, private)
        for digest in (False, True)
        for others in (0, 1)
    ]
    style = ToastStyle(buttons=TOAST_BUTTONS)
    for toast in (build_toast(state, style) for state in states):
        assert left([toast.summary, toast.headline, *(text for _, text in toast.actions)]) == []
