"""Finding and testing a server."""
