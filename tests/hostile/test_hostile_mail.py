"""Mails with hostile headers: what is shown is one safe line."""

from __future__ import annotations

import unicodedata
from base64 import b64encode

import pytest

from tests.hostile import measures

MAILS = {
    "markup": (
        b"<b>Bold</b> <a href='http://evil.example.org'>&amp;</a> <img src=x> SUBJ",
        b"<i>I</i> <i@example.org>",
    ),
    "controls": (b"Bell\x07 back\x08 escape\x1b[31m tab\t SUBJ", b"A\x00B <a@example.org>"),
    "line breaks": (
        b"=?utf-8?q?One=0D=0ATwo=0AX-Header:_y=0D=0A?= SUBJ",
        b"=?utf-8?q?N=0AM?= <a@example.org>",
    ),
    "bidi": ("\u202egnp.exe\u2066 \u200f\u061c SUBJ".encode(), "\u202eBank\u202c <a@example.org>".encode()),
    "tags and fillers": (
        "\U000e0041\U000e0042\u3164\u115f\u00ad SUBJ".encode(),
        "\u2800\u3164 <a@example.org>".encode(),
    ),
    "marks": (b"SUBJ Z" + "\u0301\u0302\u0303".encode() * 500, b"Zalgo <a@example.org>"),
    "100 kilobytes": (b"SUBJ " + b"very " * 20_000 + b"long", b"Bob <bob@example.org>"),
    "100 kilobytes folded": (b"SUBJ\r\n" + b" folded\r\n" * 11_000 + b" x", b"Bob <bob@example.org>"),
    "600 senders": (b"SUBJ", b",\r\n ".join(b'"N, %d" <n%d@example.org>' % (n, n) for n in range(600))),
    "encoded for ever": (b"SUBJ " + b"=?utf-8?q?x?= " * 7000, b"=?utf-8?q?" + b"x" * 9000),
    "wrong charset": (
        b"SUBJ =?utf-7?q?+AGE-+2D0-?= =?x-unknown?b?/////w==?= \xff\xfe",
        b"\xff\xfe <a@example.org>",
    ),
    "raw NUL": (b"SUBJ \0\0\0 end", b"a\0@example.org"),
}


@pytest.mark.parametrize("name", MAILS)
def test_what_is_shown_of_a_mail_is_one_safe_line(attacked, name):
    """In the toast and in the status."""
    attacked.wait_idling()
    subject, sender = MAILS[name]
    mark = f"Mail{list(MAILS).index(name)}x"
    with measures.Pings(attacked.socket, attacked.program.pid) as pings:
        attacked.server.deliver(subject.replace(b"SUBJ", mark.encode()), sender)
        attacked.wait_toast(mark)
    attacked.figures.append(f"{name:40} longest answer {pings.worst * 1000:5.0f} ms")
    assert pings.worst < 0.5
    toasts = [toast for toast in attacked.desktop.notifications.toasts() if mark in toast["lines"][0]]
    title = attacked.program.status()[0]["latest"][0]
    for toast in toasts:
        assert "<" not in toast["body"].removeprefix("<b>").replace("</b>", "", 1)
        assert len(toast["body"]) < 3000
        assert_safe(toast["summary"])
        assert_safe(" ".join(toast["lines"]))
    assert mark in title["subject"]
    assert len(title["subject"]) <= 500
    assert_safe(title["subject"])
    assert_safe(
        title["from"] if isinstance(title["from"], str) else " ".join(map(str, title["from"].values()))
    )
    assert attacked.toasts_about(mark) == 1
    attacked.dismiss()


def test_a_secret_in_a_subject_stays_out_of_the_log(attacked):
    """At the level info and at the default one."""
    attacked.wait_idling()
    mark = "Secret" + b64encode(b"subject").decode().strip("=")
    attacked.server.deliver(mark, "Whistle <blower@example.org>")
    attacked.wait_toast(mark)
    said = attacked.program.log_text()
    assert mark not in said
    assert "blower" not in said


def assert_safe(text: str) -> None:
    """No control and no direction in it."""
    bad = [
        char
        for char in text
        if unicodedata.category(char) in {"Cc", "Cs"} or char in "\u202e\u2066\u200f\u061c"
    ]
    assert bad == []
