"""The values that the whole program uses: account, message, status, secret."""
