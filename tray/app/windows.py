"""What of the program can be seen: the tray icon, or a window where there is no tray, and the dialogs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus
    from tray.desktop.integration.colour_scheme import ColourScheme
    from tray.desktop.integration.tray_host import TrayHost
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.secret import Secret
    from tray.mail.presentation.summary import Summary
    from tray.mail.settings.settings import Settings
    from tray.ui.ports import SettingsServices, SignInService, TrayCommands
    from tray.ui.settings.settings_dialog import SettingsDialog
    from tray.ui.tray.tray_icon import TrayIcon
    from tray.ui.window.mail_window import MailWindow

log = logging.getLogger(__name__)

_PATIENCE_MS = 5000
"""How long a panel may be late at log-in before a window does its job; one that comes later still is used."""


class Windows:
    """Keeps every face at the present summary; dialogs are imported and made when first asked for."""

    def __init__(
        self,
        host: TrayHost,
        now: Callable[[], float],
        reactor: Any,
        session: Bus,
    ) -> None:
        """Show nothing yet; `host` knows whether there is a tray, and on the `session` bus is whether to be dark."""
        self._host = host
        self._reactor = reactor
        self._now = now
        self._session = session
        self._colours: ColourScheme | None = None
        self._commands: TrayCommands | None = None
        self._summary: Summary | None = None
        self._icon: TrayIcon | None = None
        self._window: MailWindow | None = None
        self._settings: SettingsDialog | None = None
        self._message: tuple[str, str] | None = None  # waits for the icon
        self._message_clicked: Callable[[], None] | None = None
        self._dialogs: dict[str, object] = {}
        self._dropped = False  # by the panel, which shows nothing of it

    def start(self, commands: TrayCommands) -> None:
        """Wait for the panel, then show the icon; where none comes, the window."""
        self._commands = commands
        self._host.wait(self, _PATIENCE_MS)

    def stop(self) -> None:
        """Take the icon away."""
        self._host.stop()
        if self._icon is not None:
            self._icon.hide()

    def render(self, summary: Summary) -> None:
        """Show the present state."""
        self._summary = summary
        if self._icon is not None:
            self._icon.render(summary)
        if self._window is not None:
            self._window.render(summary)

    def when_message_clicked(self, clicked: Callable[[], None]) -> None:
        """Have a click on the balloon heard."""
        self._message_clicked = clicked

    def show_message(self, title: str, body: str) -> None:
        """Pop up the tray icon's balloon, or, without an icon, have the window ask for a look."""
        if self._icon is not None and self._icon.in_tray:
            self._icon.show_message(title, body)
            return
        self._message = title, body  # the newest one is shown when the icon comes
        if self._window is not None:
            self._window.alert()

    def show_window(self) -> None:
        """Bring up the window with the titles."""
        self._prepare_windows()
        from tray.ui.window import mail_window  # noqa: F401 -- so that no turn of the loop is long enough to be felt

        self._reactor.callLater(0, self._bring_up_window)

    def _bring_up_window(self) -> None:
        if self._commands is None:
            return
        if self._window is None:
            from tray.ui.window.mail_window import MailWindow

            self._window = MailWindow(self._commands, self._now)
        if self._summary is not None:
            self._window.render(self._summary)
        has_tray = self._has_icon()
        cut_off = self._icon is not None and not self._icon.in_tray
        self._window.show(has_tray=has_tray, cut_off=cut_off, dropped=self._dropped)

    def show_settings(
        self,
        settings: Settings,
        services: SettingsServices,
        *,
        add_account: bool,
        folders_of: AccountId | None = None,
    ) -> None:
        """Open the settings, or bring them to the front.

        At the first start, with the form for an account; with the folders of an account where those are to be chosen.
        """
        self._prepare_windows()
        from tray.ui.settings import settings_dialog  # noqa: F401 -- as above

        self._reactor.callLater(0, self._bring_up_settings, settings, services, add_account, folders_of)

    def _bring_up_settings(
        self,
        settings: Settings,
        services: SettingsServices,
        add_account: bool,
        folders_of: AccountId | None,
    ) -> None:
        if self._settings is None:
            from tray.ui.settings.settings_dialog import SettingsDialog

            self._settings = SettingsDialog(settings, services)
            self._settings.finished.connect(self._settings_closed)
        self._settings.bring_up()
        if add_account:
            self._settings.add_account()
        if folders_of is not None:
            self._settings.edit_account(folders_of, "mailboxes")

    def show_about(self, version: str) -> None:
        """Say what this program is."""
        self._prepare_windows()
        from tray.ui.dialogs.about_dialog import AboutDialog

        dialog = self._dialogs["about"] = AboutDialog(version)
        dialog.show()

    def ask_password(
        self,
        account: Account,
        reason: str,
        answer: Callable[[Secret | None, bool], None],
        *,
        asked_for: bool = True,
    ) -> None:
        """Ask for a password; once per account at a time.

        Where nobody `asked_for` the question, it waits until no window of ours has the keyboard.
        """
        name = f"password {account.id}"
        self._prepare_windows()
        from tray.ui.dialogs.password_dialog import PasswordDialog, ask_password
        from tray.ui.widgets.standalone import bring_to_front

        shown = self._dialogs.get(name)
        if isinstance(shown, PasswordDialog):
            if asked_for:
                bring_to_front(shown)
            return

        def answered(secret: Secret | None, remember: bool) -> None:
            self._dialogs.pop(name, None)
            answer(secret, remember)

        self._dialogs[name] = ask_password(account, reason, answered, asked_for=asked_for)

    def ask_sign_in(
        self, account: Account, reason: str, service: SignInService, answer: Callable[[Secret | None], None]
    ) -> None:
        """Ask for a new sign-in; once per account at a time."""
        name = f"sign in {account.id}"
        self._prepare_windows()
        from tray.ui.dialogs.sign_in_dialog import SignInDialog, ask_sign_in
        from tray.ui.widgets.standalone import bring_to_front

        shown = self._dialogs.get(name)
        if isinstance(shown, SignInDialog):
            bring_to_front(shown)
            return

        def answered(secret: Secret | None) -> None:
            self._dialogs.pop(name, None)
            answer(secret)

        self._dialogs[name] = ask_sign_in(account, reason, service, answered)

    def show_certificate(
        self, account: Account, certificate: Certificate, answer: Callable[[bool], None]
    ) -> None:
        """Ask whether to trust a certificate; once per account at a time."""
        name = f"certificate {account.id}"
        self._prepare_windows()
        from tray.ui.dialogs.certificate_dialog import CertificateDialog, ask_trust
        from tray.ui.widgets.standalone import bring_to_front

        shown = self._dialogs.get(name)
        if isinstance(shown, CertificateDialog):
            bring_to_front(shown)
            return

        def answered(trust: bool) -> None:
            self._dialogs.pop(name, None)
            answer(trust)

        self._dialogs[name] = ask_trust(account.name, certificate, answered)

    def _prepare_windows(self) -> None:
        """What only those need who open a window, and most runs open none."""
        from tray.ui.widgets.check_box_style import install_check_box_style
        from tray.ui.widgets.dark import is_decided_elsewhere, set_dark
        from tray.ui.widgets.icons import mark_windows

        mark_windows()
        install_check_box_style()
        if self._colours is None and not is_decided_elsewhere():
            from tray.desktop.integration.colour_scheme import ColourScheme

            self._colours = ColourScheme(self._session, set_dark)
            self._colours.follow()

    def _settings_closed(self) -> None:
        if self._settings is not None:
            self._settings.deleteLater()
            self._settings = None

    # What becomes of the tray (a `TrayListener`).

    def on_tray(self) -> None:
        """Show the icon, and no window in its place."""
        self._show_icon()

    def on_no_tray(self) -> None:
        """A window stands in for the icon."""
        self._need_window()

    def on_bus_lost(self) -> None:
        """An icon that was shown over the session bus is gone for good: a window stands in."""
        if self._icon is not None and self._icon.cut_off():
            self._need_window()

    def on_icon_dropped(self) -> None:
        """Show the icon once more."""
        if self._icon is not None:
            self._icon.show_anew()

    def on_icon_seen(self, there: bool) -> None:
        """A window stands in while the panel does not have the icon."""
        dropped, self._dropped = self._dropped, not there
        if self._dropped and not dropped:
            self._need_window()
        elif dropped and there and self._window is not None and not self._window.widget.has_tray:
            self._window.hide()  # else the user wanted to see it

    def _need_window(self) -> None:
        """There is no icon, so a window does its job; nobody asked for it, so it does not come over another one."""
        log.info("There is no tray: a window is shown instead, as soon as no other one has the keyboard")
        from tray.ui.widgets.standalone import when_keyboard_is_free

        when_keyboard_is_free(lambda: None if self._has_icon() else self.show_window())

    def _has_icon(self) -> bool:
        return self._icon is not None and self._icon.in_tray and not self._dropped

    def _show_icon(self) -> None:
        if self._icon is None and self._commands is not None:
            from tray.ui.tray.tray_icon import TrayIcon

            self._icon = TrayIcon(self._commands, self._now)
            self._icon.message_clicked = self._message_clicked
            if self._summary is not None:
                self._icon.render(self._summary)
            self._icon.show()
            if self._icon.over_dbus:
                self._host.watch_icon()
            if self._message is not None:
                self._icon.show_message(*self._message)
        if self._window is not None:
            self._window.hide()
