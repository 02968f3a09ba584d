"""Widgets and painting that several dialogs share."""
