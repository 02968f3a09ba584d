"""The page *Notifications*."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.mail.model.toast import ToastAction, ToastContent
from tray.mail.settings.choices import ToastDuration
from tray.mail.settings.fields import DIGEST_MAX, DIGEST_MIN
from tray.ui.rows.controls import Choice, Number, Several, Tick
from tray.ui.rows.description import Page, Row, Section
from tray.ui.rows.sound import SoundControl

if TYPE_CHECKING:
    from tray.ui.ports import Previews

_BUTTONS = 3


def notifications(previews: Previews) -> Page:
    """What a notification shows, what can be done there, and its sound."""
    return Page(
        "notifications",
        tr("Notifications"),
        "bell",
        (
            Section(_what_it_shows()),
            Section(_what_can_be_done(), tr("What you can do there")),
            Section(
                (
                    Row(
                        tr("Play"),
                        partial(SoundControl, previews),
                        "sound",
                        synonyms=tr("sound, bell, noise, ring, audio, silent, mute"),
                    ),
                ),
                tr("Sound"),
            ),
        ),
        ((tr("Send a test notification"), previews.send_test_notification),),
    )


def _what_it_shows() -> tuple[Row, ...]:
    return (
        Row(
            tr("Show a notification when mail arrives"),
            Tick,
            "toasts",
            synonyms=tr("toast, pop-up, popup, alert, banner, message"),
        ),
        Row(
            tr("What it shows"),
            partial(
                Choice,
                (tr("Sender, subject and first line"), ToastContent.PREVIEW),
                (tr("Sender and subject"), ToastContent.SUBJECT),
                (tr("Only the sender"), ToastContent.SENDER),
                (tr("Only that mail came"), ToastContent.COUNT),
            ),
            "toast_content",
            synonyms=tr("privacy, preview, text, content, hide, toast, pop-up"),
        ),
        Row(
            tr("How long it stays"),
            partial(
                Choice,
                (tr("As the desktop does"), ToastDuration.DESKTOP),
                (tr("10 seconds"), ToastDuration.SHORT),
                (tr("Until I close it"), ToastDuration.STAY),
            ),
            "toast_duration",
            synonyms=tr("duration, time, timeout, disappear, persistent, toast, pop-up"),
        ),
        Row(
            tr("Many mails at once become one"),
            partial(Number, DIGEST_MIN, DIGEST_MAX, _mails),
            "digest_from",
            tr("From this number on; the newest three are named"),
            tr("digest, summary, group, together, toast, pop-up"),
        ),
    )


def _mails(count: int) -> tuple[str, str]:
    """What stands before and behind the number."""
    before, _, behind = trn("{n} mail", "{n} mails", count).partition("{n}")
    return before, behind


def _what_can_be_done() -> tuple[Row, ...]:
    return (
        Row(
            tr("Buttons"),
            partial(
                Several,
                _BUTTONS,
                tr("None"),
                (tr("Mark as read"), ToastAction.MARK_READ),
                (tr("Archive"), ToastAction.ARCHIVE),
                (tr("Delete"), ToastAction.DELETE),
                (tr("Junk"), ToastAction.JUNK),
                (tr("Flag"), ToastAction.FLAG),
                (tr("In an hour"), ToastAction.SNOOZE),
                (tr("Reply"), ToastAction.REPLY),
            ),
            "toast_buttons",
            tr("Up to three; the desktop may show fewer. Reply needs KDE Plasma or SwayNC"),
            tr("actions, snooze, spam, star, answer, toast, pop-up"),
        ),
        Row(
            tr("Offer to copy one-time codes"),
            Tick,
            "copy_codes",
            tr("The clipboard is cleared after one minute"),
            tr("OTP, TAN, PIN, two-factor, 2FA, log-in code, verification"),
        ),
    )
