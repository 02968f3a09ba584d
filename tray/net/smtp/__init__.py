"""Handing a mail to the outgoing server of an account (RFC 6409)."""
