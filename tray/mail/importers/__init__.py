"""What other programs know of the user's accounts: the text of their files in, accounts out; no password is read."""
