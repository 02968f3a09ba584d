"""Authentication (RFC 4422): mechanisms without I/O, and the choice between them."""
