"""Watching mailboxes: sessions, IDLE, NOTIFY or polling, several mailboxes on one connection."""
