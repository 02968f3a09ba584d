"""Reads accounts from the files of other programs; passwords in them are never read."""
