"""The items of FETCH: their names, and the values of a message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tray.demo.command import Refused

if TYPE_CHECKING:
    from tray.demo.mailbox import StoredMail

FETCH_ITEM: Final = re.compile(
    rb"(BODY)(\.PEEK)?\[(HEADER\.FIELDS(?:\.NOT)?(?= \()|[A-Z.]*)(?: \(([^()]*)\))?\]"
    rb"(?:<([0-9]{1,9})\.([0-9]{1,9})>)?|[^ ()]+",
    re.IGNORECASE,
)


def flags_of(mail: StoredMail) -> bytes:
    """FLAGS and its value."""
    return b"FLAGS (" + " ".join(sorted(mail.flags)).encode("ascii") + b")"


def fetched(mail: StoredMail, item: re.Match[bytes]) -> bytes:
    """An item of FETCH: its name and its value."""
    if item[1]:
        data = mail.section(item[3].upper(), item[4] or b"")
        if data is not None:
            name = item[0].upper().replace(b".PEEK", b"", 1)
            if item[5]:  # a part of it, such as <0.4096>
                first = int(item[5])
                name, data = name.partition(b"<")[0] + b"<%d>" % first, data[first : first + int(item[6])]
            return name + b" {%d}\r\n%b" % (len(data), data)
    values = {
        b"UID": b"UID %d" % mail.uid,
        b"FLAGS": flags_of(mail),
        b"INTERNALDATE": f'INTERNALDATE "{mail.internal_date}"'.encode("ascii"),
        b"RFC822.SIZE": b"RFC822.SIZE %d" % len(mail.raw),
    }
    if item[0].upper() not in values:
        raise Refused(b"The demo cannot fetch " + item[0], b"BAD")
    return values[item[0].upper()]
