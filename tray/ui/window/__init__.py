"""The window with the newest messages."""
