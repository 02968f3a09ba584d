"""Which toasts take a reply."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.values import account
from tests.mail.make import arrival
from tray.mail.model.account import SecretSource
from tray.mail.model.toast import OpenToast, ToastAction, ToastContent, ToastKey
from tray.mail.notifications.state import ToastStyle
from tray.mail.notifications.toast_content import build_toast
from tray.mail.settings.oauth_clients import OAuthClient
from tray.mail.settings.settings import Settings

WITH_REPLY = ToastStyle(buttons=(ToastAction.REPLY, ToastAction.ARCHIVE))
TO_ME = (("to", "me@example.org"),)


def mail(uid=1, headers=TO_ME, **values):
    made = arrival(uid, **values)
    return replace(made, message=replace(made.message, headers=headers))


def toast(*mails, style=WITH_REPLY, **values):
    return build_toast(OpenToast(ToastKey("t"), 0.0, mails or (mail(),), **values), style)


def test_a_toast_of_a_mail_from_a_person_takes_a_reply():
    shown = toast()
    assert [label for _, label in shown.actions] == ["Open", "Reply", "Archive"]
    assert shown.answers == mail().message
    assert shown.reply_to == "Anna Berg"


def test_a_conversation_is_answered_at_its_newest_mail():
    shown = toast(mail(1), mail(2, name="Bob"))
    assert (shown.answers.uid, shown.reply_to) == (2, "Bob")
    assert shown.messages[-1].uid == 2


def test_whom_a_reply_goes_to_is_shown_by_the_address_where_it_is_not_the_authors():
    shown = toast(mail(headers=(*TO_ME, ("reply-to", "Anna Berg <eve@evil.example>"))))
    assert shown.reply_to == "eve@evil.example"


@pytest.mark.parametrize(
    ("mails", "values"),
    [
        ((mail(headers=()),), {}),  # its headers were not fetched
        ((mail(headers=(("x-priority", "1"),)),), {}),
        ((mail(address="noreply@example.org"),), {}),
        ((mail(headers=(*TO_ME, ("auto-submitted", "auto-generated"))),), {}),
        ((mail(content=ToastContent.SENDER),), {}),
        ((mail(content=ToastContent.COUNT),), {}),
        ((mail(1), mail(2)), {"digest": True}),
        ((mail(),), {"style": replace(WITH_REPLY, mute=frozenset({mail().key.account}))}),
        ((mail(),), {"style": ToastStyle()}),
    ],
)
def test_other_toasts_take_none(mails, values):
    shown = toast(*mails, **values)
    assert ToastAction.REPLY not in dict(shown.actions)
    assert (shown.answers, shown.reply_to) == (None, "")


@pytest.mark.parametrize(
    ("fields", "clients", "mute"),
    [
        ({}, (), False),
        ({"email": "", "user": "me"}, (), True),
        ({"email": "", "user": "me@example.org"}, (), False),
        ({"secret": SecretSource.OAUTH, "oauth": "google"}, (OAuthClient("google", "id"),), False),
        ({"secret": SecretSource.OAUTH, "oauth": "microsoft"}, (OAuthClient("microsoft", "id"),), True),
        ({"secret": SecretSource.OAUTH, "oauth": "gone"}, (), True),
        (
            {"secret": SecretSource.OAUTH, "oauth": "microsoft"},
            (
                OAuthClient(
                    "microsoft", "id", scopes=("https://outlook.office.com/SMTP.Send", "offline_access")
                ),
            ),
            False,
        ),
        (
            {"secret": SecretSource.OAUTH, "oauth": "google"},
            (OAuthClient("google", "id", scopes=("https://www.googleapis.com/auth/gmail.readonly",)),),
            True,
        ),
    ],
)
def test_an_account_that_may_not_send_takes_none(fields, clients, mute):
    work = account("work", **fields)
    settings = Settings(accounts=(work,), oauth=clients, toast_buttons=(ToastAction.REPLY,))
    assert (work.id in ToastStyle.of(settings).mute) is mute
    assert ToastStyle.of(replace(settings, toast_buttons=())).mute == frozenset()
