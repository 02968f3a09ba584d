"""What stands on toasts."""

from __future__ import annotations

from tests.mail.make import envelope
from tray.mail.presentation.toasts import BODY_LIMIT, SUMMARY_LIMIT, digest_texts, single_texts


def test_a_single_toast_says_sender_and_subject():
    assert single_texts(envelope("R&D <3"), "") == ("Anna Berg", "R&D <3")
    assert single_texts(envelope("Hi", name=""), "Work") == ("anna@example.org", "Hi\nWork")


def test_a_mail_without_sender_and_subject():
    assert single_texts(envelope("", name="", address=""), "") == ("(no sender)", "(no subject)")


def test_long_texts_are_cut_and_the_account_stays():
    summary, body = single_texts(envelope("s" * 5000, name="n" * 5000), "Account " + "a" * 500)
    assert len(summary) == SUMMARY_LIMIT
    assert len(body) == BODY_LIMIT
    assert body.split("\n")[1].startswith("Account aaa")


def test_a_digest_counts_all_and_names_the_newest_few():
    newest = [envelope(f"Mail {n}") for n in range(9)]
    summary, body = digest_texts(12, newest)
    assert summary == "12 new mails"
    assert body.splitlines() == [f"Anna Berg — Mail {n}" for n in range(4)]


def test_a_digest_of_long_subjects_stays_bearable():
    _, body = digest_texts(4, [envelope("s" * 5000)] * 4)
    assert len(body.splitlines()) == 4
    assert len(body) <= BODY_LIMIT
    assert digest_texts(1, [envelope()])[0] == "1 new mail"


def test_a_name_that_is_the_address_of_another_is_not_shown_alone():
    lie = envelope("Pay", name="ceo@bank.test", address="x@evil.test")
    assert single_texts(lie, "")[0] == "x@evil.test (“ceo@bank.test”)"
    assert digest_texts(2, [lie])[1] == "x@evil.test (“ceo@bank.test”) — Pay"
