"""Tests of SCRAM-SHA-256."""

from __future__ import annotations

import pytest

from tray.imap.errors import LocalProtocolError, SaslError
from tray.imap.sasl.scram import ScramSha256

NONCE = "rOprNGfwEbeRWgbNEkqO"
SERVER_FIRST = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
SERVER_FINAL = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def started() -> ScramSha256:
    scram = ScramSha256("user", "pencil", NONCE)
    scram.start()
    return scram


def test_the_example_of_rfc_7677() -> None:
    scram = ScramSha256("user", "pencil", nonce=NONCE)
    assert scram.name == "SCRAM-SHA-256"
    assert scram.start() == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    assert scram.respond(SERVER_FIRST) == (
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    )
    assert not scram.verified
    assert scram.respond(SERVER_FINAL) == b""
    assert scram.verified
    with pytest.raises(SaslError):
        scram.respond(b"")
    assert scram.verified


@pytest.mark.parametrize("first", [SERVER_FIRST + b",x=1", SERVER_FIRST.replace(b"4096", b"300000")])
def test_extensions_and_many_iterations_are_accepted(first: bytes) -> None:
    """Both sides sign the extensions, too, so the proof is another."""
    assert b",p=" in started().respond(first)


@pytest.mark.parametrize(
    "challenge",
    [
        b"",
        b"nonsense",
        b"m=needed," + SERVER_FIRST,
        SERVER_FIRST.replace(b"rOpr", b"rOps"),
        b"r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        SERVER_FIRST.replace(b"s=W22ZaJ0SNY7soEsUEjb6gQ==", b"s="),
        SERVER_FIRST.replace(b"s=W22ZaJ0SNY7soEsUEjb6gQ==", b"s=!"),
        SERVER_FIRST.replace(b"4096", b"4095"),
        SERVER_FIRST.replace(b"4096", b"300001"),
        SERVER_FIRST.replace(b"4096", b"9" * 5000),
        SERVER_FIRST.replace(b"4096", b"-1"),
        SERVER_FIRST.replace(b"4096", b""),
    ],
)
def test_a_challenge_that_makes_no_sense_ends_it(challenge: bytes) -> None:
    with pytest.raises(SaslError):
        started().respond(challenge)


@pytest.mark.parametrize(
    "final", [b"", b"v=", b"v=!", b"v=AAAA", b"x=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="]
)
def test_a_server_that_does_not_know_the_password_is_found_out(final: bytes) -> None:
    scram = started()
    scram.respond(SERVER_FIRST)
    with pytest.raises(SaslError):
        scram.respond(final)
    assert not scram.verified
    with pytest.raises(SaslError):
        scram.respond(SERVER_FINAL)
    assert not scram.verified


def test_extensions_behind_the_proof_of_the_server_are_passed_over() -> None:
    scram = started()
    scram.respond(SERVER_FIRST)
    assert scram.respond(SERVER_FINAL + b",x=1") == b""
    assert scram.verified


def test_a_refusal_is_told() -> None:
    scram = started()
    scram.respond(SERVER_FIRST)
    with pytest.raises(SaslError):
        scram.respond(b"e=invalid-proof\x1b")
    assert scram.failure == "invalid-proof"
    assert not scram.verified


def test_names_are_escaped_and_nonces_are_fresh() -> None:
    one, two = ScramSha256("a=b,c", "x"), ScramSha256("a=b,c", "x")
    assert one.start().startswith(b"n,,n=a=3Db=2Cc,r=")
    assert one.start() != two.start()
    assert len(one.start()) > len("n,,n=a=3Db=2Cc,r=") + 24


def test_what_cannot_be_prepared_is_refused_without_showing_it() -> None:
    with pytest.raises(LocalProtocolError) as caught:
        ScramSha256("user", "hunter2\0")
    assert "hunter2" not in str(caught.value)


def test_no_repr_shows_the_secret() -> None:
    assert repr(started()) == "ScramSha256(…)"
