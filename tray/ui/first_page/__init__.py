"""The first page: from an address to watched mail."""
