"""Builds the toast to show from the notifier's state of it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.mail.model.message import UncountedBatch
from tray.mail.model.toast import DESKTOP, SILENT, Arrival, Toast, ToastAction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.imap.types import Address, Envelope
    from tray.mail.model.toast import OpenToast

ELLIPSIS = "…"
_ADDRESS_LIMIT = 60
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f]+")
_NOT_OF_AN_ADDRESS = r"\s@<>()\[\]{}\"'“”‘’„«»,;:"
# jane@example.org; with spaces around the @, or with (at), only where a domain with a dot follows.
_PART = rf"[^{_NOT_OF_AN_ADDRESS}]+"
_ADDRESS = re.compile(rf"({_PART})(?:@|\s?(?:@|[(\[{{]\s?at\s?[)\]}}])\s?(?={_PART}\.\w))({_PART})")
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def truncate(text: str, limit: int) -> str:
    """`text` in at most `limit` code points, ending in ``…`` where it was truncated.

    A base and its combining marks, an emoji and its modifiers are not separated (a part of Unicode Annex 29).
    """
    if len(text) <= limit:
        return text
    end = limit - len(ELLIPSIS)
    while end > 0 and (_extends(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    if end <= 0:  # only marks, or no space: then the length counts
        end = max(limit - len(ELLIPSIS), 0)
    return (text[:end].rstrip() + ELLIPSIS)[: max(limit, 0)]


def _extends(character: str) -> bool:
    return (
        character == _JOINER
        or unicodedata.category(character).startswith("M")  # combining marks and variation selectors
        or ord(character) in _SKIN_TONES
    )


SUMMARY_LIMIT = 100
BODY_LIMIT = 300
"""Characters. Longer texts exceed the screen and slow down notification servers."""

_LINES = 4
_LINE_LIMIT = (BODY_LIMIT - (_LINES - 1)) // _LINES
_ACCOUNT_LIMIT = 60


def sender_text(name: str) -> str:
    """The sender to display, also for a message without one."""
    return name or tr("(no sender)")


def subject_text(subject: str) -> str:
    """The subject to display, also for a message without one."""
    return subject or tr("(no subject)")


def shown_sender(sender: Address) -> str:
    """The name of the sender, else the address; empty where there is neither.

    Before a name that looks like another address the true one is shown, so that truncating cannot remove it. A long
    address is truncated at its beginning, because its domain is at the end.
    """
    address = sender.address
    if not sender.name or not _looks_like_another_address(sender.name, address):
        return sender.name or address
    if len(address) > _ADDRESS_LIMIT:
        address = "…" + address[1 - _ADDRESS_LIMIT :]
    return tr("{address} (“{name}”)").format(address=address or tr("(no address)"), name=sender.name)


def _looks_like_another_address(name: str, address: str) -> bool:
    """Whether `name` contains what looks like an address other than `address`."""
    own = _look(address)
    return any(f"{local}@{domain.rstrip('.')}" != own for local, domain in _ADDRESS.findall(_look(name)))


def _look(text: str) -> str:
    """`text` for comparing its look: without case, widths and invisible characters."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold().replace("。", ".")


def build_toast(toast: OpenToast) -> Toast:
    """The toast to show for the state `toast`."""
    mails = [entry for entry in toast.shown if isinstance(entry, Arrival)]
    accounts = {entry.key.account for entry in toast.shown}
    summary, body = _digest_texts(message_count(toast), mails) if toast.digest else _single_texts(mails[0])
    return Toast(
        key=toast.key,
        summary=summary,
        body=body,
        messages=tuple(mail.key for mail in mails),
        account=next(iter(accounts)) if len(accounts) == 1 else None,
        actions=(
            (ToastAction.OPEN, tr("Open")),
            (ToastAction.MARK_READ, tr("Mark all read") if toast.digest else tr("Mark read")),
        ),
        sound=_sound(mails),
        colour=mails[0].colour if mails and len(accounts) == 1 else "",
        batches=tuple(entry for entry in toast.shown if isinstance(entry, UncountedBatch)),
    )


def _single_texts(mail: Arrival) -> tuple[str, str]:
    """Summary and body for one message."""
    envelope = mail.message.envelope
    account = truncate(mail.account_name, _ACCOUNT_LIMIT) if mail.show_account else ""
    room = BODY_LIMIT - len(account) - 1 if account else BODY_LIMIT
    subject = truncate(subject_text(envelope.subject), room)
    return truncate(_sender(envelope), SUMMARY_LIMIT), f"{subject}\n{account}" if account else subject


def _digest_texts(count: int, mails: Sequence[Arrival]) -> tuple[str, str]:
    """The number of messages, and the newest few of them."""
    newest = (mail.message.envelope for mail in mails[: -_LINES - 1 : -1])
    line = tr("{sender} — {subject}")
    lines = (line.format(sender=_sender(one), subject=subject_text(one.subject)) for one in newest)
    return new_mails(count), "\n".join(truncate(line, _LINE_LIMIT) for line in lines)


def new_mails(count: int) -> str:
    """The summary of a digest."""
    return trn("{n} new mail", "{n} new mails", count).format(n=count)


def _sender(envelope: Envelope) -> str:
    return sender_text(shown_sender(envelope.sender))


def _sound(mails: Sequence[Arrival]) -> str:
    """The common sound of the `mails` that are not silent; the desktop's own where they differ."""
    sounds = {mail.sound for mail in mails} - {SILENT}
    if not sounds:
        return SILENT
    return sounds.pop() if len(sounds) == 1 else DESKTOP


def message_count(toast: OpenToast) -> int:
    """The number of messages in a toast."""
    return sum(entry.count for entry in toast.shown) + toast.others
