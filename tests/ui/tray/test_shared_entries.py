"""The menu that mutes."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.summaries import account
from tray.ui.tray.shared_entries import MuteMenu


def test_a_tick_comes_and_goes_when_the_account_is_muted_and_not_at_the_click(qapp, recorder):
    """The settings may not be writable; then nothing changes, and the menu says so."""
    menu = MuteMenu(recorder.commands.accounts)
    work = account("w")
    menu.show_accounts([work])
    (line,) = menu.actions()
    line.trigger()
    assert (line.isChecked(), recorder.asked) == (False, [("mute", "w", True)])
    line.trigger()
    assert recorder.asked[-1] == ("mute", "w", True)
    menu.show_accounts([replace(work, muted=True)])
    assert line.isChecked()
    line.trigger()
    assert (line.isChecked(), recorder.asked[-1]) == (True, ("mute", "w", False))
