"""Listeners that write down what they are called with."""

from __future__ import annotations


class TrayClient:
    """What becomes of the tray."""

    def __init__(self):
        self.calls = []

    def on_tray(self):
        self.calls.append("tray")

    def on_no_tray(self):
        self.calls.append("no tray")

    def on_bus_lost(self):
        self.calls.append("bus lost")

    def on_icon_dropped(self):
        self.calls.append("dropped")

    def on_icon_seen(self, there):
        self.calls.append("seen" if there else "not seen")


class PowerClient:
    """What happens to the machine."""

    def __init__(self):
        self.calls = []
        self.done = []
        """What to call when all is ready for a sleep."""

    def on_about_to_sleep(self, done):
        self.calls.append("sleep")
        self.done.append(done)

    def on_resumed(self):
        self.calls.append("resumed")

    def on_network_changed(self, up):
        self.calls.append("up" if up else "down")

    def on_unlocked(self):
        self.calls.append("unlocked")
