"""The page of an account about its connection: a proxy, and a client certificate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QCheckBox

from tray.i18n import tr
from tray.mail.model.account import Login
from tray.mail.model.secret import Secret
from tray.mail.settings.proxy import (
    TOR_HOST,
    TOR_PORT,
    BadProxy,
    Proxy,
    ProxyKind,
    credential_account,
    parse,
    proxy_id,
)
from tray.ui.account.pages.page import AccountPage
from tray.ui.widgets.forms import (
    Field,
    PasswordEdit,
    browse,
    combo_box,
    line_edit,
    port_box,
    push_button,
    typed_path,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.mail.model.account import Account, AccountId

    TypePassword = Callable[[AccountId, Secret | None], None]

_PORTS = {ProxyKind.TOR: TOR_PORT, ProxyKind.SOCKS5: 1080, ProxyKind.HTTP: 3128}
"""Usual ports; Squid's for HTTP."""


class NetworkPage(AccountPage):
    """Without a proxy and a client certificate it stays empty."""

    def __init__(self, account: Account, type_password: TypePassword) -> None:
        """`type_password` is `SettingsServices.type_proxy_password`."""
        super().__init__()
        self.title = tr("Network")
        self._type_password = type_password
        self._typed: set[AccountId] = set()
        """The keys under which a password was given to `type_password`."""
        self._before = account
        self._make_editors(account)
        alone = Field("", self.alone)
        self.fields = {
            "proxy": Field(
                tr("Proxy"),
                self.kind,
                explanation=tr("Everything of this account goes through it, the look-up of names too."),
            ),
            "proxy_host": Field(tr("Address and port"), self.host, self.port),
            "proxy_user": Field(tr("User name for the proxy"), self.user),
            "proxy_password": Field(tr("Password for the proxy"), self.password, self.password.toggle),
            "client_certificate": Field(
                tr("Client certificate"),
                self.certificate,
                self.browse_certificate,
                explanation=tr("PEM file; it is shown to this server where it asks who we are."),
                below=alone,
            ),
            "login": alone,
            "client_key": Field(
                tr("Its key"),
                self.key,
                self.browse_key,
                explanation=tr("PEM file without a passphrase; leave it empty where both are in one file."),
            ),
        }
        self.lay_out(groups={"proxy", "proxy_password"}, inner={"login"})
        # An error of the log-in is shown on the first page, which has a field of that name, too.
        del self.fields["login"]
        self._show_fields()
        self._connect()

    def read(self, account: Account) -> Account:
        """With proxy and certificate."""
        certificate = typed_path(self.certificate)
        login = Login.PASSWORD if account.login is Login.CERTIFICATE else account.login
        return replace(
            account,
            proxy=str(self._typed_proxy() or ""),
            client_certificate=certificate,
            client_key=typed_path(self.key) if certificate else "",
            login=Login.CERTIFICATE if certificate and self.alone.isChecked() else login,
        )

    def errors(self, account: Account, *, testing: bool) -> dict[str, str]:  # noqa: ARG002
        """A proxy without a name or a password, and files that do not exist."""
        errors: dict[str, str] = {}
        if self._is_named and not self.host.text().strip():
            errors["proxy"] = tr("Enter the name or the address of the proxy.")
        is_stored = account.proxy == self._before.proxy
        if self._wants_password and not self.password.text() and not is_stored:
            errors["proxy_password"] = tr("Type the password of the proxy.")
        for name in ("client_certificate", "client_key"):
            path = getattr(account, name)
            if path and not Path(path).is_file():
                errors[name] = tr("There is no such file; choose a PEM file, or leave this empty.")
        return errors

    def secrets(self) -> Mapping[AccountId, Secret]:
        """The password of the proxy, where one was typed."""
        typed = self.password.text()
        proxy = self._typed_proxy()
        if not typed or proxy is None or not self._wants_password:
            return {}
        return {proxy_id(self._before.id, proxy): Secret(typed)}

    def has_typed_secret(self) -> bool:
        """Whether a password is typed, even if this proxy needs none."""
        return bool(self.password.text())

    def close_down(self) -> None:
        """Wipe the password."""
        self.password.clear()

    def _make_editors(self, account: Account) -> None:
        self.kind = combo_box(
            (tr("None: connect directly"), None),
            (tr("Tor"), ProxyKind.TOR),
            (tr("SOCKS5"), ProxyKind.SOCKS5),
            (tr("HTTP (CONNECT)"), ProxyKind.HTTP),
        )
        try:
            proxy = parse(account.proxy)
        except BadProxy:  # settings with such a proxy are not loaded
            proxy = None
        self.host = line_edit(proxy.host if proxy is not None else "", tr("proxy.example.org"))
        self.port = port_box(proxy.port if proxy is not None else TOR_PORT)
        self.port.setAccessibleName(tr("Port of the proxy"))
        self.user = line_edit(proxy.user if proxy is not None else "", tr("empty: it wants no user name"))
        self.kind.setCurrentIndex(self.kind.findData(proxy.kind if proxy is not None else None))
        self.password = PasswordEdit()
        self.password.toggle.setText(tr("Show"))
        if credential_account(replace(account, proxy=str(proxy or ""))) is not None:
            self.password.setPlaceholderText(tr("unchanged"))
        self.certificate = line_edit(account.client_certificate, tr("none"))
        self.browse_certificate = push_button(tr("Browse…"), tr("Browse for a client certificate"))
        self.key = line_edit(account.client_key, tr("in the same file"))
        self.browse_key = push_button(tr("Browse…"), tr("Browse for the key of the client certificate"))
        self.alone = QCheckBox(tr("Log in with it alone, without a password"))
        self.alone.setChecked(account.login is Login.CERTIFICATE)

    def _connect(self) -> None:
        self.listen("proxy", self.host)
        self.listen("proxy", self.user)
        self.listen("proxy_password", self.password)
        self.listen("client_certificate", self.certificate)
        self.listen("client_key", self.key)
        self.kind.activated.connect(self._suggest_port)
        self.kind.currentIndexChanged.connect(self._show_fields)
        self.kind.currentIndexChanged.connect(lambda: self.settle("proxy"))
        self.port.valueChanged.connect(lambda: self.settle("proxy"))
        self.user.textChanged.connect(self._show_fields)
        self.certificate.textChanged.connect(self._show_fields)
        self.alone.toggled.connect(lambda: self.settle("client_certificate"))
        for signal in (
            self.kind.currentIndexChanged,
            self.host.textChanged,
            self.port.valueChanged,
            self.user.textChanged,
            self.password.textChanged,
        ):
            signal.connect(self._pass_on_password)
        self.browse_certificate.clicked.connect(
            lambda: browse(self.certificate, tr("Client certificate"), tr("Certificates (*.pem *.crt *.cer)"))
        )
        self.browse_key.clicked.connect(
            lambda: browse(self.key, tr("Key of the client certificate"), tr("Keys (*.pem *.key)"))
        )

    @property
    def _is_named(self) -> bool:
        """Whether the user names the proxy: Tor's address is fixed."""
        return self.kind.currentData() in {ProxyKind.SOCKS5, ProxyKind.HTTP}

    @property
    def _wants_password(self) -> bool:
        return self._is_named and bool(self.user.text().strip())

    def _typed_proxy(self) -> Proxy | None:
        kind: ProxyKind | None = self.kind.currentData()
        if kind is None:
            return None
        if kind is ProxyKind.TOR:
            return Proxy(kind, TOR_HOST, self.port.value())
        host = self.host.text().strip().removeprefix("[").removesuffix("]")
        return Proxy(kind, host, self.port.value(), self.user.text().strip())

    def _show_fields(self) -> None:
        """Show the fields that the chosen kind of proxy and the certificate need."""
        kind: ProxyKind | None = self.kind.currentData()
        self.fields["proxy_host"].set_shown(kind is not None)
        self.host.setReadOnly(not self._is_named)
        untouched = "proxy" not in self.own and not self._before.proxy
        if kind is ProxyKind.TOR:
            self.host.setText(TOR_HOST)
        elif self._is_named and self.host.text() == TOR_HOST and untouched:
            self.host.clear()
        self.fields["proxy_user"].set_shown(self._is_named)
        self.fields["proxy_password"].set_shown(self._wants_password)
        has_certificate = bool(self.certificate.text().strip())
        self.fields["client_key"].set_shown(has_certificate)
        self.alone.setVisible(has_certificate)

    def _suggest_port(self) -> None:
        kind: ProxyKind | None = self.kind.currentData()
        if kind is not None and self.port.value() in _PORTS.values():
            self.port.setValue(_PORTS[kind])

    def _pass_on_password(self) -> None:
        """A password is for one proxy: when another proxy is entered, withdraw it from the one before."""
        secrets = self.secrets()
        for key in self._typed - secrets.keys():
            self._type_password(key, None)
        for key, secret in secrets.items():
            self._type_password(key, secret)
        self._typed = set(secrets)
