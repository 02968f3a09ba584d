"""From an arrival to its toast: quiet hours, the notification center, the desktop, the sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.app.notifications.notification_center import NotificationCenter
from tray.app.notifications.quiet_hours import QuietHoursGate
from tray.desktop.notifications.choose import choose_backend
from tray.i18n import tr
from tray.mail.model.toast import Action, Toast, ToastKey

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tray.app.windows import Windows
    from tray.desktop.bus import Bus
    from tray.desktop.notifications.sounds import Failed, SoundPlayer
    from tray.mail.model.message import MessageKey, UncountedBatch
    from tray.mail.settings.settings import Settings
    from tray.net.clock import Clock


class NotificationService:
    """Between arrivals and desktop: a message passes quiet hours and notification center in order."""

    def __init__(
        self,
        clock: Clock,
        session: Bus,
        windows: Windows,
        settings: Callable[[], Settings],
        *,
        told: Callable[[Collection[MessageKey | UncountedBatch]], None],
        shown: Callable[[Toast], None],
        clicked: Callable[[Toast, Action, str], None],
        changed: Callable[[], None],
    ) -> None:
        """Show on the `session` bus, or by the icon of `windows` where there is none.

        `told` hears of mails that need not be told of any more, `shown` of each toast that was handed over, `clicked`
        of what the user does with it, and `changed` that quiet hours began or ended.
        """
        self._player: SoundPlayer | None = None
        self._clicked = clicked
        self._toasts = choose_backend(self, windows.show_message, session, self.play)
        windows.when_message_clicked(self._toasts.clicked)
        self.notification_center = NotificationCenter(clock, self._toasts, told, shown)
        self.quiet = QuietHoursGate(clock, self.notification_center, told, settings, changed)

    def prepare(self) -> None:
        """Get acquainted with the notification server before there is a hurry."""
        self._toasts.prepare()

    def complain(self, sentence: str) -> None:
        """Tell of a trouble of the program itself."""
        self.notification_center.tell(Toast(ToastKey("complaint"), tr("Mailbell"), sentence, messages=()))

    def play(self, sound: str, failed: Failed = lambda _sentence: None) -> None:
        """Have a sound heard; see `tray.desktop.notifications.sounds`."""
        if self._player is None:
            from tray.desktop.notifications.sounds import SoundPlayer

            self._player = SoundPlayer()
        self._player.play(sound, failed)

    def stop(self) -> None:
        """Tell of nothing more; what waits is told of in the next run."""
        self.quiet.stop()
        self.notification_center.stop()
        if self._player is not None:
            self._player.stop()

    def close(self) -> None:
        """Withdraw what is on the screen: nobody would answer its buttons."""
        self._toasts.close()

    # What a person does with toasts (a `BackendListener`).

    def on_action(self, toast: Toast, action: Action, token: str) -> None:
        """An action of `toast` was chosen."""
        self._clicked(toast, action, token)

    def on_closed(self, key: ToastKey) -> None:
        """The toast of that key is no longer on screen."""
        self.notification_center.closed(key)
