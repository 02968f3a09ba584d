"""The IMAP client: protocol, connection, login and commands about mailboxes."""
