"""Finds the text of a message in the first bytes of its body (RFC 2045, RFC 2046), which may end anywhere."""

from __future__ import annotations

import re
from binascii import a2b_base64, a2b_qp
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser

from tray.imap.charsets import codecs
from tray.imap.text import as_utf8
from tray.mail.preview.first_line import first_line
from tray.values import dataclass

_OF_RUBBISH = (
    MessageError,
    RecursionError,
    ValueError,
    LookupError,
    TypeError,
)  # what the parser may raise for it
_BODY_LIMIT = 49_152  # bytes
_DEPTH_LIMIT = 10  # multiparts in multiparts
_PARTS_LIMIT = 50  # of one multipart
_CONTENT_FIELDS = re.compile(rb"^content-[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_QUANTUM = 4  # letters of base64 that make three bytes
_META_CHARSET = re.compile(r"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_META_LIMIT = 2048  # characters
_ARMOUR = re.compile(r"-----BEGIN PGP (?:MESSAGE|SIGNED MESSAGE)-----")
_SIGNED = re.compile(r"\s*-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:\S[^\n]*\n)*\s*\n")
_TEXTS = frozenset({"text/plain", "text/html"})
_ENCRYPTED = frozenset(
    {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
)


@dataclass(frozen=True, slots=True)
class BodyText:
    """The text of a message, as far as it was read."""

    text: str = ""
    """Plain text, or text made of HTML; empty where there is none to show, as in an encrypted message."""
    cut: bool = False
    """Whether it is empty only because its part has not begun to say something in the bytes that were read."""


def body_text(headers: bytes, body: bytes, *, complete: bool = False) -> BodyText:
    """The text to show of a message with these `headers` whose body begins with `body`; never raises.

    `headers` are Content-Type and Content-Transfer-Encoding among any others; `complete`: whether `body` is all of it.
    Attachments are passed over, and encrypted messages have no text. Nothing is loaded from anywhere.
    """
    try:
        fields = _CONTENT_FIELDS.findall(headers)  # a mail may have fifty others
        found = _found(_parsed(fields, body[:_BODY_LIMIT]), _DEPTH_LIMIT)
    except _OF_RUBBISH:
        return BodyText()
    if found is None:
        return BodyText()
    text = found[1].strip()
    return BodyText(text, cut=not text and not complete)


def _parsed(fields: list[bytes], body: bytes) -> Message:
    """The message; what has no parts is not read line by line, which takes ten times as long."""
    message = Message()
    for field in fields:
        name, _, value = field.decode("ascii", "surrogateescape").partition(":")
        message.set_raw(name.strip(), value.strip())
    if message.get_content_maintype() in {"multipart", "message"}:
        return BytesParser().parsebytes(b"\n".join(fields) + b"\n\n" + body)
    message.set_payload(body.decode("ascii", "surrogateescape"))
    return message


def _found(part: Message, depth: int) -> tuple[str, str] | None:
    """Type and text of the part that says what the message says; None where it is encrypted or has none."""
    kind = part.get_content_type()
    if not part.is_multipart():
        return (kind, _decoded(part, kind)) if kind in _TEXTS and not _is_attachment(part) else None
    payload = part.get_payload()
    children: list[Message] = payload[:_PARTS_LIMIT] if isinstance(payload, list) else []  # type: ignore[assignment]
    kinds = {kind, *(child.get_content_type() for child in children)}
    if kinds & _ENCRYPTED or not depth or kind.startswith("message/"):
        return None
    is_alternative = kind == "multipart/alternative"
    page = None
    for child in children:
        found = _found(child, depth - 1)
        if found is None:
            continue
        if not is_alternative or (found[0] == "text/plain" and first_line(found[1])):
            return found
        page = found
    return page


def _is_attachment(part: Message) -> bool:
    return str(part.get("content-disposition", "")).strip().lower().startswith("attachment")


def _decoded(part: Message, kind: str) -> str:
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    del part["content-transfer-encoding"]  # else the parser decodes, and gives up on base64 that is cut off
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    if encoding == "base64":
        letters = _NOT_BASE64.sub(b"", raw)
        letters = letters[: len(letters) - (len(letters) % _QUANTUM == 1)]
        raw = a2b_base64(letters + b"=" * (-len(letters) % _QUANTUM))
    elif encoding == "quoted-printable":
        raw = a2b_qp(raw)
    is_html = kind == "text/html"
    text = _text(raw, _charset(part), is_html=is_html).rstrip("\ufffd")  # a character that was cut in two
    if is_html:
        from tray.mail.preview.html_text import html_text  # noqa: PLC0415 -- its patterns take long to compile

        return html_text(text)
    armour = _ARMOUR.search(text[:_META_LIMIT])
    if armour and "SIGNED" not in armour[0]:
        return ""
    return _SIGNED.sub("", text, count=1)


def _charset(part: Message) -> str:
    declared = part.get_param("charset", "")
    return str(declared[-1] if isinstance(declared, tuple) else declared)


def _text(raw: bytes, charset: str, *, is_html: bool) -> str:
    """`raw` in the charset that the part, or the page itself, declares; else in a probable one."""
    if codecs.find_codec(charset) is None and is_html:
        found = _META_CHARSET.search(raw[:_META_LIMIT].decode("latin-1"))
        charset = found[1] if found else charset
    if codecs.find_codec(charset) is None:
        utf8 = as_utf8(raw)
        if utf8 is not None:
            return utf8
        from tray.imap.charsets.guess import guess  # noqa: PLC0415 -- its tables are for few texts

        return codecs.decode(raw, guess(raw))
    return codecs.decode(raw, charset)
