"""The mail of a reply (RFC 5322, 3.6): its headers from the message that it answers, its text as it was typed."""

from __future__ import annotations

import re
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import TYPE_CHECKING

from tray.imap.text import display_safe
from tray.mail.presentation.subjects import without_prefixes
from tray.mail.reply.recipient import recipient_text, reply_recipient, reply_sender
from tray.mail.reply.reply import Reply

if TYPE_CHECKING:
    from datetime import datetime

    from tray.mail.model.account import Account
    from tray.mail.model.message import Message, MessageKey

TEXT_LIMIT = 100_000
"""Characters of a reply; no toast has room for more."""
_REFERENCES_LIMIT = 20
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,248}>")  # printable ASCII without < and >
# No control character of the text means anything in a mail, but for its line ends and tabs.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_END = re.compile("\r\n|\r|\n|\u2028|\u2029|\x85")


class Unanswerable(Exception):  # noqa: N818
    """There is nobody to reply to, or no address to reply from."""


def compose(
    text: str, message: Message, account: Account, key: MessageKey, *, number: int, now: datetime, token: str
) -> Reply:
    """The reply with this `text` to `message`; `now` has a time zone, and `token` makes the Message-ID unique.

    `message` must have the headers `tray.mail.reply.recipient.HEADERS`; `number` becomes the reply's id. No header
    has the user's name: the account has none, and that of the message was written by its sender. Raises Unanswerable.
    """
    text = text[:TEXT_LIMIT]
    recipient, sender = reply_recipient(message), reply_sender(message, account)
    if recipient is None or not sender:
        raise Unanswerable
    plain = recipient.address.isascii() and sender.isascii()
    # Without this, long ids would be folded inside, or encoded as if they were words.
    mail = EmailMessage((SMTP if plain else SMTPUTF8).clone(refold_source="none"))
    mail["From"] = _header_address("", sender)
    mail["To"] = _header_address(display_safe(recipient.name), recipient.address)
    mail["Subject"] = reply_subject(message.envelope.subject)
    mail["Date"] = format_datetime(now)
    message_id = f"<{token}@{sender.rpartition('@')[2]}>"
    mail["Message-ID"] = message_id
    answered = _MESSAGE_ID.fullmatch(message.envelope.message_id.strip())
    if answered is not None:
        mail.set_raw("In-Reply-To", answered[0])
        mail.set_raw("References", "\r\n ".join(_references(message, answered[0])))
    typed = text_lines(text)
    safe_as_it_is = typed.isascii() and all(len(line) < 78 for line in typed.split("\n"))  # noqa: PLR2004 -- RFC 5322
    mail.set_content(typed, charset="utf-8", cte="7bit" if safe_as_it_is else "quoted-printable")
    return Reply(
        number,
        key,
        now.timestamp(),
        recipient_text(recipient, message),
        sender,
        recipient.address,
        text,
        mail.as_bytes(),
        message_id,
    )


def reply_subject(subject: str) -> str:
    """``Re: `` and the subject without what mailers in any language have put before it."""
    return f"Re: {without_prefixes(display_safe(subject))}".rstrip()


def text_lines(text: str) -> str:
    """The text with one kind of line end and without control characters; never empty at its end."""
    lines = _LINE_END.sub("\n", text)
    return _CONTROLS.sub("", lines).rstrip() + "\n"


def _header_address(name: str, address: str) -> HeaderAddress:
    local, _, domain = address.rpartition("@")
    return HeaderAddress(name, username=local, domain=domain)


def _references(message: Message, answered: str) -> list[str]:
    """The ids of the conversation, the answered one last (RFC 5322, 3.6.4); the first stays where there are many."""
    named = dict(reversed(message.headers))
    parent = _MESSAGE_ID.findall(named.get("in-reply-to", ""))
    earlier = _MESSAGE_ID.findall(named.get("references", "")) or (parent if len(parent) == 1 else [])
    ids = [each for each in dict.fromkeys(earlier) if each != answered]
    if len(ids) > _REFERENCES_LIMIT:
        ids = [ids[0], *ids[1 - _REFERENCES_LIMIT :]]
    return [*ids, answered]
