"""Texts out of messages as mailers write them, cut off anywhere."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tray.mail.preview.body_text import BodyText, body_text
from tray.mail.preview.first_line import first_line

PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n"
ALTERNATIVE = b"Content-Type: multipart/alternative; boundary=b\r\n"
MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n"


def parts(*contents: bytes, end: bool = True) -> bytes:
    return b"".join(b"--b\r\n" + content + b"\r\n" for content in contents) + (b"--b--\r\n" if end else b"")


def part(text: bytes, kind: bytes = PLAIN, more: bytes = b"") -> bytes:
    return kind + more + b"\r\n" + text


NESTED = (
    b"Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n" + part(b"inner") + b"\r\n--c\r\n"
    + part(b"<p>page", HTML) + b"\r\n--c--"
)  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "body", "line"),
    [
        (b"", b"Hello", "Hello"),
        (PLAIN, "Grüße aus Köln".encode(), "Grüße aus Köln"),
        (b"Content-Type: text/plain; charset=iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
        (b"Content-Type: text/plain; charset=koi8-r", "Привет".encode("koi8-r"), "Привет"),
        (b"Content-Type: text/plain; charset=iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        (b"Content-Type: text/plain; charset=x-unknown", "Grüße".encode(), "Grüße"),
        (b"Content-Type: text/plain", "Grüße".encode("cp1252"), "Grüße"),
        (b"Content-Type: text/plain; charset*=utf-8''utf-8", "Grüße".encode(), "Grüße"),
        (PLAIN + b"Content-Transfer-Encoding: quoted-printable", b"Gr=C3=BC=\r\n=C3=9Fe =e2=82", "Grüße"),
        (PLAIN + b"Content-Transfer-Encoding: quoted-printable", b"Gr=C3=BC=C3=9Fe=", "Grüße"),
        (PLAIN + b"Content-Transfer-Encoding: base64", b64encode("Grüße, Anna".encode())[:-3], "Grüße, Ann"),
        (PLAIN + b"Content-Transfer-Encoding: base64", b64encode("Grü".encode())[:-5] + b"\r\n", "Gr"),
        (PLAIN + b"Content-Transfer-Encoding: BASE64 ", b"R3L=\xff\r\n", "Gr"),
        (PLAIN + b"Content-Transfer-Encoding: x-uuencode", b"begin 644 a\r\n", "begin 644 a"),
        (b"Content-Type: text/html;\r\n charset=koi8-r", "<p>Привет".encode("koi8-r"), "Привет"),
        (b"content-type : text/html\r\n", b"<p>page", "page"),
        (b"Content-Type\r\nContent-Transfer-Encoding: base64\r\n", b"SGVsbG8=", "Hello"),
        (PLAIN, b"Subject: no field, but text\r\n\r\nand more", "Subject: no field, but text and more"),
        (HTML, b"<p>One <b>bold</b> word</p><p>next", "One bold word next"),
        (b"Content-Type: text/html", b'<meta charset="windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2', "Привет"),
        (ALTERNATIVE, parts(part(b"plain"), part(b"<p>page", HTML)), "plain"),
        (ALTERNATIVE, parts(part(b"<p>page", HTML), part(b"plain")), "plain"),
        (ALTERNATIVE, parts(part(b"  \r\n"), part(b"<p>page", HTML)), "page"),
        (ALTERNATIVE, parts(part(b"View in browser: https://example.org"), part(b"<p>page", HTML)), "page"),
        (ALTERNATIVE, parts(part(b"<p>page", HTML), part(b"BEGIN:VCALENDAR", b"Content-Type: text/calendar\r\n")), "page"),
        (MIXED, parts(NESTED, part(b"footer")), "inner"),
        (MIXED, parts(part(b"<p>page", HTML), part(b"footer of the list")), "page"),
        (MIXED, parts(part(b"a file", PLAIN, b"Content-Disposition: attachment\r\n"), part(b"text")), "text"),
        (MIXED, parts(part(b"\x89PNG", b"Content-Type: image/png\r\n"), part(b"text")), "text"),
        (MIXED, parts(b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ninner", part(b"text")), "text"),
        (MIXED, parts(part(b"cut off he"), end=False)[:-2], "cut off he"),
        (b"Content-Type: multipart/related; boundary=b", parts(part(b"<p>page", HTML)), "page"),
        (b"Content-Type: multipart/signed; boundary=b", parts(part(b"signed"), part(b"x", b"Content-Type: application/pgp-signature\r\n")), "signed"),
        (b"Content-Type: multipart/report; boundary=b", parts(part(b"could not be delivered")), "could not be delivered"),
        (PLAIN, b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n\r\nHello\r\n", "Hello"),
        # nothing to show
        (b"Content-Type: multipart/encrypted; boundary=b", parts(part(b"Version: 1")), ""),
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data", b"MIAGCSqGSIb3", ""),
        (MIXED, parts(part(b"MIAGCSqGSIb3", b"Content-Type: application/pkcs7-mime\r\n"), part(b"footer")), ""),
        (PLAIN, b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n", ""),
        (b"Content-Type: image/png", b"\x89PNG\r\n", ""),
        (b"Content-Type: multipart/mixed", b"no boundary", ""),
        (MIXED, b"", ""),
        (b"Content-Type: \xff\xfe/\x00; charset=\xff", b"\xff\xfe\x00", ""),
    ],
)  # fmt: skip
def test_the_text_of_a_message(headers: bytes, body: bytes, line: str) -> None:
    assert first_line(body_text(headers, body).text) == line


def test_a_page_whose_text_has_not_begun_is_cut() -> None:
    style = b"<html><head><style>" + b"a { b: c }" * 800
    assert body_text(HTML, style) == BodyText("", cut=True)
    assert body_text(HTML, style, complete=True) == BodyText("")
    assert body_text(b"Content-Type: image/png", b"\x89PNG") == BodyText("")


def test_what_comes_late_in_a_long_message_is_not_read() -> None:
    picture = part(b"x" * 1000, b"Content-Type: image/png\r\n")
    for pictures, found in ((30, "text"), (60, "")):
        assert body_text(MIXED, parts(*[picture] * pictures, part(b"text"))).text == found
    small = part(b"x", b"Content-Type: image/png\r\n")
    for pictures, found in ((45, "text"), (55, "")):
        assert body_text(MIXED, parts(*[small] * pictures, part(b"text"))).text == found


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(2000)),
        b"".join(b"--b%d\nContent-Type:multipart/x;boundary=b%d\n\n" % (n, n + 1) for n in range(1000)),
        b"--b0\r\n\r\n" * 6000,
        b"--b0\r\n" + b"X: " + b"y" * 50_000,
        b"--b0\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 10_000 + b"deep",
        b"--b0\r\nContent-Type: text/html\r\n\r\n" + b"<!--" * 12_000,
        b"--b0\r\nContent-Type: text/html\r\n\r\n" + b"<a " * 16_000,
        b"--b0\r\nContent-Type: text/html\r\n\r\n" + b"&" * 48_000,
        b"--b0\r\nContent-Type: text/html\r\n\r\n" + b"<![CDATA[" * 5000,
        b"--b0\r\nContent-Type: text/html\r\n\r\n" + b"<style>" + b"</styl" * 8000,
        b"--b0\r\nContent-Type: text/html\r\n\r\n" + b'<a style="' + b"display:" * 6000,
        b"--b0\r\nContent-Type: text/plain; " + b"a*0*=b;" * 5000 + b"\r\n\r\nx",
        b"--b0\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"=" * 48_000,
    ],
    ids=range(13),
)  # fmt: skip
def test_no_message_takes_long_or_raises(body: bytes) -> None:
    first_line(body_text(b"Content-Type: multipart/mixed; boundary=b0\r\n", body).text)
