"""The IMAP client: protocol, factory, log-in and what is asked of a server."""
