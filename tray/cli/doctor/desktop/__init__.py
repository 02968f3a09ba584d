"""Checks of the desktop: screen, tray, notifications, keyring, buses, start at log-in."""
