"""The pages of an account's dialog, one file each."""
