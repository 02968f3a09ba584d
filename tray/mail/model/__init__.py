"""The values that everything is about: account, message, status, secret."""
