"""What is new in a mailbox, and whether it was seen before."""
