"""What the notification daemon means."""

from __future__ import annotations

import pytest

from tray.cli.doctor.desktop.notifications import Daemon, findings
from tray.cli.doctor.finding import Mark

DUNST = Daemon(runs=True, name="dunst", version="1.9", capabilities=("actions", "body"))


@pytest.mark.parametrize(
    ("seen", "marks", "words"),
    [
        (DUNST, [Mark.OK], "dunst 1.9 shows"),
        (Daemon(runs=True, capabilities=("actions",)), [Mark.OK], "A program without a name"),
        (Daemon(runs=True, name="mako", capabilities=("body",)), [Mark.OK, Mark.NOTE], "no buttons"),
        (Daemon(runs=True), [Mark.PROBLEM], "does not answer"),
        (Daemon(starts=True), [Mark.OK], "with the first one"),
        (Daemon(), [Mark.PROBLEM], "No program"),
        (Daemon(starts=True, test_shown=True), [Mark.OK, Mark.NOTE], "test notification was sent"),
        (Daemon(starts=True, test_shown=False), [Mark.OK, Mark.PROBLEM], "refused"),
    ],
)
def test_a_daemon_is_judged_by_what_it_answers(seen, marks, words):
    found = findings(seen)
    assert [each.mark for each in found] == marks
    assert words in " ".join(each.found for each in found)


def test_what_it_can_do_is_for_the_report():
    (found,) = findings(DUNST)
    assert found.details == ("capabilities: actions, body",)
