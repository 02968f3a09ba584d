"""What is new in a mailbox, and whether it is known from elsewhere."""
