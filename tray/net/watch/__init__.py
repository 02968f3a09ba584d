"""Watching a mailbox: sessions, IDLE, retries, connection limits."""
