"""Passwords and tokens: kept, fetched in the background, renewed."""
