"""How senders, subjects and folders are shown, and where texts are cut."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.imap.text import display_safe

if TYPE_CHECKING:
    from tray.imap.types import Address, MailboxName

ELLIPSIS = "…"
_ADDRESS_LIMIT = 60
_INBOX = re.compile(r"\Ainbox(?:[./]|\Z)", re.IGNORECASE)
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


def sender_text(name: str) -> str:
    """The sender to display, also for a message without one."""
    return name or tr("(no sender)")


def subject_text(subject: str) -> str:
    """The subject to display, also for a message without one."""
    return subject or tr("(no subject)")


def folder_text(mailbox: MailboxName) -> str:
    """A mailbox as it is named beside a message: nothing for the inbox, and a folder below the inbox without it."""
    return display_safe(_INBOX.sub("", mailbox))


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
