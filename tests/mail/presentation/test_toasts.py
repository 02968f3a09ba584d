"""What a toast shows, how a sender is named, and where texts are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.make import arrival, batch, key
from tray.imap.addresses import parse_address
from tray.imap.types import Address
from tray.mail.model.toast import OpenToast, ToastAction, ToastKey
from tray.mail.presentation.toasts import BODY_LIMIT, SUMMARY_LIMIT, build_toast, shown_sender, truncate


def single(**values):
    return build_toast(OpenToast(ToastKey("t"), 0.0, (arrival(1, **values),)))


def digest(*arrivals, **values):
    return build_toast(OpenToast(ToastKey("t"), 0.0, arrivals, digest=True, **values))


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ({"subject": "R&D <3"}, ("Anna Berg", "R&D <3")),
        ({"subject": "Hi", "name": "", "show_account": True}, ("anna@example.org", "Hi\nAccount a1")),
        ({"subject": "", "name": "", "address": ""}, ("(no sender)", "(no subject)")),
        (
            {"subject": "Pay", "name": "ceo@bank.test", "address": "x@evil.test"},
            ("x@evil.test (“ceo@bank.test”)", "Pay"),
        ),
    ],
)
def test_a_single_toast_says_sender_and_subject(values, texts):
    toast = single(**values, sound="bell", colour="#2457d6")
    assert (toast.summary, toast.body) == texts
    assert (toast.account, toast.messages, toast.sound, toast.colour) == ("a1", (key(1),), "bell", "#2457d6")
    assert toast.actions == ((ToastAction.OPEN, "Open"), (ToastAction.MARK_READ, "Mark read"))


def test_long_texts_are_cut_and_the_account_stays():
    toast = single(subject="s" * 5000, name="n" * 5000, account="a" * 500, show_account=True)
    assert len(toast.summary) == SUMMARY_LIMIT
    assert len(toast.body) == BODY_LIMIT
    assert toast.body.split("\n")[1].startswith("Account aaa")
    assert len(single(subject="s" * 5000).body) == BODY_LIMIT


def test_a_digest_counts_all_and_names_the_newest_few():
    toast = digest(*(arrival(n) for n in range(9)), batch(1), others=2)
    assert toast.summary == "12 new mails"
    assert toast.body.splitlines() == [f"Anna Berg — Mail {n}" for n in (8, 7, 6, 5)]
    assert toast.actions == ((ToastAction.OPEN, "Open"), (ToastAction.MARK_READ, "Mark all read"))
    assert digest(arrival(1)).summary == "1 new mail"


@pytest.mark.parametrize(
    ("sounds", "together"),
    [
        (("bell", "bell"), "bell"),
        (("bell", "none"), "bell"),
        (("bell", "/a.wav"), ""),
        (("none", "none"), "none"),
    ],
)
def test_a_digest_has_the_sound_that_its_accounts_agree_on(sounds, together):
    assert digest(*(arrival(n, f"a{n}", sound=sound) for n, sound in enumerate(sounds))).sound == together


def test_a_digest_of_long_subjects_stays_bearable():
    body = digest(*(arrival(n, subject="s" * 5000) for n in range(4))).body
    assert len(body.splitlines()) == 4
    assert BODY_LIMIT - 4 < len(body) <= BODY_LIMIT


def test_a_digest_has_the_account_and_colour_that_all_its_messages_have():
    mails = arrival(1, colour="#2457d6"), arrival(2, colour="#2457d6")
    assert (digest(*mails).account, digest(*mails).colour) == ("a1", "#2457d6")
    for several in (digest(*mails, arrival(3, "b2")), digest(*mails, batch(5, "b2"))):
        assert (several.account, several.colour) == (None, "")
    uncounted = digest(batch(5))
    assert (uncounted.account, uncounted.colour, uncounted.batches) == ("a1", "", (batch(5),))


@pytest.mark.parametrize(
    ("name", "address", "shown"),
    [
        ("", "", ""),
        ("Jane", "", "Jane"),
        ("", "jane@x.test", "jane@x.test"),
        ("Jane", "jane@x.test", "Jane"),
        ("jane@x.test", "jane@x.test", "jane@x.test"),
        ("Jane@X.test", "jane@x.TEST", "Jane@X.test"),
        ("Jane Doe (jane@x.test.)", "jane@x.test", "Jane Doe (jane@x.test.)"),
        ("jane＠x。test", "jane@x.test", "jane＠x。test"),
        ("@jane", "jane@x.test", "@jane"),
        ("Jane @ work", "jane@x.test", "Jane @ work"),
        ("Jane (at work)", "jane@x.test", "Jane (at work)"),
        ("ceo@bank.test", "x@evil.test", "x@evil.test (“ceo@bank.test”)"),
        ("ceo@bank", "x@evil.test", "x@evil.test (“ceo@bank”)"),
        ("The CEO <ceo@bank.test>", "x@evil.test", "x@evil.test (“The CEO <ceo@bank.test>”)"),
        ("“ceo@bank.test”", "x@evil.test", "x@evil.test (““ceo@bank.test””)"),
        ("'ceo@bank.test' via x@evil.test", "x@evil.test", "x@evil.test (“'ceo@bank.test' via x@evil.test”)"),
        ("ceo＠bank.test", "x@evil.test", "x@evil.test (“ceo＠bank.test”)"),
        ("ceo﹫bank．test", "x@evil.test", "x@evil.test (“ceo﹫bank．test”)"),
        ("ceo\u200d@\ufe0fbank.test", "x@evil.test", "x@evil.test (“ceo\u200d@\ufe0fbank.test”)"),
        ("ceo @ bank.test", "x@evil.test", "x@evil.test (“ceo @ bank.test”)"),
        ("ceo (at) bank.test", "x@evil.test", "x@evil.test (“ceo (at) bank.test”)"),
        ("ceo[at]bank.test", "x@evil.test", "x@evil.test (“ceo[at]bank.test”)"),
        ("сео@bank.test", "ceo@bank.test", "ceo@bank.test (“сео@bank.test”)"),
        ("ceo@bank.test", "", "(no address) (“ceo@bank.test”)"),
        (
            "ceo@bank.test",
            "ceo@bank.test." + "a" * 60 + ".evil.test",
            "…" + "a" * 49 + ".evil.test (“ceo@bank.test”)",
        ),
    ],
)
def test_no_name_passes_for_the_address_of_another(name, address, shown):
    assert shown_sender(Address(name, address)) == shown


@pytest.mark.parametrize(
    "header",
    [
        '"ceo@bank.test" <x@evil.test>',
        "ceo@bank.test <x@evil.test>",
        "=?utf-8?Q?ceo=40bank=2Etest?= <x@evil.test>",
        "=?utf-8?Q?ceo=E2=80=8B=40bank=2Etest?= <x@evil.test>",
        '"ceo@bank.test", x@evil.test',
        "x@evil.test (ceo@bank.test)",
    ],
)
def test_it_does_not_matter_how_the_header_is_written(header):
    assert shown_sender(parse_address(header)).startswith("x@evil.test (“ceo")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("shorter", 5, "shor…"),
        ("four five", 6, "four…"),
        ("ab" + "e\u0301" * 3, 4, "ab…"),
        ("abc\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}def", 5, "abc…"),
        ("ab\N{MAN}\u200d\N{ROCKET}de", 5, "ab…"),
        ("a" + "\u0301" * 9, 4, "a\u0301\u0301…"),
        ("\u0301" * 9, 4, "\u0301\u0301\u0301…"),
        ("text", 1, "…"),
        ("text", 0, ""),
        ("text", -3, ""),
    ],
)
def test_a_text_is_cut_on_a_character_boundary(text, limit, expected):
    assert truncate(text, limit) == expected


@given(st.text(), st.integers(0, 20))
def test_a_cut_text_is_a_beginning_within_the_limit(text, limit):
    result = truncate(text, limit)
    assert len(result) <= max(limit, 0)
    assert result == text or text.startswith(result.removesuffix("…"))
