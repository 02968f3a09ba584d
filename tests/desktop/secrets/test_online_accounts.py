"""Accounts, passwords and tokens from the desktop's online accounts."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.values import account
from tests.rig.online_accounts import FAILED, NOT_AUTHORIZED, OnlineAccounts
from tray.desktop.secrets import online_accounts
from tray.desktop.secrets.sources import SecretSources
from tray.mail.importers import gnome_online
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import SecretUnavailable
from tray.mail.model.status import ProblemKind

GOOGLE = account("google", secret=SecretSource.ONLINE, online_account="account_1", login=Login.TOKEN)
PLAIN = account("plain", secret=SecretSource.ONLINE, online_account="account_2", login=Login.PASSWORD)


@pytest.fixture
def session(private_bus, monkeypatch):
    """The session bus of this process is one of its own."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", private_bus.address)
    return private_bus


@pytest.fixture
def desktop(session):
    """A desktop with an account of tokens and one of a password."""
    with OnlineAccounts(session.address) as service:
        service.add("account_1", email="jane.doe@gmail.com", secret="ya29.token", tokens=True)
        service.add("account_2", email="jane@example.org", secret="geheim", user="jane")
        yield service


def problem(wanted):
    with pytest.raises(SecretUnavailable) as refused:
        online_accounts.read(wanted)
    return refused.value.problem


def test_accounts_are_listed_with_their_properties(desktop):
    google, plain = gnome_online.parse(online_accounts.accounts()).offers
    assert (google.account.email, google.account.login) == ("jane.doe@gmail.com", Login.TOKEN)
    assert (plain.account.user, plain.account.login) == ("jane", Login.PASSWORD)
    assert plain.account.online_account == "account_2"


@pytest.mark.usefixtures("desktop")
def test_an_account_is_called_as_the_desktop_calls_it():
    assert gnome_online.title_of(online_accounts.accounts(), "account_1").endswith("jane.doe@gmail.com")
    assert gnome_online.title_of(online_accounts.accounts(), "account_9") == ""


def test_a_token_is_made_sure_of_and_asked_for(desktop):
    assert online_accounts.read(GOOGLE).reveal() == "ya29.token"
    assert desktop.calls == ["GetManagedObjects", "EnsureCredentials", "GetAccessToken"]


def test_a_password_is_asked_for_and_no_server_logged_in_to(desktop):
    secrets = SecretSources("mailbell-tests", Path("/nonexistent"))
    assert secrets.read(PLAIN).reveal() == "geheim"
    assert "EnsureCredentials" not in desktop.calls


@pytest.mark.parametrize("method", ["EnsureCredentials", "GetAccessToken"])
def test_a_sign_in_that_ran_out_sends_to_the_desktops_settings(desktop, method):
    desktop.refuse[method] = NOT_AUTHORIZED
    found = problem(GOOGLE)
    assert found.kind is ProblemKind.NO_SECRET
    assert "Open Online Accounts" in found.advice


@pytest.mark.parametrize(("wanted", "what"), [(GOOGLE, "token"), (PLAIN, "password")])
def test_another_failure_is_tried_again(desktop, wanted, what):
    """Mostly there is no network."""
    desktop.refuse.update(EnsureCredentials=FAILED, GetPassword=FAILED)
    found = problem(wanted)
    assert found.kind is ProblemKind.UNREACHABLE
    assert what in found.sentence
    assert "secret" not in repr(found)


def test_an_empty_password_is_none(desktop):
    desktop.add("account_2", email="jane@example.org", secret="")
    assert "no valid sign-in" in problem(PLAIN).sentence


def test_what_changed_there_is_said(desktop):
    assert "differently" in problem(replace(PLAIN, login=Login.TOKEN)).sentence
    desktop.switch_mail_off("account_2")
    assert "switched off" in problem(PLAIN).sentence
    desktop.remove("account_2")
    assert "no longer" in problem(PLAIN).sentence


def test_without_the_service_nothing_is_shown(session):
    assert online_accounts.accounts() == ()
    found = problem(PLAIN)
    assert (found.kind, found.sentence) == (
        ProblemKind.NO_SECRET,
        "The desktop's Online Accounts are not running.",
    )


@pytest.mark.parametrize("address", ["", "unix:path=/nonexistent/bus", "nonsense"])
def test_without_a_bus_nothing_is_shown(monkeypatch, address):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert online_accounts.accounts() == ()
    assert problem(PLAIN).kind is ProblemKind.UNREACHABLE


def test_without_the_library_nothing_is_shown(monkeypatch):
    monkeypatch.setitem(sys.modules, "jeepney.io.blocking", None)
    assert online_accounts.accounts() == ()
    assert "cannot be used" in problem(PLAIN).sentence


@pytest.mark.parametrize(
    "nonsense",
    [("s", ("x",)), ("as", (["a"],)), ("a{ss}", ({"a": "b"},)), ("ii", (1, 2)), ("v", (("u", 7),))],
)
def test_somebody_else_under_that_name_is_said_to_be_silent(desktop, nonsense):
    desktop.nonsense = nonsense
    assert online_accounts.accounts() == ()
    assert "do not answer" in problem(GOOGLE).sentence
