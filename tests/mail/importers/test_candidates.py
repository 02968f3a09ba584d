"""What can be taken over, beside the accounts that we have."""

from __future__ import annotations

from dataclasses import replace

from tests.mail.make import account
from tray.mail.importers.candidates import (
    ForeignAccount,
    ImportResult,
    SourceProgram,
    candidates,
    imported_accounts,
    missing,
)
from tray.mail.model.account import AccountId, Login, SecretSource
from tray.mail.setup.providers import Provider, Providers, SignInMethod


def provider(name, **fields):
    return Provider(name, name.title(), (f"{name}.example",), **{"host": f"imap.{name}.example", **fields})


PROVIDERS = Providers(
    [
        provider("google", host="imap.gmail.com", other_hosts=("imap.googlemail.com",), oauth="google"),
        provider("m", sign_in=SignInMethod.OAUTH, oauth="microsoft"),
        provider("plain"),
        provider("odd", sign_in=SignInMethod.OAUTH),
    ]
)


COMMAND = {"secret": SecretSource.COMMAND, "password_command": "x"}


def offer(origin=SourceProgram.THUNDERBIRD, *, off=False, **values):
    return ForeignAccount(account(id=AccountId(""), **values), origin, "~/file", off=off)


def settled(*offers, accounts=()):
    return candidates([ImportResult(offers)], accounts, PROVIDERS)


def test_programs_come_in_their_order_and_complaints_once():
    readings = [
        ImportResult((offer(SourceProgram.MAILNAG, host="a.example"),), ("one", "two")),
        ImportResult((offer(host="b.example"), offer(host="c.example")), ("one",)),
    ]
    found = candidates(readings, (), Providers())
    assert [each.account.host for each in found.offers] == ["b.example", "c.example", "a.example"]
    assert found.complaints == ("one", "two")
    assert found.selected == found.offers


def test_an_account_that_we_have_is_marked():
    """By user and server, whatever it is called and however they are written."""
    (found,) = settled(offer(name="Other", host="IMAP.example.org"), accounts=[account()]).offers
    assert found.present
    assert not found.selected


def test_a_server_of_two_names_is_one():
    (found,) = settled(
        offer(host="imap.googlemail.com", secret=SecretSource.OAUTH),
        accounts=[account(host="imap.gmail.com")],
    ).offers
    assert found.present
    assert found.account.oauth == "google"


def test_of_two_offers_for_one_account_the_one_without_questions_is_the_better():
    thunderbird, mbsync, mailnag = settled(
        offer(),
        offer(SourceProgram.MBSYNC, **COMMAND),
        offer(SourceProgram.MAILNAG),
    ).offers
    assert (thunderbird.same_as, mbsync.same_as, mailnag.same_as) == (
        SourceProgram.MBSYNC,
        None,
        SourceProgram.MBSYNC,
    )
    assert [each.selected for each in (thunderbird, mbsync, mailnag)] == [False, True, False]


def test_what_is_switched_off_there_is_not_usual():
    first, second = settled(offer(SourceProgram.GEARY, off=True), offer(SourceProgram.MAILNAG)).offers
    assert (first.same_as, first.selected, second.selected) == (SourceProgram.MAILNAG, False, True)


def test_a_sign_in_is_that_of_the_provider_that_we_know():
    google, unknown, plain = settled(
        offer(host="imap.gmail.com", secret=SecretSource.OAUTH),
        offer(host="imap.else.example", secret=SecretSource.OAUTH),
        offer(host="imap.plain.example", secret=SecretSource.OAUTH),
    ).offers
    assert (google.account.secret, google.account.oauth) == (SecretSource.OAUTH, "google")
    for each in (unknown, plain):
        assert each.account.secret is SecretSource.KEYRING
        assert "OAuth2" in " ".join(each.notes)


def test_where_no_password_is_taken_it_is_a_sign_in():
    """Whatever stands there; a command that prints tokens stays."""
    password, command, odd = settled(
        offer(host="imap.m.example", user="a"),
        offer(host="imap.m.example", user="b", login=Login.TOKEN, **COMMAND),
        offer(host="imap.odd.example"),
    ).offers
    assert (password.account.secret, password.account.oauth) == (SecretSource.OAUTH, "microsoft")
    assert command.account.secret is SecretSource.COMMAND
    assert odd.account.secret is SecretSource.KEYRING


def test_what_our_settings_would_not_take_is_said():
    found = settled(offer(host=""), offer(name="A\nB"), replace(offer(user=""), place=""))
    assert found.offers == ()
    starts = [sentence.partition(": ")[0] for sentence in found.complaints]
    assert starts == ["Thunderbird, ~/file", "Thunderbird, ~/file", "Thunderbird, D-Bus"]
    assert "name cannot be used" in found.complaints[1]


def test_accepted_offers_have_ids_and_names_of_their_own():
    numbers = iter(range(9))
    chosen = [offer(name="Work"), offer(name="Work"), offer(name="Home")]
    taken = imported_accounts(chosen, [account(name="work")], lambda: AccountId(f"n{next(numbers)}"))
    assert [(each.id, each.name) for each in taken] == [("n0", "Work 2"), ("n1", "Work 3"), ("n2", "Home")]


def test_what_will_be_asked_for_is_said():
    sentences = {missing(account(secret=source)) for source in SecretSource}
    sentences.add(missing(account(login=Login.CERTIFICATE)))
    assert len(sentences) == 5
    assert all(sentence.endswith(".") for sentence in sentences)
    assert ImportResult().selected == ()
