"""The form of an account, in the window of the settings where it stands."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.keyboard import shown
from tests.ui.services import FakeStore, services
from tray.mail.settings.settings import Settings
from tray.ui.settings.settings_window import SettingsWindow


def form_of(account, given=None, others=(), part="more", field=""):
    """The form of `account` among `others`, or of a new account (None), in a window on the screen.

    Its window is `form.window()`; what was applied is in `form.store.applied`.
    """
    given = given if given is not None else services()
    accounts = (*((account,) if account is not None else ()), *others)
    store = FakeStore(settings=Settings(accounts=accounts))
    window = SettingsWindow(replace(given, store=store))
    shown(window)
    if account is None:
        window.more_settings(None)
    else:
        window.show_part(account.id, part, field)
    form = window.stack.currentWidget()
    form.store = store
    form.keep = window  # else Python would delete it
    return form
