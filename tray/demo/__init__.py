"""The embedded demo mail server: a mailbox that keeps getting mail, to try Mailbell without an account."""
