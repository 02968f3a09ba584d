"""The IMAP client: protocol, commands under way, factory, log-in."""
