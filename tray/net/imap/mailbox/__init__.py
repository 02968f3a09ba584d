"""What is done in mailboxes over a connection: selecting one, fetching, counting, listing, actions of the user."""
