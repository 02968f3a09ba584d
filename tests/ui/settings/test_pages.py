"""The pages about the program: each row shows and changes its field, with values that the settings accept."""

from __future__ import annotations

import pytest

from tests.ui.services import FakePreviews, FakeStore, ignore
from tray.mail.settings.fields import GENERAL
from tray.mail.settings.open_command import quote_not_closed
from tray.mail.settings.settings import Settings
from tray.ui.rows.changes import Changes
from tray.ui.rows.controls import Choice, Several, Ticked
from tray.ui.rows.page_view import DescribedPage
from tray.ui.settings.pages.notifications import notifications
from tray.ui.settings.pages.quiet_and_privacy import quiet_and_privacy
from tray.ui.settings.pages.start_and_language import start_and_language
from tray.ui.settings.pages.window_and_menu import window_and_menu

KINDS = {setting.key: setting.kind for setting in GENERAL}


def pages():
    return (
        notifications(FakePreviews()),
        quiet_and_privacy(ignore, ignore),
        window_and_menu(),
        start_and_language(ignore),
    )


def rows():
    return [row for page in pages() for section in page.sections for row in section.rows]


def options(control):
    if isinstance(control, Choice):
        return [control.box.itemData(at) for at in range(control.box.count())]
    if isinstance(control, Several):
        return [(control.boxes[0].itemData(at),) for at in range(1, control.boxes[0].count())]
    if isinstance(control, Ticked):
        return [(value,) for _, _, value in control._options]
    return []


def test_no_field_has_two_rows():
    fields = [row.field for row in rows() if row.field]
    assert len(fields) == len(set(fields))
    assert set(fields) <= KINDS.keys()


def test_every_choice_is_one_that_the_settings_accept(qapp):
    for row in rows():
        for value in options(row.control()):
            kind = KINDS[row.field]
            assert kind.read(kind.write(value)) == value, row.field


def test_each_row_shows_its_field_and_changes_it(qapp):
    store = FakeStore(settings=Settings(quiet_hours=("21:00-06:00",)))
    changes = Changes(store)
    for page in pages():
        shown = DescribedPage(page, changes)
        for row in shown.rows:
            for value in options(row.control):
                row.control.edited.emit(value)
                assert getattr(store.settings, row.row.field) == value
            if row.row.field and isinstance(getattr(store.settings, row.row.field), bool):
                before = getattr(store.settings, row.row.field)
                row.control.edited.emit(not before)
                assert getattr(store.settings, row.row.field) is not before


def test_a_command_for_each_new_mail_is_kept_when_its_quotes_are_closed(qapp):
    store = FakeStore(settings=Settings())
    (page,) = [page for page in pages() if page.key == "quiet"]
    shown = DescribedPage(page, Changes(store))
    (row,) = [row for row in shown.rows if row.row.field == "new_mail_command"]
    for typed, kept in (("sh -c 'date", ""), ("sh -c 'date'", "sh -c 'date'")):
        row.control.line.setText(typed)
        row.control.line.setModified(True)
        row.control.line.editingFinished.emit()
        assert store.settings.new_mail_command == kept
        assert row.error.text() == ("" if kept else quote_not_closed())


def test_a_test_notification_is_sent(qapp):
    previews = FakePreviews()
    (((_, send),)) = notifications(previews).foot
    send()
    assert previews.played == ["notification"]


@pytest.mark.parametrize("found", [[], ["de", "fr"]])
def test_the_languages_are_those_that_there_are(qapp, monkeypatch, found):
    from tray.ui.settings.pages import start_and_language as module

    monkeypatch.setattr(module, "available_languages", lambda: found)
    (row,) = [row for row in rows() if row.field == "language"]
    control = row.control()
    names = [control.box.itemText(at) for at in range(control.box.count())]
    assert names == [
        "As the desktop",
        *(["Deutsch"] if found else []),
        "English",
        *(["Français"] if found else []),
    ]
