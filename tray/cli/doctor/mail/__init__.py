"""Checks of the accounts: their servers, and the clock, on which certificates depend."""
