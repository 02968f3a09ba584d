"""What a toast shows of the notifier's state of it: texts, buttons and sound, as the settings say."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.mail.model.message import UncountedBatch
from tray.mail.model.toast import DESKTOP, ENVELOPE, SILENT, Arrival, Toast, ToastAction, ToastContent
from tray.mail.notifications.state import DEFAULT_STYLE, ToastStyle
from tray.mail.presentation.message_texts import (
    BODY_LIMIT,
    SUMMARY_LIMIT,
    folder_text,
    sender_text,
    shown_sender,
    subject_text,
    truncate,
)
from tray.mail.settings.choices import ToastDuration
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tray.imap.types import MailboxName
    from tray.mail.model.toast import OpenToast
    from tray.mail.notifications.one_time_code import OneTimeCode

_HEADLINE_LIMIT = 140
_ORIGIN_LIMIT = 60
"""Of the account, and of the folder."""
_SENTENCE_LIMIT = 60
"""Of the sentence of a digest: GNOME Shell shows one line, mako little more."""
_NAMES_LIMIT = 3
_BUTTONS_LIMIT = 3
"""Besides a click on the toast itself; more make it wider on some desktops."""
_TIMEOUTS = {ToastDuration.DESKTOP: -1, ToastDuration.SHORT: 10_000, ToastDuration.STAY: 0}
_STRICTNESS = list(ToastContent)
"""What shows most first."""
_DIGIT = re.compile(r"\d")
_WITHOUT_SENDERS = (ToastContent.COUNT, ToastContent.NOTHING)
_WITHOUT_SUBJECTS = (ToastContent.SENDER, *_WITHOUT_SENDERS)
_LABELS: dict[ToastAction, Callable[[], str]] = {
    ToastAction.ARCHIVE: lambda: tr("Archive"),
    ToastAction.DELETE: lambda: tr("Delete"),
    ToastAction.JUNK: lambda: tr("Junk"),
    ToastAction.FLAG: lambda: tr("Flag"),
    ToastAction.SNOOZE: lambda: tr("In an hour"),
    ToastAction.REPLY: lambda: tr("Reply"),
}


def build_toast(toast: OpenToast, style: ToastStyle = DEFAULT_STYLE) -> Toast:
    """The toast to show for the state `toast`."""
    mails = [entry for entry in toast.shown if isinstance(entry, Arrival)]
    accounts = {entry.key.account for entry in toast.shown}
    account = next(iter(accounts)) if len(accounts) == 1 else None
    content = max((mail.content for mail in mails), key=_STRICTNESS.index, default=ToastContent.PREVIEW)
    code = None if toast.digest or not style.copy_codes else _code(mails[-1], content)
    texts = _digest_texts(toast, mails, content) if toast.digest else _mail_texts(toast, mails, content, code)
    actions, reply_to = _actions(toast, content, style, code)
    return Toast(
        key=toast.key,
        summary=texts.summary,
        body=texts.body,
        messages=tuple(mail.key for mail in mails),
        account=account,
        actions=actions,
        sound=_sound(mails),
        colour=mails[0].colour if mails and account is not None else "",
        batches=tuple(entry for entry in toast.shown if isinstance(entry, UncountedBatch)),
        headline=texts.headline,
        origin=texts.origin,
        initials=texts.initials,
        urgent=any(mail.important for mail in mails),
        timeout=_TIMEOUTS[style.duration],
        code="" if code is None else code.text,
        answers=mails[-1].message if reply_to else None,
        reply_to=reply_to,
    )


def message_count(toast: OpenToast) -> int:
    """The number of messages in a toast."""
    return sum(entry.count for entry in toast.shown) + toast.others


@dataclass(frozen=True, slots=True)
class _Texts:
    summary: str
    body: str = ""
    headline: str = ""
    origin: str = ""
    initials: str = ""


def _mail_texts(
    toast: OpenToast, mails: Sequence[Arrival], content: ToastContent, code: OneTimeCode | None
) -> _Texts:
    """The texts of one message, or of the newest of a conversation."""
    newest, count = mails[-1], message_count(toast)
    if content in _WITHOUT_SENDERS:
        return _Texts(new_mails(count))
    sender = shown_sender(newest.message.envelope.sender)
    initials = _initials(sender)
    sender = sender_text(sender)
    if code is not None:
        summary = tr("Code {code} – {sender}").format(code=code.grouped, sender=sender)
    elif count > 1:
        names = ", ".join(_senders(mails)[:_NAMES_LIMIT])
        summary = trn("{names}, {n} mail", "{names}, {n} mails", count).format(names=names, n=count)
    elif newest.important:
        summary = tr("{sender} (important)").format(sender=sender)
    else:
        summary = sender
    summary = truncate(summary, SUMMARY_LIMIT)
    if content in _WITHOUT_SUBJECTS:
        return _Texts(summary, trn("New mail", "New mails", count), initials=initials)
    headline = truncate(subject_text(newest.message.envelope.subject), _HEADLINE_LIMIT)
    origin = _origin(newest)
    preview = newest.message.preview if content is ToastContent.PREVIEW else ""
    body = truncate(preview, BODY_LIMIT - len(headline) - len(origin) - 2)
    return _Texts(summary, body, headline, origin, initials)


def _digest_texts(toast: OpenToast, mails: Sequence[Arrival], content: ToastContent) -> _Texts:
    """The number of messages, who has written, and how many came to each account."""
    count = message_count(toast)
    if content in _WITHOUT_SENDERS:
        return _Texts(new_mails(count))
    lines = [_who(mails, count), _accounts(toast, mails)]
    return _Texts(new_mails(count), "\n".join(line for line in lines if line))


def new_mails(count: int) -> str:
    """The summary of a digest."""
    return trn("{n} new mail", "{n} new mails", count).format(n=count)


def _who(mails: Sequence[Arrival], count: int) -> str:
    """The senders that fit in one short sentence, the important and then the newest first, and how many more mails."""
    names = _senders(mails)
    written = Counter(_sender(mail) for mail in mails)
    for number in range(min(_NAMES_LIMIT, len(names)), 0, -1):
        sentence, more = ", ".join(names[:number]), count - sum(written[name] for name in names[:number])
        if more:
            sentence = trn("{names} and {n} more", "{names} and {n} more", more).format(
                names=sentence, n=more
            )
        if len(sentence) <= _SENTENCE_LIMIT:
            return sentence
        if number == 1:
            rest = len(sentence) - len(names[0])
            return sentence.replace(names[0], truncate(names[0], _SENTENCE_LIMIT - rest), 1)
    return ""


def _senders(mails: Iterable[Arrival]) -> list[str]:
    """The senders, each once: important ones first, then by their newest message."""
    newest = list(mails)[::-1]
    newest.sort(key=lambda mail: not mail.important)
    return list(dict.fromkeys(_sender(mail) for mail in newest))


def _accounts(toast: OpenToast, mails: Sequence[Arrival]) -> str:
    """How many came to each account; empty where there is one account only, or where that is not known of all."""
    names = {mail.key.account: mail.account_name for mail in mails if mail.show_account}
    counts: Counter[str] = Counter()
    for entry in toast.shown:
        if entry.key.account not in names:
            return ""
        counts[names[entry.key.account]] += entry.count
    if toast.others:
        return ""
    if len(counts) == 1:
        return truncate(next(iter(counts)), _ORIGIN_LIMIT)
    each = (f"{truncate(name, _ORIGIN_LIMIT // 2)} {number}" for name, number in counts.most_common())
    return truncate(", ".join(each), _SENTENCE_LIMIT + _ORIGIN_LIMIT)


def _origin(mail: Arrival) -> str:
    """The account where there are several, and the folder where it is not the inbox."""
    account = truncate(mail.account_name, _ORIGIN_LIMIT) if mail.show_account else ""
    return " · ".join(part for part in (account, _short_folder(mail.key.mailbox)) if part)


def _short_folder(mailbox: MailboxName) -> str:
    """The name of a folder without those above it; empty for the inbox. Only the usual delimiter is known here."""
    return truncate(folder_text(mailbox).rstrip("/").rpartition("/")[2], _ORIGIN_LIMIT)


def _actions(
    toast: OpenToast, content: ToastContent, style: ToastStyle, code: OneTimeCode | None
) -> tuple[tuple[tuple[ToastAction, str], ...], str]:
    """The click on the toast and its buttons, only the click where texts are withheld; and whom its reply goes to."""
    actions = [(ToastAction.OPEN, tr("Open"))]
    if content in _WITHOUT_SUBJECTS:
        return tuple(actions), ""
    if toast.digest:
        return (*actions, (ToastAction.MARK_READ, tr("Mark all as read"))), ""
    if code is not None:
        actions.append((ToastAction.COPY_CODE, tr("Copy {code}").format(code=code.grouped)))
    several = message_count(toast) > 1
    mails = [entry for entry in toast.shown if isinstance(entry, Arrival)]
    reply_to = _reply_to(mails[-1], style) if ToastAction.REPLY in style.buttons and mails else ""
    chosen = [action for action in style.buttons if reply_to or action is not ToastAction.REPLY]
    if ToastAction.SNOOZE not in chosen and any(mail.important for mail in mails):
        chosen.append(ToastAction.SNOOZE)
    more = chosen[: 1 + _BUTTONS_LIMIT - len(actions)]
    actions += [(action, _label(action, several=several)) for action in more]
    return tuple(actions), reply_to if ToastAction.REPLY in more else ""


def _reply_to(newest: Arrival, style: ToastStyle) -> str:
    """Whom a reply to the newest message goes to; empty where it has none, or where that is not known."""
    from tray.mail.reply.recipient import (  # noqa: PLC0415 -- few people reply here
        HEADERS,
        recipient_text,
        reply_recipient,
    )

    message = newest.message
    known = any(name in HEADERS for name, _ in message.headers)
    recipient = reply_recipient(message) if known and newest.key.account not in style.mute else None
    return "" if recipient is None else recipient_text(recipient, message)


def _label(action: ToastAction, *, several: bool) -> str:
    if action is ToastAction.MARK_READ:
        return tr("Mark all as read") if several else tr("Mark as read")
    return _LABELS[action]()


def _sender(mail: Arrival) -> str:
    return sender_text(shown_sender(mail.message.envelope.sender))


def _initials(sender: str) -> str:
    from tray.mail.presentation.initials import initials  # noqa: PLC0415 -- not before the first toast

    return initials(sender) or ENVELOPE


def _code(mail: Arrival, content: ToastContent) -> OneTimeCode | None:
    """The one-time code in what the toast shows of the message."""
    if content in _WITHOUT_SUBJECTS:
        return None
    subject, preview, code = mail.message.envelope.subject, "", ""
    if content is ToastContent.PREVIEW:
        preview, code = mail.message.preview, mail.message.code
    if _DIGIT.search(subject + preview + code) is None:
        return None
    from tray.mail.notifications import one_time_code  # noqa: PLC0415 -- its patterns take long to compile

    return one_time_code.OneTimeCode(code) if code else one_time_code.find_code(subject, preview)


def _sound(mails: Sequence[Arrival]) -> str:
    """The common sound of the `mails` that are not silent; the desktop's own where they differ."""
    sounds = {mail.sound for mail in mails} - {SILENT}
    if not sounds:
        return SILENT
    return sounds.pop() if len(sounds) == 1 else DESKTOP
