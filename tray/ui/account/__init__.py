"""The dialog of one account."""
