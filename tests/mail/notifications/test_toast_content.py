"""What a toast shows, and which buttons it has."""

from __future__ import annotations

import pytest

from tests.mail.make import arrival, batch, key
from tray.mail.model.toast import ENVELOPE, OpenToast, ToastAction, ToastContent, ToastKey
from tray.mail.notifications.state import ToastStyle
from tray.mail.notifications.toast_content import build_toast
from tray.mail.presentation.message_texts import BODY_LIMIT, SUMMARY_LIMIT
from tray.mail.settings.choices import ToastDuration
from tray.mail.settings.settings import Settings

NBSP = "\u00a0"


def single(style=ToastStyle(), **values):  # noqa: B008 -- frozen
    return build_toast(OpenToast(ToastKey("t"), 0.0, (arrival(1, **values),)), style)


def conversation(*arrivals, style=ToastStyle(), **values):  # noqa: B008 -- frozen
    return build_toast(OpenToast(ToastKey("t"), 0.0, arrivals, **values), style)


def digest(*arrivals, **values):
    return build_toast(OpenToast(ToastKey("t"), 0.0, arrivals, digest=True, **values))


def labels(toast):
    return [label for _, label in toast.actions]


def texts(toast):
    return toast.summary, toast.headline, toast.body, toast.origin


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"subject": "R&D <3"}, ("Anna Berg", "R&D <3", "", "")),
        ({"subject": "Hi", "preview": "There you are."}, ("Anna Berg", "Hi", "There you are.", "")),
        (
            {"subject": "Hi", "name": "", "show_account": True},
            ("anna@example.org", "Hi", "", "Account a1"),
        ),
        (
            {"subject": "Hi", "mailbox": "INBOX/Lists", "show_account": True},
            ("Anna Berg", "Hi", "", "Account a1 · Lists"),
        ),
        ({"subject": "Hi", "mailbox": "Lists"}, ("Anna Berg", "Hi", "", "Lists")),
        ({"subject": "", "name": "", "address": ""}, ("(no sender)", "(no subject)", "", "")),
        (
            {"subject": "Pay", "name": "ceo@bank.test", "address": "x@evil.test"},
            ("x@evil.test (“ceo@bank.test”)", "Pay", "", ""),
        ),
        ({"subject": "Hi", "important": True}, ("Anna Berg (important)", "Hi", "", "")),
    ],
)
def test_a_single_toast_says_sender_subject_and_first_line(values, shown):
    toast = single(**values, sound="bell", colour="#2457d6")
    assert texts(toast) == shown
    assert (toast.account, toast.messages) == ("a1", (toast.messages[0],))
    assert (toast.sound, toast.colour, toast.urgent) == ("bell", "#2457d6", "important" in values)
    later = ["In an hour"] if "important" in values else []
    assert labels(toast) == ["Open", "Mark as read", "Archive", *later]


@pytest.mark.parametrize(
    ("content", "shown", "initials"),
    [
        (ToastContent.SUBJECT, ("Anna Berg", "Hi", "", "Account a1"), "AB"),
        (ToastContent.SENDER, ("Anna Berg", "", "New mail", ""), "AB"),
        (ToastContent.COUNT, ("1 new mail", "", "", ""), ""),
        (ToastContent.NOTHING, ("1 new mail", "", "", ""), ""),
    ],
)
def test_what_is_private_is_not_shown(content, shown, initials):
    toast = single(subject="Hi", preview="Secret", content=content, show_account=True)
    assert (texts(toast), toast.initials) == (shown, initials)
    assert labels(toast) == ["Open", "Mark as read", "Archive"][: 3 if content is ToastContent.SUBJECT else 1]
    many = digest(arrival(1), arrival(2, content=content, name="Bob"))
    assert (many.summary, many.body) == ("2 new mails", "Bob, Anna Berg" if initials else "")


def test_a_sender_without_letters_has_an_envelope():
    assert single(name="1234", address="12@example.org").initials == ENVELOPE


def test_a_one_time_code_can_be_copied():
    toast = single(subject="Your log-in code", preview="Use 482913 to log in.", name="Example Bank")
    assert texts(toast)[:2] == (f"Code 482{NBSP}913 – Example Bank", "Your log-in code")
    assert labels(toast) == ["Open", f"Copy 482{NBSP}913", "Mark as read", "Archive"]
    assert toast.code == "482913"
    assert "482913" not in repr(toast).replace("Use 482913", "")


@pytest.mark.parametrize(
    ("style", "content", "preview"),
    [
        (ToastStyle(copy_codes=False), ToastContent.PREVIEW, "Use 482913 to log in."),
        (ToastStyle(), ToastContent.SUBJECT, "Use 482913 to log in."),
        (ToastStyle(), ToastContent.SENDER, "Use 482913 to log in."),
        (ToastStyle(), ToastContent.PREVIEW, "Page 482 of the book"),
        (ToastStyle(), ToastContent.PREVIEW, "Use it to log in."),
    ],
)
def test_no_code_is_shown_that_is_not_wanted_or_none(style, content, preview):
    toast = single(style, subject="Your log-in code", preview=preview, content=content)
    assert (toast.summary, toast.code) == ("Anna Berg", "")
    assert ToastAction.COPY_CODE not in dict(toast.actions)


def test_buttons_and_time_are_those_of_the_settings():
    settings = Settings(
        toast_buttons=(ToastAction.JUNK, ToastAction.DELETE, ToastAction.FLAG),
        toast_duration=ToastDuration.STAY,
        digest_from=7,
    )
    toast = single(ToastStyle.of(settings))
    assert labels(toast) == ["Open", "Junk", "Delete", "Flag"]
    assert (toast.timeout, ToastStyle.of(settings).digest_from) == (0, 7)
    assert single(ToastStyle(duration=ToastDuration.SHORT)).timeout == 10_000
    assert single().timeout == -1


def test_a_button_announces_the_message_again_later():
    toast = single(ToastStyle.of(Settings(toast_buttons=(ToastAction.SNOOZE,))), important=True)
    assert labels(toast) == ["Open", "In an hour"]


def test_a_conversation_shows_its_newest_message_and_how_many_there_are():
    lunch = arrival(1, subject="Lunch?"), arrival(2, subject="Re: Lunch?", preview="Yes.")
    toast = conversation(*lunch, arrival(3, subject="Re: Lunch?", preview="At one."))
    assert texts(toast) == ("Anna Berg, 3 mails", "Re: Lunch?", "At one.", "")
    assert toast.messages == (key(1), key(2), key(3))
    assert labels(toast) == ["Open", "Mark all as read", "Archive"]
    two = conversation(*lunch, arrival(3, name="Bob", address="bob@x.test"), others=2)
    assert two.summary == "Bob, Anna Berg, 5 mails"
    assert texts(conversation(*lunch, arrival(3, content=ToastContent.SENDER)))[2] == "New mails"


def test_long_texts_are_cut_and_account_and_folder_stay():
    toast = single(
        subject="s" * 5000, name="n" * 5000, preview="p" * 5000, account="a" * 500, show_account=True
    )
    assert len(toast.summary) == SUMMARY_LIMIT
    assert len(toast.text) == BODY_LIMIT
    assert toast.origin.startswith("Account aaa")


def test_a_digest_counts_all_and_names_the_newest_few():
    names = "Erik", "Jo", "Marek Dvořák", "Stadtwerke", "Anna Berg"
    mails = [arrival(uid, name=name) for uid, name in enumerate(names)]
    toast = digest(*mails, batch(14), others=2)
    assert toast.summary == "21 new mails"
    assert toast.body == "Anna Berg, Stadtwerke, Marek Dvořák and 18 more"
    assert labels(toast) == ["Open", "Mark all as read"]
    assert (toast.initials, toast.headline) == ("", "")
    assert (digest(arrival(1)).summary, digest(arrival(1)).body) == ("1 new mail", "Anna Berg")
    assert digest(batch(3)).body == ""


def test_a_digest_names_who_is_important_first_and_each_once():
    mails = arrival(1, name="Boss", important=True), arrival(2), arrival(3)
    assert (digest(*mails).body, digest(*mails).urgent) == ("Boss, Anna Berg", True)


def test_a_digest_is_one_short_sentence():
    long = [arrival(uid, name=name * 25) for uid, name in enumerate("ABC")]
    assert digest(*long).body == f"{'C' * 25} and 2 more"
    longer = [arrival(uid, name=name * 90) for uid, name in enumerate("AB")]
    assert digest(*longer).body == f"{'B' * 48}… and 1 more"


def test_a_digest_says_how_many_came_to_each_account():
    mails = [arrival(uid, "b2" if uid > 1 else "a1", show_account=True) for uid in range(6)]
    assert digest(*mails).body == "Anna Berg\nAccount b2 4, Account a1 2"
    assert digest(*mails, batch(5)).body.endswith("Account a1 7, Account b2 4")
    assert digest(*mails[:2]).body == "Anna Berg\nAccount a1"
    assert digest(*mails, others=1).body == "Anna Berg and 1 more"
    assert digest(*mails, batch(5, "c3")).body == "Anna Berg and 5 more"


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


def test_a_digest_has_the_account_and_colour_that_all_its_messages_have():
    mails = arrival(1, colour="#2457d6"), arrival(2, colour="#2457d6")
    assert (digest(*mails).account, digest(*mails).colour) == ("a1", "#2457d6")
    for several in (digest(*mails, arrival(3, "b2")), digest(*mails, batch(5, "b2"))):
        assert (several.account, several.colour) == (None, "")
    uncounted = digest(batch(5))
    assert (uncounted.account, uncounted.colour, uncounted.batches) == ("a1", "", (batch(5),))


@pytest.mark.parametrize(
    ("mailbox", "text"),
    [
        ("INBOX", ""),
        ("INBOX.Lists", "Lists"),
        ("Work/Lists", "Lists"),
        ("Lists/", "Lists"),
        ("L" * 300, "L" * 59 + "…"),
    ],
)
def test_a_folder_has_a_short_name(mailbox, text):
    assert single(mailbox=mailbox).origin == text
