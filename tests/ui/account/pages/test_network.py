"""The page about the way to the server."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import QEvent
from PyQt5.QtWidgets import QApplication

from tests.ui.account.forms import form_of
from tests.ui.services import ignore, services
from tray.mail.model.account import Account, AccountId, Login
from tray.mail.model.secret import Secret
from tray.mail.settings.checks import account_errors
from tray.mail.settings.proxy import ProxyKind, credential_account
from tray.ui.account.pages.network import NetworkPage

WORK = Account(AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane")


@pytest.fixture
def typed():
    return []


@pytest.fixture
def page(qapp, typed):
    return NetworkPage(WORK, lambda *what: typed.append(what))


def choose(page, kind):
    index = page.kind.findData(kind)
    page.kind.setCurrentIndex(index)
    page.kind.activated.emit(index)


@pytest.mark.parametrize(
    "text", ["", "tor", "tor:9150", "socks5://a%40b@[::1]:1080", "http://proxy.example.org:3128"]
)
def test_what_an_account_has_is_shown_and_read_back(qapp, text):
    account = replace(WORK, proxy=text, client_certificate="/me.pem", client_key="/me.key")
    assert NetworkPage(account, ignore).read(account) == account


def test_choosing_a_kind_suggests_its_port_and_asks_for_what_it_needs(page):
    fields = page.fields
    assert fields["proxy_host"].isHidden()
    choose(page, ProxyKind.TOR)
    assert page.read(WORK).proxy == "tor"
    assert not page.errors(page.read(WORK), testing=False)
    assert fields["proxy_user"].isHidden()
    choose(page, ProxyKind.SOCKS5)
    assert page.host.text() == ""
    assert page.port.value() == 1080
    assert "name or the address" in page.errors(page.read(WORK), testing=False)["proxy"]
    page.host.setText("[2001:db8::1]")
    assert page.read(WORK).proxy == "socks5://[2001:db8::1]:1080"
    assert fields["proxy_password"].isHidden()
    page.user.setText("jane")
    assert not fields["proxy_password"].isHidden()
    choose(page, ProxyKind.HTTP)
    assert page.read(WORK).proxy == "http://jane@[2001:db8::1]:3128"
    page.host.setText("no name")
    assert "proxy" in account_errors(page.read(WORK), ())
    choose(page, None)
    assert page.read(WORK).proxy == ""


def test_a_password_is_wanted_once_and_stays_out_of_the_account(page, typed):
    choose(page, ProxyKind.HTTP)
    page.host.setText("proxy")
    page.user.setText("jane")
    assert "proxy_password" in page.errors(page.read(WORK), testing=False)
    page.password.setText("hidden")
    assert page.errors(page.read(WORK), testing=False) == {}
    first = credential_account(page.read(WORK)).id
    assert page.secrets() == {first: Secret("hidden")}
    assert "hidden" not in repr(page.read(WORK))
    page.user.setText("joe")
    other = credential_account(page.read(WORK)).id
    page.close_down()
    assert typed == [
        (first, Secret("hidden")),
        (first, None),
        (other, Secret("hidden")),
        (other, None),
    ]
    assert page.secrets() == {}


def test_a_password_that_is_kept_need_not_be_typed_again(qapp):
    account = replace(WORK, proxy="socks5://jane@proxy:1080")
    page = NetworkPage(account, ignore)
    assert page.password.placeholderText() == "unchanged"
    assert page.errors(page.read(account), testing=False) == {}
    page.host.setText("elsewhere")
    assert "proxy_password" in page.errors(page.read(account), testing=False)


def test_a_certificate_may_be_all_that_is_shown(page, tmp_path):
    file = tmp_path / "me.pem"
    assert page.alone.isHidden()
    page.alone.setChecked(True)
    assert page.read(WORK).login is Login.PASSWORD
    page.certificate.setText(str(file))
    assert not page.alone.isHidden()
    account = page.read(WORK)
    assert (account.login, account.client_certificate) == (Login.CERTIFICATE, str(file))
    assert "no such file" in page.errors(account, testing=False)["client_certificate"]
    file.touch()
    assert page.errors(account, testing=False) == {}
    page.alone.setChecked(False)
    assert page.read(account).login is Login.PASSWORD


def network_of(form):
    return next(each for each in form.pages if isinstance(each, NetworkPage))


def test_the_password_is_handed_over_and_none_is_asked_for_beside_a_certificate(qapp, tmp_path):
    file = tmp_path / "me.pem"
    file.touch()
    form = form_of(replace(WORK, client_certificate=str(file)))
    page = network_of(form)
    page.alone.setChecked(True)
    assert form.identity.fields["password"].isHidden()
    choose(page, ProxyKind.SOCKS5)
    page.host.setText("proxy")
    page.user.setText("jane")
    page.password.setText("hidden")
    page.touched.emit("proxy_password")
    settings, secrets = form.store.applied[-1]
    (account,) = settings.accounts
    assert secrets == {credential_account(account).id: Secret("hidden")}
    assert (account.login, account.proxy) == (Login.CERTIFICATE, "socks5://jane@proxy:1080")
    form.window().reject()
    assert page.password.text() == ""


def test_what_was_typed_and_is_not_kept_yet_is_tested_when_the_form_opens_again(qapp, typed):
    account = replace(WORK, proxy="socks5://jane@proxy:1080")
    key = credential_account(account).id
    form = form_of(account, services(type_proxy_password=lambda *what: typed.append(what)))
    window = form.window()
    form.store.apply = lambda *_: None  # the keyring takes its time
    network_of(form).password.setText("hidden")
    network_of(form).touched.emit("proxy_password")
    assert window.changes.pending_secret(key) == Secret("hidden")
    window.show_account(WORK.id)
    typed.clear()
    window.show_part(WORK.id, "more")
    assert typed == [(key, Secret("hidden"))]
    window.show_account(WORK.id)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert typed == [(key, Secret("hidden")), (key, None)]
