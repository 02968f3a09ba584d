"""Signs in with OAuth 2: a button, instructions for the browser, and the client id where none is set yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr
from tray.mail.model.secret import Secret
from tray.ui.dialogs.sign_in_attempt import SignInAttempt
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.forms import (
    ErrorText,
    Field,
    NamedComboBox,
    PasswordEdit,
    button_box,
    dialog_button,
    line_edit,
    push_button,
)
from tray.ui.widgets.letters import CodeLabel
from tray.ui.widgets.plain_text import plain_label, plain_tooltip
from tray.ui.widgets.standalone import come_forward

if TYPE_CHECKING:
    from PyQt5.QtGui import QShowEvent

    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem
    from tray.mail.settings.oauth_clients import OAuthProvider
    from tray.ui.ports import SignInService


class SignInPanel(QWidget):
    """One sign-in at a time, with the chosen provider."""

    changed = pyqtSignal()
    """The user has signed in, or another provider was chosen."""
    grew = pyqtSignal()
    """Something else is shown, which may need more room."""

    def __init__(self, service: SignInService, account: Callable[[], Account], provider: str = "") -> None:
        """Sign in for the account that `account` returns then; `provider` is an id, or empty for the first one."""
        super().__init__()
        self._service = service
        self._account = account
        self._chosen = bool(provider)
        """Whether the user has chosen the provider."""
        self._certain = False
        """Whether the provider is that of the account's server, so that there is no choice."""
        self._client_refused = False
        """Whether the provider has refused the client id of the settings."""
        self._attempt = SignInAttempt(service, self)
        self._round = 0
        """Number of the newest attempt: saving a client id takes a while."""
        self.secret: Secret | None = None
        """The secret to keep, once the user has signed in."""
        self._make()
        self._lay_out()
        self._fill(provider)
        self._connect()
        self._update()

    # For pages and dialogs

    @property
    def provider(self) -> str:
        """The id of the chosen provider; empty where there is none."""
        return str(self.choice.currentData() or "")

    def propose(self, provider: str) -> None:
        """Choose the provider of the account's server, unless the user has chosen, or signed in."""
        index = self.choice.findData(provider)
        if index >= 0 and not self._chosen and self.secret is None and not self._attempt.is_running:
            self.choice.setCurrentIndex(index)
        certain = index >= 0 and index == self.choice.currentIndex()
        if certain is not self._certain:
            self._certain = certain
            self._update()

    def start(self, *, device: bool = False) -> None:
        """Begin to sign in; a client id that was typed is saved first."""
        provider = self._provider()
        if provider is None or self._attempt.is_running:
            return
        self._round += 1
        this = self._round
        self.error.show_text("")
        client_id, secret = self.client_id.text().strip(), self.client_secret.text().strip()
        if self._service.ready(provider.id) and not client_id:
            self._begin(provider, device)
            return
        if not client_id or (provider.client_secret and not secret):
            self.error.show_text(tr("Enter the client id first, and the client secret where there is one."))
            (self.client_secret if client_id else self.client_id).setFocus()
            return

        def kept(sentence: str | None) -> None:
            if this != self._round:  # pressed again, another provider chosen, or the dialog closed
                return
            self.client_secret.clear()
            if sentence is not None:
                self.error.show_text(sentence)
            else:
                self.client_id.clear()
                self._begin(provider, device)

        self._service.set_client(provider.id, client_id, Secret(secret) if secret else None, kept)

    def stop(self) -> None:
        """Cancel a sign-in that waits for the browser."""
        self._round += 1
        if self._attempt.is_running:
            self._attempt.stop()
            self._update()

    def has_unsaved(self) -> bool:
        """Whether a client id was typed, or the user has signed in."""
        return self.secret is not None or bool(self.client_id.text() or self.client_secret.text())

    def close_down(self) -> None:
        """Called when the dialog closes: cancel a sign-in, and wipe the client secret."""
        self.stop()
        self.client_secret.clear()

    # Signing in

    def _begin(self, provider: OAuthProvider, device: bool) -> None:
        self._client_refused = False
        self._attempt.start(self._account(), provider.id, device=device)

    def _show_attempt(self) -> None:
        self._show_text(self._attempt.sentence)
        self._update()
        if not self._attempt.has_browser:
            self.copy.setFocus()
        elif not self._attempt.url:  # it has just begun, by a button that is hidden now
            self.halt.setFocus()

    def _ended(self, outcome: Secret | Problem) -> None:
        if isinstance(outcome, Secret):
            self.secret = outcome
            provider = self._provider()
            self._show_text(tr("Signed in at {name}.").format(name=provider.name if provider else ""))
        else:
            server_text = f" ({outcome.server_text})" if outcome.server_text else ""
            self._show_text("")
            self._client_refused = "client" in outcome.server_text
            self.error.show_text(f"{outcome.sentence} {outcome.advice}{server_text}".strip())
        focused = self.window().focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        self._update()
        if had_focus:  # on a button that is hidden now
            self._focus_sign_in()
        self.changed.emit()
        come_forward(self.window())  # from behind the browser

    # The widgets

    def _make(self) -> None:
        self.choice = NamedComboBox(self)
        self.choice.setAccessibleName(tr("Provider"))
        self.go = push_button(tr("Sign in…"), tr("Sign in"))
        self.by_code = push_button(tr("Use a co&de"), tr("Sign in by a code on another device"))
        self.text = plain_label(parent=self, narrow=True)
        self.code = CodeLabel(self)
        self.copy = push_button(tr("Copy &link"), tr("Copy the link"))
        self.halt = push_button(tr("St&op waiting"), tr("Stop waiting"))
        self.error = ErrorText(self)
        self.why = plain_label(parent=self, narrow=True)
        self.register = push_button(tr("Make a client id in your &browser"), tr("Make a client id"))
        self.client_id = line_edit("")
        self.client_secret = PasswordEdit()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for widget in (self.choice, self.go, self.by_code, self.copy, self.halt):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        self.client = QWidget(self)
        form = QFormLayout(self.client)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.why)
        form.addRow(self.register)
        Field(tr("C&lient id:"), self.client_id).add_to(form)
        self._secret = Field(tr("Client s&ecret:"), self.client_secret, self.client_secret.toggle)
        self._secret.add_to(form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.client)
        layout.addWidget(self.text)
        layout.addWidget(self.code)
        layout.addLayout(buttons)
        layout.addWidget(self.error)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # else the mnemonic of a label has no effect
        self.setFocusProxy(self.go)
        self.setTabOrder(self.register, self.client_id)
        self.setTabOrder(self.client_id, self.client_secret)
        self.setTabOrder(self.client_secret, self.client_secret.toggle)
        self.setTabOrder(self.client_secret.toggle, self.choice)

    def _fill(self, provider: str) -> None:
        for known in self._service.known():
            self.choice.addItem(known.name, known.id)
        index = self.choice.findData(provider)
        if provider and index < 0:  # the account's own, which the settings do not have any more
            self.choice.addItem(provider, provider)
            index = self.choice.count() - 1
        self.choice.setCurrentIndex(max(index, 0))

    def _connect(self) -> None:
        self.choice.activated.connect(self._choose)
        self.choice.currentIndexChanged.connect(self._provider_changed)
        self.go.clicked.connect(lambda _checked=False: self.start())
        self.by_code.clicked.connect(lambda: self.start(device=True))
        self.halt.clicked.connect(self._halt)
        self.copy.clicked.connect(self._attempt.copy_link)
        self._attempt.changed.connect(self._show_attempt)
        self._attempt.ended.connect(self._ended)
        self.register.clicked.connect(self._register)
        self.client_id.returnPressed.connect(self.start)

    def _choose(self) -> None:
        self._chosen = True

    def _provider_changed(self) -> None:
        """Drop the secret, which is of another provider."""
        self._round += 1
        self.secret = None
        self._client_refused = False
        self.error.show_text("")
        self._show_text("")
        self._update()
        self.changed.emit()

    def _halt(self) -> None:
        self._show_text("")
        self.stop()
        self._focus_sign_in()

    def _focus_sign_in(self) -> None:
        # Where the provider signs in by a code only, there is no other button.
        (self.go if self.go.isVisible() else self.by_code).setFocus()

    def _register(self) -> None:
        provider = self._provider()
        if provider is not None and provider.register:
            failure = tr("No browser could be started. Open {url} by hand.").format(url=provider.register)
            self._service.open_page(provider.register, lambda: self.error.show_text(failure))

    def _provider(self) -> OAuthProvider | None:
        return next((known for known in self._service.known() if known.id == self.provider), None)

    def _show_text(self, sentence: str) -> None:
        self.text.setText(sentence)
        self.text.setAccessibleName(sentence)

    def _update(self) -> None:
        """Show the widgets that the present state needs, and hide the others."""
        attempt, provider = self._attempt, self._provider()
        waiting = attempt.is_running
        ready = provider is not None and self._service.ready(provider.id)
        name = provider.name if provider is not None else ""
        self.code.show_code(attempt.code)
        self.text.setVisible(bool(self.text.text()))
        self.code.setVisible(bool(attempt.code))
        self.copy.setVisible(bool(attempt.url))
        self.halt.setVisible(waiting)
        self.choice.setVisible(not waiting and not self._certain and self.choice.count() > 1)
        self.go.setVisible(not waiting)
        self.go.setEnabled(provider is not None)
        again = self.secret is not None
        self.go.setText((tr("Sign in again…") if again else tr("Sign in with {name}…")).format(name=name))
        self.go.setAccessibleName(self.go.text().rstrip("…"))
        self.by_code.setVisible(not waiting and provider is not None and bool(provider.device) and not again)
        if provider is not None and not provider.authorize:
            self.go.hide()
        self.client.setVisible(provider is not None and not waiting and (self._client_refused or not ready))
        if provider is not None:
            self._explain(provider)
        for changed in (self.client, self):  # Qt would tell the layouts above later
            changed.updateGeometry()
        self.grew.emit()

    def _explain(self, provider: OAuthProvider) -> None:
        why = tr(
            "{name} lets programs in by a client id. Mailbell brings none of its own: make one, it is yours alone."
        ).format(name=provider.name)
        self.why.setText(" ".join((why, *provider.notes)))
        self.register.setVisible(bool(provider.register))
        self.register.setToolTip(plain_tooltip(provider.register))
        self._secret.set_shown(provider.client_secret)


Answer = Callable[["Secret | None"], None]
"""Called once, with the secret to keep; with None where the user has not signed in."""


class SignInDialog(FormDialog):
    """The sign-in of one account; closes by itself when it is done."""

    def __init__(self, account: Account, reason: str, service: SignInService, answer: Answer) -> None:
        super().__init__()
        self._answer = answer
        self.setWindowTitle(tr("Sign in for “{account}”").format(account=account.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        reason_label = plain_label(reason, self)
        reason_label.setVisible(bool(reason))
        user = plain_label(tr("{user} at {server}").format(user=account.user, server=account.host), self)
        self.panel = SignInPanel(service, lambda: account, account.oauth)
        self.panel.propose(account.oauth)  # leaves no choice of the provider
        self.panel.setAccessibleName(tr("Sign in"))
        self.panel.setAccessibleDescription(f"{user.text()}. {reason}")
        self.panel.changed.connect(self._changed)
        self.panel.grew.connect(self._fit)
        self.buttons = button_box(self)
        cancel = dialog_button(self.buttons, QDialogButtonBox.StandardButton.Cancel, tr("Cancel"))
        cancel.setAutoDefault(False)
        self.panel.go.setDefault(True)
        layout = QVBoxLayout(self)
        for widget in (reason_label, user, self.panel):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        self.panel.setFocus()

    def has_unsaved(self) -> bool:
        """Whether a client id was typed."""
        return self.panel.has_unsaved()

    def done(self, result: int) -> None:
        """Call `answer`, however the dialog closes."""
        self.panel.close_down()
        super().done(result)
        self._answer(self.panel.secret)

    def showEvent(self, event: QShowEvent) -> None:
        """Have room for what is shown."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Grow with what is shown; lines that wrap are no reason for Qt to do so."""
        layout = self.layout()
        if layout is not None and self.isVisible():
            height = layout.totalHeightForWidth(self.width())
            if height > self.height():
                self.resize(self.width(), height)

    def _changed(self) -> None:
        if self.panel.secret is not None:
            self.accept()
