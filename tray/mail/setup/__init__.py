"""From an address to a server: providers, discovery, autoconfig."""
