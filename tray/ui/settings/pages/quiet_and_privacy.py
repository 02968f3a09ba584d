"""The page *Quiet and privacy*."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt5 import sip

from tray.i18n import tr
from tray.mail.model.toast import ToastContent
from tray.mail.settings.fields import COMMAND, PEOPLE
from tray.ui.rows.controls import Choice, Push, Tick
from tray.ui.rows.description import Page, Row, Section
from tray.ui.rows.night import NightControl
from tray.ui.rows.page_view import DescribedPage
from tray.ui.rows.texts import CheckedLine, SeveralTexts

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtGui import QShowEvent

    from tray.ui.ports import Previews
    from tray.ui.rows.changes import Changes


def quiet_and_privacy(edit_rules: Callable[[], None], show_why: Callable[[], None]) -> Page:
    """When no notification is shown, and what one says while the screen is locked.

    `edit_rules` and `show_why` open the pages behind this one.
    """
    return Page(
        "quiet",
        tr("Quiet and privacy"),
        "moon",
        (
            Section(_quiet_hours(), tr("Quiet hours")),
            Section(
                (
                    Row(
                        tr("A notification while the screen is locked says"),
                        partial(
                            Choice,
                            (tr("Only how many"), ToastContent.COUNT),
                            (tr("Only the sender"), ToastContent.SENDER),
                            (tr("Sender and subject"), ToastContent.SUBJECT),
                            (tr("Everything"), ToastContent.PREVIEW),
                            (tr("Nothing"), ToastContent.NOTHING),
                        ),
                        "when_locked",
                        synonyms=tr("lock screen, privacy, hide, content, away"),
                    ),
                ),
                tr("Privacy"),
            ),
            Section(
                (
                    Row(
                        tr("What is done with certain mails"),
                        partial(Push, tr("Edit…"), edit_rules),
                        explanation=tr("By sender, subject, mailing list, folder and more"),
                        synonyms=tr("filter, mute, silent, urgent, move, sound, script, hook, spam"),
                    ),
                    Row(
                        tr("Run a command for each new mail"),
                        partial(CheckedLine, COMMAND),
                        "new_mail_command",
                        tr("Without a shell; variables such as MAILBELL_SUBJECT tell it of the mail"),
                        tr("program, script, hook"),
                    ),
                ),
                tr("Rules"),
            ),
        ),
        ((tr("Why was I told?"), show_why),),
    )


def _quiet_hours() -> tuple[Row, ...]:
    return (
        Row(
            tr("Every night"),
            NightControl,
            "quiet_hours",
            tr("Mail is counted; in the morning one notification tells of it"),
            tr("night, sleep, silent, schedule, evening, weekend, DND"),
        ),
        Row(
            tr("Follow “Do not disturb” of the desktop"),
            Tick,
            "follow_do_not_disturb",
            synonyms=tr("DND, focus, silent, presentation mode"),
        ),
        Row(
            tr("While a window is full screen or a presentation runs"),
            Tick,
            "quiet_when_full_screen",
            synonyms=tr("video, film, game, slides, projector, fullscreen"),
        ),
        Row(
            tr("Important people are told of all the same"),
            partial(SeveralTexts, PEOPLE),
            "important",
            tr("Addresses and names with semicolons between; @example.org for all of a company"),
            tr("VIP, favourite, boss, family, urgent, always"),
        ),
    )


class QuietPage(DescribedPage):
    """The page; asks the desktop whether it wants to be left alone each time it is shown."""

    def __init__(self, page: Page, changes: Changes, previews: Previews) -> None:
        super().__init__(page, changes)
        self._previews = previews
        self._row = next(row for row in self.rows if row.row.field == "follow_do_not_disturb")

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the desktop."""
        super().showEvent(event)
        self._previews.ask_do_not_disturb(self._known)

    def _known(self, disturbing: bool) -> None:
        if not sip.isdeleted(self):  # the window may have been closed meanwhile
            self._row.explain(tr("It is on now") if disturbing else tr("It is off now"))
