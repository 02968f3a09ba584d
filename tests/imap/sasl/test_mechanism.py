"""Tests of the mechanisms that need no arithmetic, or little."""

from __future__ import annotations

import pytest

from tray.imap import commands
from tray.imap.errors import LocalProtocolError, RemoteProtocolError, SaslError
from tray.imap.sasl.mechanism import (
    CramMd5,
    External,
    LoginMechanism,
    Mechanism,
    OAuthBearer,
    Plain,
    XOAuth2,
    decode_challenge,
)


@pytest.mark.parametrize(
    ("mechanism", "first", "answers"),
    [
        (Plain("tim", "pä ss"), b"\0tim\0p\xc3\xa4 ss", {}),
        (External("tim"), b"tim", {}),
        (External(""), b"", {}),
        (LoginMechanism("tim", "secret"), None, {b"Benutzer?": b"tim", b"": b"secret"}),
        (
            CramMd5("tim", "tanstaaftanstaaf"),  # the example of RFC 2195
            None,
            {b"<1896.697170952@postoffice.reston.mci.net>": b"tim b913a602c7eda7a495b4e6e7334d3890"},
        ),
    ],
)
def test_a_dialogue_goes_as_it_should_and_ends(
    mechanism: Mechanism, first: bytes | None, answers: dict[bytes, bytes]
) -> None:
    assert mechanism.start() == first
    for challenge, answer in answers.items():
        assert mechanism.respond(challenge) == answer
    with pytest.raises(SaslError, match="challenged again"):
        mechanism.respond(b"again")


def test_cram_does_not_sign_nothing() -> None:
    with pytest.raises(SaslError):
        CramMd5("tim", "x").respond(b"")


def test_the_example_of_rfc_7628() -> None:
    token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
    bearer = OAuthBearer("user@example.com", token, "server.example.com", 143)
    assert bearer.start() == (
        b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"
        b"auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
    )
    assert bearer.failure == ""
    challenge = decode_challenge(b"eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=")
    assert commands.sasl_response(bearer.respond(challenge)) == b"AQ==\r\n"
    assert bearer.failure == '{"status":"invalid_token"}'
    with pytest.raises(SaslError):
        bearer.respond(b"")
    assert OAuthBearer("a=b,c", "t", "h", 1).start().startswith(b"n,a=a=3Db=2Cc,\x01")


def test_the_example_of_googles_document_for_xoauth2() -> None:
    xoauth = XOAuth2("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
    (line,) = commands.authenticate(xoauth.name, xoauth.start()).chunks
    assert line == (
        b"AUTHENTICATE XOAUTH2 dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52"
        b"YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )
    assert commands.sasl_response(xoauth.respond(b"")) == b"\r\n"
    assert xoauth.failure == "refused without a reason"
    with pytest.raises(SaslError):
        xoauth.respond(b"x")


@pytest.mark.parametrize(
    "build",
    [
        lambda: Plain("a\0", "x"),
        lambda: Plain("a", "hunter2\0"),
        lambda: Plain("a", "hunter2\ud800"),
        lambda: LoginMechanism("a", "hunter2\0"),
        lambda: CramMd5("a", "hunter2\ud800"),
        lambda: XOAuth2("a", "hunter2\x01"),
        lambda: XOAuth2("a\x01auth=Bearer x", "hunter2"),
        lambda: OAuthBearer("a", "hunter2\r\n", "h", 1),
        lambda: OAuthBearer("a", "hunter2", "h\x01", 1),
    ],
)
def test_what_cannot_be_carried_is_refused_without_showing_it(build: object) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        build()  # type: ignore[operator]
    assert "hunter2" not in repr(caught.value)


@pytest.mark.parametrize(
    "mechanism",
    [
        Plain("u", "hunter2"),
        External("hunter2"),
        LoginMechanism("u", "hunter2"),
        CramMd5("u", "hunter2"),
        XOAuth2("u", "hunter2"),
        OAuthBearer("u", "hunter2", "h", 1),
    ],
)
def test_no_repr_shows_a_secret_and_no_proof_is_missing(mechanism: Mechanism) -> None:
    assert repr(mechanism) == f"{type(mechanism).__name__}(…)"
    assert mechanism.verified
    assert mechanism.failure == ""


@pytest.mark.parametrize(
    ("text", "octets"), [(b"", b""), (b" ", b""), (b"AQ==", b"\x01"), (b" dHQ= ", b"tt")]
)
def test_challenges_are_decoded(text: bytes, octets: bytes) -> None:
    assert decode_challenge(text) == octets


@pytest.mark.parametrize("text", [b"go ahead", b"AQ=", b"AQ==AQ==", b"A", b"\xff\xff\xff\xff", b"===="])
def test_a_challenge_that_is_no_base64_is_the_servers_fault(text: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_challenge(text)
