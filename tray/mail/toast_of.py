"""Makes a toast to be shown of what the notifier knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail import sound
from tray.mail.toast import Toast
from tray.mail.toast_texts import digest_actions, digest_texts, single_actions, single_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.notifier import Arrival, OpenToast


def toast_of(toast: OpenToast) -> Toast:
    """What is to be shown."""
    messages = tuple(mail.key for mail in toast.told)
    if toast.digest:
        newest = [mail.message.envelope for mail in reversed(toast.told)]
        summary, body = digest_texts(number(toast), newest)
        accounts = {key.account for key in messages} | {crowd.account for crowd in toast.crowds}
        return Toast(
            key=toast.key,
            summary=summary,
            body=body,
            messages=messages,
            account=next(iter(accounts)) if len(accounts) == 1 else None,
            actions=digest_actions(),
            sound=_sound(toast.told),
            colour=toast.told[0].colour if toast.told and len(accounts) == 1 else "",
            crowds=toast.crowds,
        )
    (mail,) = toast.told
    summary, body = single_texts(mail.message.envelope, mail.account_name if mail.show_account else "")
    return Toast(
        key=toast.key,
        summary=summary,
        body=body,
        messages=messages,
        account=mail.key.account,
        actions=single_actions(),
        sound=mail.sound,
        colour=mail.colour,
    )


def _sound(mails: Sequence[Arrival]) -> str:
    """That of all `mails` together: of those that make one, what they agree on, else the desktop's own."""
    sounds = {mail.sound for mail in mails} - {sound.NONE}
    if not sounds:
        return sound.NONE
    return sounds.pop() if len(sounds) == 1 else sound.DESKTOP


def number(toast: OpenToast) -> int:
    """How many mails the toast tells of."""
    return len(toast.told) + toast.forgotten + sum(crowd.number for crowd in toast.crowds)
