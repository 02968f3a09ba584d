"""What a server says is shown, unless it repeats the secret: in any form that it may have been put into."""

from __future__ import annotations

import html
import json
import unicodedata
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap import modified_utf7
from tray.imap.text import display_safe
from tray.mail.model.secret import Secret
from tray.mail.model.secret_filter import PIECE_MIN, SecretFilter

USER = "anna"
NAMES = (USER, "anna@example.org", "imap.example.org")


def plain(secret):
    return b64encode(f"\0{USER}\0{secret}".encode()).decode()


def bearer(secret):
    return b64encode(f"user={USER}\1auth=Bearer {secret}\1\1".encode()).decode()


def oauth_bearer(secret):
    return b64encode(
        f"n,a={USER},\1host=imap.example.org\1port=993\1auth=Bearer {secret}\1\1".encode()
    ).decode()


def wrapped(text, by="\r\n", every=5):
    return by.join(text[at : at + every] for at in range(0, len(text), every))


FORMS = {
    "as it is": str,
    "in the middle of a word": lambda s: f"x{s}y",
    "in capitals": lambda s: s.upper(),
    "in small letters": lambda s: s.lower(),
    "the first half": lambda s: s[: max(PIECE_MIN, (len(s) + 1) // 2)],
    "the last half": lambda s: s[-max(PIECE_MIN, (len(s) + 1) // 2) :],
    "quoted (RFC 3501)": lambda s: '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"',
    "JSON": json.dumps,
    "JSON in JSON": lambda s: json.dumps({"said": json.dumps(s)}),
    "JSON without ASCII": lambda s: json.dumps(s, ensure_ascii=False),
    "Python": repr,
    "octal": lambda s: "".join(f"\\{octet:03o}" for octet in s.encode()),
    "escaped octets": lambda s: "".join(f"\\x{octet:02x}" for octet in s.encode()),
    "HTML": html.escape,
    "HTML by numbers": lambda s: "".join(f"&#{ord(char)};" for char in s),
    "HTML by hexadecimal numbers": lambda s: "".join(f"&#x{ord(char):X};" for char in s),
    "percent": lambda s: quote(s, safe=""),
    "all percent": lambda s: "".join(f"%{octet:02x}" for octet in s.encode()),
    "a form": quote_plus,
    "percent twice": lambda s: quote(quote(s, safe=""), safe=""),
    "percent three times": lambda s: quote(quote(quote(s, safe=""), safe=""), safe=""),
    "quoted-printable": lambda s: "".join(f"={octet:02X}" for octet in s.encode()),
    "modified UTF-7": lambda s: modified_utf7.encode(s).decode(),
    "UTF-7": lambda s: s.encode("utf-7").decode(),
    "UTF-8 read as Latin-1": lambda s: s.encode().decode("latin-1"),
    "UTF-8 read as Windows-1252": lambda s: s.encode().decode("cp1252", "ignore"),
    "another spelling of Unicode": lambda s: unicodedata.normalize("NFD", s),
    "hexadecimal": lambda s: s.encode().hex(),
    "hexadecimal capitals": lambda s: s.encode().hex().upper(),
    "hexadecimal with colons": lambda s: s.encode().hex(":"),
    "hexadecimal with 0x": lambda s: " ".join(f"0x{octet:02x}" for octet in s.encode()),
    "half of it in hexadecimal": lambda s: s[: max(PIECE_MIN, (len(s) + 1) // 2)].encode().hex(),
    "base64": lambda s: b64encode(s.encode()).decode(),
    "base64 without its end": lambda s: b64encode(s.encode()).decode().rstrip("="),
    "base64 of one octet more": lambda s: b64encode(b"x" + s.encode()).decode(),
    "base64 of two octets more": lambda s: b64encode(b"xy" + s.encode() + b"z").decode(),
    "base64 glued to a word": lambda s: f"AUTH/{b64encode(s.encode()).decode()}",
    "base64 of Latin-1": lambda s: b64encode(s.encode("latin-1", "replace")).decode(),
    "base64 of half": lambda s: b64encode(s[: max(PIECE_MIN, (len(s) + 1) // 2) + 1].encode()).decode(),
    "base64 for URLs": lambda s: urlsafe_b64encode(b"??>" + s.encode()).decode().rstrip("="),
    "base64 for URLs in the other case": lambda s: urlsafe_b64encode(s.encode()).decode().swapcase(),
    "base64 in lines": lambda s: wrapped(b64encode(s.encode()).decode()),
    "base64 of JSON": lambda s: b64encode(json.dumps({"password": s}).encode()).decode(),
    "base64 of base64": lambda s: b64encode(b64encode(s.encode())).decode(),
    "base64 of a quoted one": lambda s: b64encode(
        s.replace("\\", "\\\\").replace('"', '\\"').encode()
    ).decode(),
    "base64 of percent": lambda s: b64encode(quote(s, safe="").encode()).decode(),
    "the end of base64 of percent": lambda s: b64encode(quote(s, safe="").encode()).decode()[1:],
    "the end of base64 of JSON": lambda s: b64encode(json.dumps(s)[1:].encode()).decode()[1:],
    "base64 in percent": lambda s: quote(b64encode(s.encode()).decode(), safe=""),
    "AUTHENTICATE PLAIN": plain,
    "AUTHENTICATE PLAIN, cut": lambda s: plain(s)[:-3],
    "AUTHENTICATE LOGIN": lambda s: b64encode(s.encode()).decode(),
    "XOAUTH2": bearer,
    "OAUTHBEARER": oauth_bearer,
    "Basic (RFC 7617)": lambda s: b64encode(f"{USER}:{s}".encode()).decode(),
    "LOGIN": lambda s: f'LOGIN {USER} "{s}"',
    "the user before it": lambda s: f"{USER}{s}",
    "the user behind it": lambda s: f"{s}{USER}",
    "between spaces": lambda s: wrapped(s, " ", 1),
    "in lines": lambda s: wrapped(s, "\r\n", 3),
    "with characters without width": lambda s: wrapped(s, "\u200b", 2),
    "with soft hyphens": lambda s: wrapped(s, "\u00ad", 2),
    "with tabs": lambda s: wrapped(s, "\t", 2),
}
SECRETS = (
    'pässwörd "1\\',
    "correct horse battery",
    "Tr0ub4dor&3",
    "hunter2",
    "a<b>'c&amp;",
    "パスワード123",
    "ya29." + "a0Ab" * 60,
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_known_in_every_form(secret, form):
    said = FORMS[form](secret)
    keep = SecretFilter([Secret(secret)], NAMES)
    for text in (said, f"You said: {said} (no)", f"({said})"):
        assert keep(text) == "", text
        assert keep(display_safe(text)) == "", text
    assert keep.repeats_secret(said)


ORDINARY = (
    "Authentication failed.",
    "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
    "Application-specific password required",
    "anna@example.org is not known at imap.example.org",
    "Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
    "Account exceeded command or bandwidth limits. (Failure)",
    "Session expired, please login again. c1c2b3a4d5e6f708-QUJDREVGR0hJSktM",
    "+ 100% of your quota = full & more \\ less",
    "&nope +nope &; +- &- %zz =zz \\u12 \\",
    "Not a valid user, try 1 more time",
    "Größe überschritten: ½ € — 日本語",
    "",
)


@pytest.mark.parametrize(
    "secret", [*SECRETS, "password1", "Password", "anna.example1", "a", "1", "ok", "é", "   ", ""]
)
@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_are_shown(secret, text):
    """Also to somebody whose password is one letter, or begins as they do."""
    shown = SecretFilter([Secret(secret)], NAMES)(text)
    assert shown == text or (len(secret) > 1 and secret.lower() in text.lower())


@pytest.mark.parametrize("secret", ["ok", "abc"])
def test_a_short_secret_is_known_as_a_word_and_beside_the_user(secret):
    keep = SecretFilter([Secret(secret)], NAMES)
    for said in (f"'{secret}' is wrong", f"anna{secret}", f"anna {secret}", plain(secret)):
        assert keep(said) == "", said
    assert keep(f"x{secret}x") == f"x{secret}x"


def test_the_messages_of_a_log_in_are_known_whole():
    """A proof lets the password be guessed; that it begins with the user name makes that no secret."""
    keep = SecretFilter([Secret("pencil")], NAMES)
    keep.add_exchange(b"anna b913a602c7eda7a495b4e6e7334d3890")
    for said in (
        "anna b913a602c7eda7a495b4e6e7334d3890",
        b64encode(b"anna b913a602c7eda7a495b4e6e7334d3890").decode(),
    ):
        assert keep(f"what is {said}?") == ""
    assert keep("anna is not known") == "anna is not known"
    assert keep.add_exchange(b"") is None
    keep.add_exchange(b"\0a\0b")
    assert keep("said AGEAYg==") == ""
    keep.add_exchange(b"w x yz")
    assert (keep("wxyz"), keep("wxy")) == ("", "wxy")


def test_each_token_of_a_set_is_known():
    keep = SecretFilter([])
    texts = ("ya29.a0AfH6SMB has expired", "0gabcdefgh")
    assert [keep(text) for text in texts] == [*texts]
    keep.add(Secret('{"access_token": "ya29.a0AfH6SMB", "refresh_token": "1//0gabcdefgh"}'))
    assert [keep(text) for text in texts] == ["", ""]
    assert "ya29" not in repr(keep)


def test_a_number_that_is_no_character_is_none():
    keep = SecretFilter([Secret("hunter2")])
    text = r"\U00110000 \UFFFFFFFF \u{110000} \U0010FFFF"
    assert keep(text) == text
    assert keep(r"\u{68}\u0075\U0000006eter2 \U00110000") == ""


@pytest.mark.parametrize("form", [json.dumps, lambda text: b64encode(json.dumps(text).encode()).decode()])
@pytest.mark.parametrize("secret", ["pass\N{GRINNING FACE}word", 'quo"ted\\secret'])
def test_a_secret_is_known_as_json_writes_it(secret, form):
    """A character beyond the first 65,536 is a pair of surrogates there."""
    keep = SecretFilter([Secret(secret)])
    assert keep(form({"password": secret})) == ""
    assert keep(form({"password": "another"})) != ""


@pytest.mark.parametrize(("length", "piece"), [(8, 6), (20, 10), (60, 16)])
def test_a_piece_is_secret_from_half_the_length_on_but_six_to_sixteen_characters(length, piece):
    secret = "Kq7vXw2Zm9Rt4Yb8Lc5Nd3Hf6Jg1Ps0TaUeWiOoQrSxVyBzCkDlEmFnGpHjI"[:length]
    keep = SecretFilter([secret])
    in_base64, in_hex = b64encode(secret.encode()).decode().rstrip("="), secret.encode().hex()
    for text, enough in ((secret, piece), (in_base64, piece * 4 // 3), (in_hex, 2 * piece)):
        assert keep(text[:enough]) == ""
        assert keep(shorter := text[: enough - 1]) == shorter


def test_what_is_too_long_to_be_read_is_left_out():
    keep = SecretFilter([Secret("hunter2")])
    assert keep("word " * 20_000) == "word " * 20_000
    assert keep("word " * 20_000 + ".") == ""
    for before in (1700, 1990, 1999, 5000):
        assert keep("x" * before + " hunter2 and more") == ""


@given(st.text(min_size=4, max_size=30), st.text(max_size=200))
def test_a_secret_never_passes_as_it_is_whatever_stands_around_it(secret, text):
    assert (
        secret.strip() == "" or len(secret.strip()) < 4 or secret not in SecretFilter([secret])(text + secret)
    )


@given(st.text(max_size=300), st.text(max_size=20))
def test_no_text_is_too_odd_to_be_read(text, secret):
    SecretFilter([secret], NAMES)(text)


@pytest.mark.parametrize(
    "add", [lambda known, text: known.add(text), lambda known, text: known.add_exchange(text.encode())]
)
def test_what_was_shown_before_it_was_secret_is_shown_no_more(add):
    """A server may say a text again and again; it is looked through once."""
    known, text = SecretFilter(()), "Xk3-99-correct-horse"
    assert known(text) == text
    assert known(text) == text
    add(known, text)
    assert known(text) == ""
    assert known("Still here") == "Still here"
    assert known(text) == ""
