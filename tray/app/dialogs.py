"""The dialogs: each is imported and made when it is needed, or brought to the front where it is open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtWidgets import QDialog

    from tray.desktop.appearance.colour_scheme import ColourScheme
    from tray.desktop.bus import Bus
    from tray.mail.model.account import Account
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.secret import Secret
    from tray.mail.presentation.summary import Summary
    from tray.ui.ports import SettingsServices, SignInService
    from tray.ui.settings.settings_window import SettingsWindow


class WindowStyle:
    """Icon, style and colours of windows, set when the first one opens: most runs open none."""

    def __init__(self, session: Bus) -> None:
        """The desktop is asked on the `session` bus whether windows are to be dark."""
        self._session = session
        self._colours: ColourScheme | None = None

    def apply(self) -> None:
        """To be called before a window is made."""
        from tray.ui.widgets.icons import set_window_icon
        from tray.ui.widgets.style import (
            forgo_opengl,
            has_foreign_colours,
            install_check_box_style,
            set_dark,
            set_still,
        )

        forgo_opengl()
        set_window_icon()
        install_check_box_style()
        if self._colours is None and not has_foreign_colours():
            from tray.desktop.appearance.colour_scheme import ColourScheme
            from tray.desktop.appearance.portal import ask_for_stillness

            ask_for_stillness(self._session, set_still)
            self._colours = ColourScheme(self._session, set_dark)
            self._colours.follow()


class Dialogs:
    """The dialogs without a parent."""

    def __init__(self, reactor: Any, style: WindowStyle) -> None:
        self._reactor = reactor
        self._style = style
        self._settings: SettingsWindow | None = None
        self._summary: Summary | None = None
        self._open: dict[str, QDialog] = {}
        self.settings_opened: Callable[[], None] = lambda: None
        """Called when the settings open: what `render` was last called with may be some minutes old."""

    def show_settings(self, services: SettingsServices, then: Callable[[SettingsWindow], None]) -> None:
        """Open the settings, or bring them to the front; `then` is called with their window."""
        self._style.apply()
        from tray.ui.settings.settings_window import SettingsWindow
        from tray.ui.widgets.standalone import keep_until_deleted

        def bring_up() -> None:
            if self._settings is None:
                self._settings = SettingsWindow(services)
                keep_until_deleted(self._settings)
                self._settings.finished.connect(self._settings_closed)
                if self._summary is not None:
                    self._settings.show_summary(self._summary)
                self.settings_opened()
            self._settings.bring_up()
            then(self._settings)

        self._reactor.callLater(0, bring_up)  # one turn of the loop after the import: no long pause

    @property
    def are_settings_open(self) -> bool:
        """Whether the window of the settings is shown."""
        return self._settings is not None

    def render(self, summary: Summary) -> None:
        """Show the state of the accounts in the settings."""
        self._summary = summary
        if self._settings is not None:
            self._settings.show_summary(summary)

    def _settings_closed(self) -> None:
        if self._settings is not None:
            self._settings.deleteLater()
            self._settings = None

    def ask_password(
        self,
        account: Account,
        reason: str,
        answer: Callable[[Secret | None, bool], None],
        *,
        asked_for: bool = True,
    ) -> None:
        """Ask for a password; `answer` is called with it, or None, and whether it is to be kept.

        Where the user has not `asked_for` the dialog, it is shown when no other window of Mailbell has the keyboard.
        """
        from tray.ui.dialogs.password_dialog import PasswordDialog

        make = partial(PasswordDialog, account, reason, answer)
        self._show(f"password {account.id}", make, asked_for=asked_for)

    def ask_sign_in(
        self, account: Account, reason: str, service: SignInService, answer: Callable[[Secret | None], None]
    ) -> None:
        """Ask for a new sign-in; `answer` is called with the secret to keep, or None."""
        from tray.ui.dialogs.sign_in import SignInDialog

        self._show(f"sign in {account.id}", partial(SignInDialog, account, reason, service, answer))

    def show_certificate(
        self, account: Account, certificate: Certificate, answer: Callable[[bool], None]
    ) -> None:
        """Show a certificate; `answer` is called with whether it is to be trusted."""
        from tray.ui.dialogs.certificate_dialog import CertificateDialog

        make = partial(CertificateDialog, account.name, certificate, answer)
        self._show(f"certificate {account.id}", make)

    def _show(self, name: str, make: Callable[[], QDialog], *, asked_for: bool = True) -> None:
        self._style.apply()
        from tray.ui.widgets.standalone import bring_to_front, show_until_closed

        if name not in self._open:
            dialog = self._open[name] = make()
            dialog.finished.connect(lambda: self._open.pop(name, None))
            show_until_closed(dialog, asked_for=asked_for)
        elif asked_for:
            bring_to_front(self._open[name])
