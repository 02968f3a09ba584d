"""Mailbell: a desktop tray notifier for mail."""

__version__ = "0.1.0"

APPLICATION_ID = "io.github.mailbell.Mailbell"
