"""What a letter of the demo mailbox is, and how it becomes the bytes of a mail."""

from __future__ import annotations

from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate

SEEN, FLAGGED, ANSWERED, DELETED = "\\Seen", "\\Flagged", "\\Answered", "\\Deleted"


def encoded(text: str, charset: str = "utf-8") -> bytes:
    """RFC 2047 encoded words of ``text`` in ``charset``, folded; plain ASCII stays as it is."""
    if text.isascii():
        return text.encode("ascii")
    return Header(text, charset, maxlinelen=72, header_name="Subject").encode(linesep="\r\n").encode("ascii")


def person(name: str, address: str, charset: str = "utf-8") -> bytes:
    """A From header's value; an ASCII name is quoted (RFC 5322, section 3.4), any other is encoded."""
    shown = b'"' + name.encode("ascii") + b'"' if name.isascii() else encoded(name, charset)
    return shown + b" <" + address.encode("ascii") + b">"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail before it is delivered: raw header values (None: the header is missing) and a text."""

    sender: bytes | None
    subject: bytes | None
    text: str = "This is a letter of the Mailbell demo. Nobody wrote it, and nobody waits for an answer.\n"
    flags: frozenset[str] = frozenset()

    def mail(self, recipient: str, message_id: str, when: float) -> bytes:
        """The whole mail with CRLF line ends; ``when`` is unix time in seconds."""
        lines = [
            b"Return-Path: <bounces@relay.example>",
            b"Date: " + formatdate(when, localtime=False).encode("ascii"),
            b"To: <" + recipient.encode("ascii") + b">",
            b"Message-ID: <" + message_id.encode("ascii") + b">",
        ]
        if self.sender is not None:
            lines.append(b"From: " + self.sender)
        if self.subject is not None:
            lines.append(b"Subject: " + self.subject)
        lines += [
            b"MIME-Version: 1.0",
            b"Content-Type: text/plain; charset=utf-8",
            b"Content-Transfer-Encoding: 8bit",
            b"",
            self.text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8"),
        ]
        return b"\r\n".join(lines)


def letter(
    name: str, address: str, subject: str, charset: str = "utf-8", *, flags: frozenset[str] = frozenset()
) -> Letter:
    """A well-formed letter whose name and subject are encoded in ``charset``."""
    return Letter(person(name, address, charset), encoded(subject, charset), flags=flags)
