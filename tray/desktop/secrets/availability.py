"""Announces when the keyring or the desktop's online accounts may have become available; by QtDBus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_KEYRING = "org.freedesktop.secrets"
_ONLINE = "org.gnome.OnlineAccounts"


def watch_keyring(
    bus: Bus,
    on_appeared: Callable[[], None],
    on_vanished: Callable[[], None],
    on_changed: Callable[[], None],
) -> None:
    """Watch the desktop's keyring (Secret Service) from now on.

    `on_appeared` is called when it was started, for the first time or again; `on_vanished` when it, or the bus, has
    ended: pending calls get no reply; `on_changed` when it was unlocked, or a secret in it was changed.
    """

    def on_owner_changed(old: str, new: str) -> None:
        if old:
            on_vanished()
        if new:
            on_appeared()

    bus.watch(_KEYRING, on_owner_changed)
    interface = "org.freedesktop.Secret.Service"
    bus.listen(_KEYRING, "/org/freedesktop/secrets", interface, "CollectionChanged", lambda _: on_changed())
    bus.lost.connect(on_vanished)


def watch_online_accounts(bus: Bus, on_change: Callable[[], None]) -> None:
    """Call `on_change` when GNOME Online Accounts may give a secret that they refused before.

    That is when the user has signed in there, has switched mail on, or has added an account. The service is not
    started for this.
    """

    def on_owner_changed(_old: str, new: str) -> None:
        if new:
            on_change()

    def on_properties_changed(arguments: list[Any]) -> None:
        # Only False: asking for a secret may set AttentionNeeded, and asking again would repeat that without end.
        match arguments:
            case [str(), {"AttentionNeeded": False}, *_]:
                on_change()

    bus.watch(_ONLINE, on_owner_changed)
    manager = "org.freedesktop.DBus.ObjectManager"
    bus.listen(_ONLINE, "/org/gnome/OnlineAccounts", manager, "InterfacesAdded", lambda _: on_change())
    bus.listen(_ONLINE, "", "org.freedesktop.DBus.Properties", "PropertiesChanged", on_properties_changed)
