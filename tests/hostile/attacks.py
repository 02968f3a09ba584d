"""What a server may do to us: each attack writes to one connection, unasked."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from tests.hostile.server import CAPABILITY

if TYPE_CHECKING:
    from tests.hostile.server import Attack, Connection

MEGABYTE = 1_000_000


def endless_line(client: Connection) -> None:
    """A line that never ends."""
    client.send(b"* OK ")
    for _ in range(50):
        client.send(b"a" * MEGABYTE)


def literal_of_10_gigabytes(client: Connection) -> None:
    """More than anybody has."""
    client.send(b"* 1 FETCH (UID 1 BODY[HEADER] {10737418240}\r\n")
    for _ in range(50):
        client.send(b"a" * MEGABYTE)


def literal_of_300_kilobytes(client: Connection) -> None:
    """Somewhat above the limit."""
    client.send(b"* 1 FETCH (UID 1 BODY[HEADER] {300000}\r\n" + b"a" * 300_000 + b")\r\n")


def literals_without_end(client: Connection) -> None:
    """Each within the limit, all in one response."""
    client.send(b"* 1 FETCH (UID 1 X (")
    for _ in range(500):
        client.send(b"{200000}\r\n" + b"a" * 200_000)


def empty_literals(client: Connection) -> None:
    """A response of nothing but literals that hold nothing."""
    client.send(b"* 1 FETCH (UID 1 X (" + b"{0}\r\n" * 150_000 + b"))\r\n")


def nested_1000_deep(client: Connection) -> None:
    """Lists within lists."""
    client.send(b"* 1 FETCH (BODYSTRUCTURE " + b"(" * 1000 + b")" * 1000 + b")\r\n")


def a_megabyte_of_words(client: Connection) -> None:
    """One response that takes long to read."""
    client.send(b"* 1 FETCH (X (" + (b"a " * 30_000 + b"{1}\r\nx ") * 16 + b"))\r\n")


def expunge_storm(client: Connection) -> None:
    """Fifty thousand mails leave a mailbox of a few."""
    client.send(b"* 1 EXPUNGE\r\n" * 50_000)


def exists_jumps(client: Connection) -> None:
    """From nothing to thousands and back."""
    for count in (5000, 0, 100_000, 0, 2**32 - 1, 1, 5000):
        client.say(f"* {count} EXISTS")


def exists_storm(client: Connection) -> None:
    """One more mail, twenty thousand times."""
    client.send(b"".join(b"* %d EXISTS\r\n" % count for count in range(20_000)))


def fetch_flood(client: Connection) -> None:
    """Mails that nobody asked for, with headers of 50 KB."""
    header = b"Subject: Flood\r\n" + b"X: y\r\n" * 8000 + b"\r\n"
    for uid in range(1000, 1400):
        client.send(b"* 1 FETCH (UID %d FLAGS () BODY[HEADER] {%d}\r\n%b)\r\n" % (uid, len(header), header))


def flags_flood(client: Connection) -> None:
    """Thirty thousand changes of flags, most of them twice."""
    client.send(
        b"".join(b"* 1 FETCH (UID %d FLAGS (\\Flagged))\r\n" % (uid // 2) for uid in range(2, 30_000))
    )


def uid_zero(client: Connection) -> None:
    """A UID that cannot be."""
    client.say("* 1 FETCH (UID 0 FLAGS ())")


def highest_uid(client: Connection) -> None:
    """The last UID that can be."""
    client.say("* 1 FETCH (UID 4294967295 FLAGS ())", "* 4294967295 FETCH (UID 4294967295 FLAGS ())")


def huge_flag_lists(client: Connection) -> None:
    """Thousands of flags on one mail."""
    for _ in range(30):
        client.send(
            b"* 1 FETCH (UID 1 FLAGS (" + b"".join(b"flag%d " % number for number in range(5000)) + b"))\r\n"
        )


def forged_tags(client: Connection) -> None:
    """The end of a command that was never given."""
    client.say("0001 OK done", "zzzz OK [CAPABILITY IMAP4rev1] in", "* OK fine")


def search_unasked(client: Connection) -> None:
    """A million numbers that nobody asked for."""
    line = b"* SEARCH " + b" ".join(b"%d" % number for number in range(100_000, 109_000)) + b"\r\n"
    for _ in range(110):
        client.send(line)


def search_in_one_line(client: Connection) -> None:
    """The same in one line."""
    client.send(b"* SEARCH " + b" ".join(b"%d" % number for number in range(1, MEGABYTE)) + b"\r\n")


def status_unasked(client: Connection) -> None:
    """Counts of mailboxes that nobody asked for."""
    client.send(b"* STATUS INBOX (MESSAGES 4294967295 UNSEEN 4294967295)\r\n" * 10_000)
    client.send(b"* STATUS {3}\r\nabc (MESSAGES 1000000)\r\n" * 1000)


def capabilities_of_60_kilobytes(client: Connection) -> None:
    """Thousands of capabilities."""
    client.send(
        b"* CAPABILITY IMAP4rev1 IDLE ESEARCH " + b" ".join(b"X%d" % n for n in range(9000)) + b"\r\n"
    )


def capabilities_that_change(client: Connection) -> None:
    """IDLE and log-in come and go."""
    for _ in range(500):
        client.say("* CAPABILITY IMAP4rev1 LOGINDISABLED", "* OK [CAPABILITY IMAP4rev1 STARTTLS] changed")
    client.say(f"* CAPABILITY {CAPABILITY}")


def alert_storm(client: Connection) -> None:
    """Five thousand alerts."""
    client.say(*(f"* OK [ALERT] Alert {number} <b>!</b>" for number in range(5000)))


def referral(client: Connection) -> None:
    """Go elsewhere, and take the password with you."""
    client.say("* OK [REFERRAL imap://evil.example.org/] go", "* NO [REFERRAL imap://evil.example.org/] go")


def notification_overflow(client: Connection) -> None:
    """RFC 5465, of which we never asked."""
    client.say(*["* OK [NOTIFICATIONOVERFLOW] too much"] * 1000)


def status_of_brackets(client: Connection) -> None:
    """Codes that do not close."""
    for text in (
        b"[" * 60_000,
        b"[A " + b"(" * 60_000,
        b"[A " + b'"' * 60_000,
        b"[ALERT " + b"\\" * 60_000 + b"]",
    ):
        client.send(b"* OK " + text + b"\r\n")


def remarks_of_control_characters(client: Connection) -> None:
    """Bidi, controls and marks in the words for people."""
    for text in ("\u202e\x00\x07\u2066" * 5000, "\u0301" * 20_000, "\u200d\ufe0f" * 8000):
        client.say(f"* NO {text}")


def tiny_lines(client: Connection) -> None:
    """Responses of one letter, ended by a bare LF."""
    client.send(b"* X\n" * 100_000 + b"\r\n" * 50_000)


def continuations(client: Connection) -> None:
    """Go on, with nothing."""
    client.send(b"+ \r\n" * 20_000)


def nul_bytes(client: Connection) -> None:
    """Sixty thousand NULs where a response should be."""
    client.send(b"\0" * 60_000 + b"\r\n* \0 EXISTS\r\n")


def garbage_instead_of_tls(client: Connection) -> None:
    """Bytes below TLS, as a broken middle box sends."""
    os.write(client.descriptor, b"HTTP/1.1 400 Bad Request\r\n\r\n" * 100)


def silence_then_end(client: Connection) -> None:
    """Half a response, and the end."""
    client.send(b"* 1 FETCH (UID 1 BODY[HEADER] {1000}\r\nSubj")
    client.close()


def drip(client: Connection) -> None:
    """A response that comes a byte at a time."""
    for byte in b"* OK slowly\r\n":
        client.send(bytes((byte,)))
        time.sleep(0.05)


WHILE_IDLING: tuple[Attack, ...] = (
    endless_line,
    literal_of_10_gigabytes,
    literal_of_300_kilobytes,
    literals_without_end,
    empty_literals,
    nested_1000_deep,
    a_megabyte_of_words,
    expunge_storm,
    exists_jumps,
    exists_storm,
    fetch_flood,
    flags_flood,
    uid_zero,
    highest_uid,
    huge_flag_lists,
    forged_tags,
    search_unasked,
    search_in_one_line,
    status_unasked,
    capabilities_of_60_kilobytes,
    capabilities_that_change,
    alert_storm,
    referral,
    notification_overflow,
    status_of_brackets,
    remarks_of_control_characters,
    tiny_lines,
    continuations,
    nul_bytes,
    garbage_instead_of_tls,
    silence_then_end,
    drip,
)
