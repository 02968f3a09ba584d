"""Announces when the keyring or the desktop's online accounts may have become available; by QtDBus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_KEYRING = "org.freedesktop.secrets"
_ONLINE = "org.gnome.OnlineAccounts"


class KeyringListener(Protocol):
    """Is called when the desktop's keyring (Secret Service) starts, ends or changes."""

    def on_keyring_appeared(self) -> None:
        """It was started, for the first time or again."""

    def on_keyring_vanished(self) -> None:
        """It has ended, or the bus has: pending calls get no reply."""

    def on_keyring_changed(self) -> None:
        """It was unlocked, or a secret in it was changed."""


def watch_keyring(listener: KeyringListener, bus: Bus) -> None:
    """Call `listener` from now on."""

    def on_owner_changed(old: str, new: str) -> None:
        if old:
            listener.on_keyring_vanished()
        if new:
            listener.on_keyring_appeared()

    bus.watch(_KEYRING, on_owner_changed)
    bus.listen(
        _KEYRING,
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service",
        "CollectionChanged",
        lambda _: listener.on_keyring_changed(),
    )
    bus.lost.connect(listener.on_keyring_vanished)


def watch_online_accounts(on_change: Callable[[], None], bus: Bus) -> None:
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
    bus.listen(
        _ONLINE,
        "/org/gnome/OnlineAccounts",
        "org.freedesktop.DBus.ObjectManager",
        "InterfacesAdded",
        lambda _: on_change(),
    )
    bus.listen(_ONLINE, "", "org.freedesktop.DBus.Properties", "PropertiesChanged", on_properties_changed)
