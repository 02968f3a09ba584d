"""What a server may answer: each takes the place of the answer to a command, whose tag it is given."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.hostile.server import CAPABILITY

if TYPE_CHECKING:
    from tests.hostile.server import Answer, Connection

MEGABYTE = 1_000_000


def refuse(status: str, code: str = "") -> Answer:
    """NO or BAD."""

    def answer(client: Connection, tag: str) -> None:
        client.say(f"{tag} {status} {code}not now <b>\u202e")

    answer.__name__ = status
    return answer


def goodbye(client: Connection, tag: str) -> None:
    """BYE, and the end."""
    client.say("* BYE [UNAVAILABLE] enough")
    client.close()


def hang_up(client: Connection, tag: str) -> None:
    """The end without a word."""
    client.close()


def speak_http(client: Connection, tag: str) -> None:
    """Another protocol, before TLS."""
    client.raw.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    client.close()


def flood_instead(client: Connection, tag: str) -> None:
    """Noise without TLS."""
    for _ in range(20):
        client.raw.sendall(b"\x16\x03\x01\xff\xff" + b"\0" * MEGABYTE)


def greet_by_preauth(client: Connection, tag: str) -> None:
    """Logged in already."""
    client.say(f"* PREAUTH [CAPABILITY {CAPABILITY}] hello")


def drip_greeting(client: Connection, tag: str) -> None:
    """A greeting that comes a byte at a time and never ends."""
    for byte in b"* OK hello" * 2:
        client.send(bytes((byte,)))
        time.sleep(0.05)
    client.close()


def greet_by_a_megabyte(client: Connection, tag: str) -> None:
    """A greeting without end."""
    client.send(b"* OK " + b"x" * 3 * MEGABYTE)


def every_mail_there_is(client: Connection, tag: str) -> None:
    """Fifty thousand mails in answer to a question for ten, each with other headers of some KB."""
    for start in range(1, 20_000, 500):
        client.send(b"".join(_fetch_response(uid) for uid in range(start, start + 500)))
    client.say(f"{tag} NO that was all")


def headers_of_100_kilobytes(client: Connection, tag: str) -> None:
    """Ten mails with headers of 100 KB, in as many ways as are slow to read."""
    fills = (b" a\r\n", b"=?utf-8?q?a?= ", b"<", b"(", b'"', b"@", b"=?u?q?", b"a:b\r\n", b",", b"\xcc\x81")
    for number, fill in enumerate(fills, 1):
        body = fill * (50_000 // len(fill))
        header = b"Subject: " + body + b"\r\nFrom: <" + body + b"\r\nDate: " + body + b"\r\n\r\n"
        client.send(
            b"* %d FETCH (UID %d FLAGS () BODY[HEADER] {%d}\r\n" % (number, number, len(header))
            + header
            + b")\r\n"
        )
    client.say(f"{tag} NO that was all")


def _fetch_response(uid: int) -> bytes:
    header = b"Subject: %b\r\nMessage-ID: <%b>\r\n\r\n" % (b"%d " % uid * 60, b"%d" % uid * 100)
    return b"* %d FETCH (UID %d FLAGS (a%d) BODY[HEADER] {%d}\r\n%b)\r\n" % (
        uid,
        uid,
        uid,
        len(header),
        header,
    )


def numbers_without_end(client: Connection, tag: str) -> None:
    """Line after line of numbers, where numbers were asked for."""
    line = b"* SEARCH " + b" ".join(b"%d" % number for number in range(1_000_000, 1_007_000)) + b"\r\n"
    for _ in range(100):
        client.send(line)
    client.say(f"{tag} OK")


def texts_that_are_hard_to_read(client: Connection, tag: str) -> None:
    """Texts of 200 KB in answer to a question for 16 KB, in every way that is slow to read."""
    fills = (
        b"<a ",
        b"<!--",
        b"<div>",
        b"--b\r\n",
        b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
        b"&#",
        b"> ",
    )
    kinds = (b"text/html", b"multipart/mixed; boundary=b", b"text/plain; charset=utf-7")
    uid = client.server.mails[-1].uid
    for fill in fills:
        for kind in kinds:
            header = b"Content-Type: " + kind + b"\r\n\r\n"
            body = fill * (200_000 // len(fill))
            client.send(
                b"* %d FETCH (UID %d BODY[HEADER.FIELDS (CONTENT-TYPE)] {%d}\r\n%b BODY[TEXT]<0> {%d}\r\n%b)\r\n"
                % (len(client.server.mails), uid, len(header), header, len(body), body)
            )
    client.say(f"{tag} OK")


REPLACED_ANSWERS: tuple[tuple[str, Answer], ...] = (
    ("accept", hang_up),
    ("accept", speak_http),
    ("accept", flood_instead),
    ("greeting", hang_up),
    ("greeting", goodbye),
    ("greeting", greet_by_preauth),
    ("greeting", drip_greeting),
    ("greeting", greet_by_a_megabyte),
    ("AUTHENTICATE", refuse("BAD")),
    ("AUTHENTICATE", refuse("NO", "[REFERRAL imap://evil.example.org/] ")),
    ("AUTHENTICATE", goodbye),
    ("ID", refuse("NO")),
    ("ID", refuse("BAD")),
    ("EXAMINE", refuse("NO")),
    ("EXAMINE", refuse("BAD")),
    ("EXAMINE", goodbye),
    ("FETCH", refuse("NO")),
    ("FETCH", refuse("BAD")),
    ("FETCH", goodbye),
    ("FETCH", every_mail_there_is),
    ("FETCH", headers_of_100_kilobytes),
    ("UID SEARCH", refuse("NO")),
    ("UID SEARCH", refuse("BAD")),
    ("UID SEARCH", goodbye),
    ("UID SEARCH", numbers_without_end),
    ("IDLE", refuse("BAD")),
    ("IDLE", goodbye),
    ("UID FETCH", refuse("NO")),
    ("UID FETCH", refuse("BAD")),
    ("UID FETCH", goodbye),
    ("DONE", refuse("BAD")),
    ("DONE", goodbye),
    ("text", refuse("NO")),
    ("text", refuse("BAD")),
    ("text", texts_that_are_hard_to_read),
    ("text", goodbye),  # the last: no more are requested after it
)
