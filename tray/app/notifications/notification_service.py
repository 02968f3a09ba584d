"""Makes and connects the parts between a message and its toast: quiet hours, notification center, desktop."""

from __future__ import annotations

import logging
from itertools import count
from typing import TYPE_CHECKING

from tray.app.notifications.gate import NotificationGate
from tray.app.notifications.notification_center import NotificationCenter
from tray.app.notifications.presence_updates import PresenceUpdates
from tray.desktop.notifications.backend import TrayIconBackend
from tray.desktop.notifications.dbus import DBusBackend
from tray.i18n import tr
from tray.mail.model.toast import SILENT, Toast, ToastAction, ToastKey
from tray.mail.notifications.state import ToastStyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.notifications.announcements import Announcements
    from tray.app.windows import Windows
    from tray.desktop.bus import Bus
    from tray.desktop.notifications.backend import NotificationBackend
    from tray.desktop.notifications.sounds import OnFailure, SoundPlayer
    from tray.desktop.opening.clipboard import Clipboard
    from tray.desktop.session.presence import PresenceWatch
    from tray.mail.model.action import RefusedAction
    from tray.mail.policy.decision import Presence
    from tray.mail.settings.settings import Settings
    from tray.net.clock import Clock

log = logging.getLogger(__name__)

_REFUSED = ToastKey("action-refused")
_COPIED = ToastKey("code-copied")


class Complaints:
    """Shows sentences about the program itself; made before all parts that use it."""

    def __init__(self) -> None:
        self._center: NotificationCenter | None = None

    def connect(self, center: NotificationCenter) -> None:
        """Show them as toasts of `center` from now on."""
        self._center = center

    def show(self, sentence: str) -> None:
        """Show a sentence, in place of the last one."""
        if self._center is None:
            log.error("Before notifications were ready: %s", sentence)
        else:
            self._center.show(Toast(ToastKey("complaint"), tr("Mailbell"), sentence, messages=()))


class NotificationService:
    """A message passes `gate`, then `center`, then the desktop's backend."""

    def __init__(
        self,
        clock: Clock,
        session: Bus,
        windows: Windows,
        announcements: Announcements,
        settings: Callable[[], Settings],
        *,
        shown: Callable[[Toast], None] | None,
        changed: Callable[[], None],
    ) -> None:
        """Show on the `session` bus, or at the tray icon of `windows` where there is none.

        `shown` is called with each toast that was handed over, `changed` when quiet hours begin or end.
        """
        self._on_action: Callable[[Toast, ToastAction, str], None] | None = None
        self._on_reply: Callable[[Toast, str], None] = lambda _toast, _text: None
        self._player: SoundPlayer | None = None
        self._clipboard: Clipboard | None = None
        self._tests = count(1)
        tray_icon = TrayIconBackend(windows.show_message, self)
        self._backend: NotificationBackend = tray_icon
        if session.connected:  # not on Windows and macOS
            self._backend = DBusBackend(self, session, tray_icon, self._play_unless_disturbing)
        windows.when_message_clicked(tray_icon.clicked)

        def watch_presence() -> PresenceWatch:
            from tray.desktop.session.presence import PresenceWatch

            return PresenceWatch(session)

        self._session = session
        presence = PresenceUpdates(clock, watch_presence) if session.connected else None
        self.center = NotificationCenter(
            clock, self._backend, announcements, shown, lambda: ToastStyle.of(settings())
        )
        self.gate = NotificationGate(clock, self.center, announcements, settings, changed, presence)

    def connect(
        self,
        on_action: Callable[[Toast, ToastAction, str], None],
        on_reply: Callable[[Toast, str], None] = lambda _toast, _text: None,
    ) -> None:
        """Call `on_action` with each action that the user chooses on a toast, `on_reply` with each reply."""
        self._on_action, self._on_reply = on_action, on_reply

    def prepare(self) -> None:
        """Ask the notification server what it can do, before the first toast needs it."""
        self._backend.prepare()

    def play(self, sound: str, on_failure: OnFailure = lambda _sentence: None) -> None:
        """Play a sound; see `tray.desktop.notifications.sounds`."""
        if self._player is None:
            from tray.desktop.notifications.sounds import SoundPlayer

            self._player = SoundPlayer()
        self._player.play(sound, on_failure)

    def _play_unless_disturbing(self, sound: str) -> None:
        """Play the sound of a toast where the daemon would not hold the toast back."""
        self.ask_do_not_disturb(lambda held_back: None if held_back else self.play(sound))

    def ask_do_not_disturb(self, known: Callable[[bool], None]) -> None:
        """Ask the desktop whether it holds notifications back now; calls back once, later."""
        if not self._session.connected:
            known(False)
            return
        from tray.desktop.session.presence import PresenceWatch

        watch = PresenceWatch(self._session)

        def answered(presence: Presence, _signalled: bool) -> None:
            watch.deleteLater()
            known(presence.do_not_disturb)

        watch.ask(answered)

    def show_test(self) -> None:
        """Show a notification that is none of a message."""
        # A key of its own: one that is replaced might not appear on the screen again.
        key = ToastKey(f"test-{next(self._tests)}")
        body = tr("This is how Mailbell tells you of new mail.")
        self.center.show(Toast(key, tr("Mailbell"), body, messages=()))

    def show_refused(self, refused: tuple[RefusedAction, ...]) -> None:
        """Show what servers refused to do, the newest first, in place of what was shown of it before."""
        from tray.mail.actions.texts import refusal_texts

        texts = refusal_texts(refused)
        self.center.show(Toast(_REFUSED, texts.headline, texts.details or texts.text, messages=()))

    def show_toast(self, toast: Toast) -> None:
        """Show a toast that is none of messages."""
        self.center.show(toast)

    def withdraw(self, key: ToastKey) -> None:
        """Close a toast that `center` has shown and that is none of messages."""
        self._backend.withdraw(key)

    def copy_text(self, text: str, done: Callable[[str], None]) -> None:
        """Copy a text that may stay on the clipboard; see `Clipboard.copy`."""
        self._the_clipboard().copy(text, done, secret=False)

    def stop(self) -> None:
        """Announce nothing more; postponed messages are announced in the next run."""
        self.gate.stop()
        self.center.stop()
        if self._player is not None:
            self._player.stop()
        if self._clipboard is not None:
            self._clipboard.stop()

    def close(self) -> None:
        """Withdraw what is on the screen: its buttons have no effect without the program."""
        self._backend.close()

    def _copy(self, toast: Toast) -> None:
        """Copy the code of `toast`, and say so until the clipboard is cleared."""

        def done(failure: str) -> None:
            if failure:
                summary = tr("The code {code} was not copied").format(code=toast.code)
            else:
                summary, failure = tr("Copied"), tr("The clipboard is cleared in a minute.")
            self.center.show(Toast(_COPIED, summary, failure, messages=(), sound=SILENT))

        clipboard = self._the_clipboard()
        clipboard.copy(toast.code, done, cleared=lambda: self._backend.withdraw(_COPIED))

    def _the_clipboard(self) -> Clipboard:
        if self._clipboard is None:
            from tray.desktop.opening.clipboard import Clipboard

            self._clipboard = Clipboard()
        return self._clipboard

    # `BackendListener`

    def on_action(self, toast: Toast, action: ToastAction, token: str) -> None:
        """An action of `toast` was chosen."""
        if action is ToastAction.COPY_CODE:
            self._copy(toast)
        elif self._on_action is not None:
            self._on_action(toast, action, token)

    def on_reply(self, toast: Toast, text: str) -> None:
        """A reply was typed into `toast`."""
        self._on_reply(toast, text)

    def on_closed(self, key: ToastKey) -> None:
        """The toast of that key is no longer on screen."""
        self.center.closed(key)
